package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// A requestLog writes a line for each request, and the codes that it had the
// pools send. What it says of a request comes from Pool.Events, where no
// secret is; the query, where codes are, is not in it.
type requestLog struct {
	pools *cognitotest.Server
	codes io.Writer // nil: codes are not printed
	after func()    // called after each request, unless nil

	mu      sync.Mutex // guards everything below, and codes
	out     io.Writer
	pending []cognitotest.Event       // of requests whose line is still to be written; at most maxPending
	sent    map[string]outbox.Message // the last message printed, by pool id
}

// maxPending bounds the events that wait for the line of their request.
const maxPending = 1000

func newRequestLog(pools *cognitotest.Server, out io.Writer) *requestLog {
	return &requestLog{pools: pools, out: out, sent: make(map[string]outbox.Message)}
}

// wrap logs the requests to next.
func (l *requestLog) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw := &statusWriter{ResponseWriter: w}
		at, method, asked := time.Now(), r.Method, *r.URL
		defer func() {
			if l.after != nil {
				l.after()
			}
			l.write(at, method, &asked, sw.status)
		}()
		next.ServeHTTP(sw, r)
	})
}

// write writes the line of one request.
func (l *requestLog) write(at time.Time, method string, asked *url.URL, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.take(method, asked.Path, status)
	line := []string{at.Format("15:04:05"), word(method), word(asked.EscapedPath())}
	add := func(key, value string) {
		if value != "" {
			line = append(line, key+"="+word(value))
		}
	}
	add("client", e.ClientID)
	add("user", e.Username)
	line = append(line, strconv.Itoa(status))
	add("error", e.Error)
	add("ignored", strings.Join(e.Ignored, ","))
	fmt.Fprintln(l.out, strings.Join(line, " "))
	l.noteTriggers(e.Ignored)
	l.printCodes()
}

// noteTriggers says how a function is called that LambdaConfig names.
func (l *requestLog) noteTriggers(ignored []string) {
	for _, parameter := range ignored {
		if name, ok := strings.CutPrefix(parameter, "LambdaConfig."); ok && !strings.Contains(name, ".") {
			fmt.Fprintf(l.out, "NOTE no function is called for %s: start with -trigger ARN=URL, or in Go set trigger.Hooks.%[1]s\n", name)
		}
	}
}

// take returns the event of a request. Two requests at the same time with the
// same method, path and status may get each other's event; the log does not
// show it.
func (l *requestLog) take(method, path string, status int) cognitotest.Event {
	for _, p := range l.pools.Pools() {
		l.pending = append(l.pending, p.TakeEvents()...)
	}
	if more := len(l.pending) - maxPending; more > 0 {
		l.pending = slices.Delete(l.pending, 0, more)
	}
	i := slices.IndexFunc(l.pending, func(e cognitotest.Event) bool {
		return e.Method == method && e.Status == status && isOp(e.Op, path)
	})
	if i < 0 {
		return cognitotest.Event{}
	}
	e := l.pending[i]
	l.pending = slices.Delete(l.pending, i, i+1)
	return e
}

// isOp reports whether a path is that of Event.Op.
func isOp(op, path string) bool {
	switch {
	case op == "" || path == "/":
		return true
	case op == "idp":
		return strings.HasPrefix(path, "/idp/")
	case op == "discovery" || op == "jwks":
		return strings.Contains(path, "/.well-known/")
	}
	return path == "/"+op || path == "/oauth2/"+op
}

// printCodes prints what the pools have sent since it was called last. A pool
// forgets its oldest messages, so that their number does not tell which are new.
func (l *requestLog) printCodes() {
	if l.codes == nil {
		return
	}
	for _, p := range l.pools.Pools() {
		for _, m := range newSince(l.sent[p.ID()], p.Outbox()) {
			line := "CODE " + m.Code + " to=" + word(m.To) + " for=" + string(m.Purpose)
			if m.Link != "" {
				line += " link=" + m.Link
			}
			fmt.Fprintln(l.codes, line)
			l.sent[p.ID()] = m
		}
	}
}

// newSince returns the messages that come after last: all of them if last is not
// among them.
func newSince(last outbox.Message, messages []outbox.Message) []outbox.Message {
	for i, m := range slices.Backward(messages) {
		if m == last {
			return messages[i+1:]
		}
	}
	return messages
}

// maxWord bounds what one request can write into a line.
const maxWord = 200

// word is a value on a line: in quotes if it has spaces or characters that a
// terminal would act on.
func word(s string) string {
	if len(s) > maxWord {
		s = strings.ToValidUTF8(s[:maxWord], "") + "…"
	}
	odd := func(r rune) bool { return r == ' ' || r == '"' || r == '=' || !unicode.IsPrint(r) }
	if s == "" || strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
	}
	return s
}

// A statusWriter notes the status of an answer; 0 means that there was none.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
