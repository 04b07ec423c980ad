package oauth

import (
	"context"
	"errors"
	"io"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

// A Call is one token request that x/oauth2 makes. It keeps what x/oauth2 does
// not tell about an answer it cannot read: the status and the length.
type Call struct {
	status int
	size   int
	err    error // of reading the body
}

// NewCall returns a context for x/oauth2's methods, which makes them use
// client.
func NewCall(ctx context.Context, client *http.Client) (context.Context, *Call) {
	call := new(Call)
	noted := *client
	noted.Transport = &noting{next: client.Transport, call: call}
	return context.WithValue(ctx, oauth2.HTTPClient, &noted), call
}

// Failure reads the error that the call ended with.
func (c *Call) Failure(err error) Failure {
	f := FromError(err)
	if f.Status == 0 {
		f.Status = c.status
	}
	if f.Code == "bad_answer" && f.Err == nil {
		f.Code, f.Err = c.reason()
	}
	return f
}

// Errors of answers that are JSON by their type, and yet no token answer.
var (
	errEmpty    = errors.New("the answer is empty")
	errNoTokens = errors.New("the answer is not a JSON object with an access_token")
)

// reason says what was wrong with an answer that x/oauth2 could not read. Its
// own error may quote the answer.
func (c *Call) reason() (code string, err error) {
	switch {
	case c.err != nil && !errors.Is(c.err, fetch.ErrTooLarge):
		return "unreachable", c.err // half an answer is no answer
	case c.size == 0:
		return "bad_answer", errEmpty
	case c.size >= fetch.MaxAnswer: // x/oauth2 reads no more, and parses what it has
		return "bad_answer", fetch.ErrTooLarge
	}
	return "bad_answer", errNoTokens
}

// noting is a transport that tells a Call of the answer.
type noting struct {
	next http.RoundTripper
	call *Call
}

func (n *noting) RoundTrip(r *http.Request) (*http.Response, error) {
	next := n.next
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(r)
	if res != nil {
		n.call.status = res.StatusCode
		res.Body = &counted{ReadCloser: res.Body, call: n.call}
	}
	return res, err
}

// counted is the body of an answer.
type counted struct {
	io.ReadCloser
	call *Call
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.call.size += n
	if err != nil && err != io.EOF {
		c.call.err = err
	}
	return n, err
}
