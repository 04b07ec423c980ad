package awscall_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/awscall"
)

// A late transport answers before it has read the request.
type late struct{ req *http.Request }

// RoundTrip implements [http.RoundTripper].
func (l *late) RoundTrip(r *http.Request) (*http.Response, error) {
	l.req = r
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

// A handedOver body is empty once it is closed, like those of the SDK.
type handedOver struct {
	io.Reader
	closed bool
}

func (b *handedOver) Close() error {
	b.closed, b.Reader = true, strings.NewReader("")
	return nil
}

// A doer makes calls as neither the SDK's nor the standard library's client.
type doer struct{ *late }

func (d doer) Do(r *http.Request) (*http.Response, error) { return d.RoundTrip(r) }

// TestWholeBody: the SDK closes the body when an answer has begun; the
// transport can go on reading it, and begin again.
func TestWholeBody(t *testing.T) {
	const text = `{"ClientId":"7exampleclientid0a1b2c3d"}`
	for _, name := range []string{"http.Client", "another"} {
		transport := &late{}
		var calls awscall.Doer = doer{transport}
		if name == "http.Client" {
			calls = &http.Client{Transport: transport}
		}
		body := &handedOver{Reader: strings.NewReader(text)}
		req, err := http.NewRequest(http.MethodPost, "https://cognito-idp.eu-west-1.amazonaws.com/", body)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = int64(len(text))
		res, err := awscall.JSON(calls, time.Second).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = res.Body.Close(), body.Close()
		if sent, err := io.ReadAll(transport.req.Body); string(sent) != text || err != nil || transport.req.ContentLength != int64(len(text)) {
			t.Errorf("%s: the transport reads %q, %v, want %q", name, sent, err, text)
		}
		again, err := transport.req.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		if sent, _ := io.ReadAll(again); string(sent) != text || !body.closed {
			t.Errorf("%s: the transport reads %q again, want %q", name, sent, text)
		}
	}
}
