package request

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// serveFaulty serves the endpoint, with the fault that is set for the
// request, if there is one.
func (c *Call) serveFaulty(serve func()) {
	f, ok := c.Faults.Take(func(f fault.Fault) bool {
		return f.Kind != fault.State && (f.Op == "" || f.Op == c.Event.Op)
	})
	if !ok {
		serve()
		return
	}
	c.Event.Fault = f.Kind
	c.wait(f.Delay)
	switch f.Kind {
	case fault.Drop:
		c.drop()
	case fault.LostAnswer:
		c.intoRecorder(serve)
		c.drop()
	case fault.Truncated:
		c.truncate(serve)
	case fault.TooManyRequests:
		if c.API {
			c.refuseAPI(refusal.New("TooManyRequestsException", "Too many requests"))
			return
		}
		c.W.Header().Set("Retry-After", "1")
		c.fault(http.StatusTooManyRequests, "application/json", `{"message":"Too many requests"}`)
	case fault.ServerError:
		if c.API {
			c.refuseAPI(refusal.New("InternalErrorException", "Something went wrong"))
			return
		}
		c.fault(http.StatusInternalServerError, "application/json", `{"error":"server_error"}`)
	case fault.Unavailable:
		c.fault(http.StatusServiceUnavailable, "text/html", "<html><body><h1>503 Service Unavailable</h1></body></html>")
	case fault.HTML:
		c.fault(http.StatusOK, "text/html", "<!doctype html><html><title>Welcome</title><body>Please sign in to this network.</body></html>")
	case fault.OAuthError:
		c.fault(http.StatusBadRequest, "application/json", `{"error":"temporarily_unavailable"}`)
	case fault.Redirect302, fault.Redirect307, fault.Redirect308:
		c.redirectFault(f.Kind)
	case fault.Huge:
		c.sendHuge()
	case fault.GzipBomb:
		c.sendBomb()
	default:
		if refusal, ok := passkeys.Faults[f.Kind]; ok {
			c.refuseAPI(refusal)
			return
		}
		serve() // looks at c.Event.Fault itself
	}
}

// wait lets d pass, or ends the call with the request's context.
func (c *Call) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.R.Context().Done():
		c.drop()
	}
}

// drop ends the connection without an answer.
func (c *Call) drop() {
	c.dropped = true
	c.Event.Error = JoinWords("connection dropped:", string(c.Event.Fault))
	panic(http.ErrAbortHandler)
}

// intoRecorder serves into a recorder, and leaves the status in the event.
func (c *Call) intoRecorder(serve func()) *inmemory.Recorder {
	w := c.W
	defer func() { c.W = w }()
	rec := &inmemory.Recorder{Headers: c.W.Header()}
	c.W = &statusWriter{ResponseWriter: rec, status: &c.Event.Status}
	serve()
	return rec
}

// truncate sends the first half of what the endpoint answers.
func (c *Call) truncate(serve func()) {
	rec := c.intoRecorder(serve)
	if rec.Status != 0 {
		c.W.WriteHeader(rec.Status)
	}
	c.W.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
}

func (c *Call) fault(status int, mediaType, body string) {
	c.Event.Error = "fault: " + string(c.Event.Fault)
	c.W.Header().Set("Content-Type", mediaType)
	c.AllowOrigins()
	c.W.WriteHeader(status)
	io.WriteString(c.W, body)
}

// redirectFault redirects to the URL of the request.
func (c *Call) redirectFault(kind fault.Kind) {
	status, err := strconv.Atoi(string(kind))
	if err != nil {
		panic("cognitotest: " + err.Error()) // the kinds are the numbers
	}
	c.Event.Error = "fault: " + string(kind)
	c.W.Header().Set("Location", c.R.URL.RequestURI())
	c.W.WriteHeader(status)
}

const (
	hugeSize  = 8 << 20
	bombSize  = 64 << 20
	blockSize = 64 << 10
)

// sendHuge sends JSON that begins well and goes on for 8 MiB.
func (c *Call) sendHuge() {
	c.fault(http.StatusOK, "application/json", `{"padding":"`)
	block := strings.Repeat("x", blockSize)
	for sent := 0; sent < hugeSize; sent += len(block) {
		if _, err := io.WriteString(c.W, block); err != nil || c.R.Context().Err() != nil {
			return
		}
	}
}

// bomb is 64 MiB of JSON within a string, packed. It is a row of gzip members
// (RFC 1952 section 2.2). All but the first are the same, so that one is packed.
var bomb = sync.OnceValue(func() []byte {
	const members = 64
	member := pack(bytes.Repeat([]byte("x"), bombSize/members))
	return append(pack([]byte(`{"padding":"`)), bytes.Repeat(member, members)...)
})

// pack returns text as one gzip member.
func pack(text []byte) []byte {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = zip.Write(text)
	_ = zip.Close()
	return b.Bytes()
}

func (c *Call) sendBomb() {
	c.W.Header().Set("Content-Encoding", "gzip")
	c.fault(http.StatusOK, "application/json", string(bomb()))
}
