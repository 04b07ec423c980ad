// Package fetch guards the calls the module makes to Cognito. It follows no
// redirect (Go would repeat a POST on 307 and 308) and keeps no cookie. An
// answer is limited to 1 MiB after decompression, and each call has its own
// deadline.
package fetch

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxAnswer is the largest answer read, in bytes after decompression.
const MaxAnswer = 1 << 20

// Errors of a call that got an answer which cannot be used. No text quotes
// the answer.
var (
	ErrTooLarge = errors.New("the answer is longer than 1 MiB")
	ErrNotJSON  = errors.New("the answer is not JSON")
	ErrRedirect = errors.New("the answer is a redirect, which is not followed")
)

// An AnswerError is [ErrNotJSON] or [ErrRedirect] with the answer's status.
type AnswerError struct {
	Status int
	Err    error
}

func (e *AnswerError) Error() string { return e.Err.Error() }

// Unwrap returns e.Err.
func (e *AnswerError) Unwrap() error { return e.Err }

// New returns a client that makes calls through base's transport with the
// guards of this package. A call ends after timeout; an answer that
// reports success must be JSON.
func New(base *http.Client, timeout time.Duration) *http.Client {
	return guarded(base, timeout, true)
}

// NewAny is [New] for calls whose answer has no body worth reading.
func NewAny(base *http.Client, timeout time.Duration) *http.Client {
	return guarded(base, timeout, false)
}

// guarded is what New and NewAny have in common.
func guarded(base *http.Client, timeout time.Duration, wantJSON bool) *http.Client {
	transport := base.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	if base.Timeout > 0 {
		timeout = min(timeout, base.Timeout)
	}
	return &http.Client{
		Transport:     &guard{next: transport, wantJSON: wantJSON},
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type guard struct {
	next     http.RoundTripper
	wantJSON bool
}

// RoundTrip refuses redirects, so that no caller mistakes one for an answer,
// and limits the body.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		_ = res.Body.Close()
		return nil, &AnswerError{Status: res.StatusCode, Err: ErrRedirect}
	}
	if g.wantJSON && res.StatusCode < 300 && !isJSON(res.Header.Get("Content-Type")) {
		_ = res.Body.Close()
		return nil, &AnswerError{Status: res.StatusCode, Err: ErrNotJSON}
	}
	if res.Request == nil { // some transports of apps do not set it
		res.Request = req
	}
	res.Body = &limited{body: res.Body, left: MaxAnswer}
	return res, nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || media == "application/x-amz-json-1.1" || strings.HasSuffix(media, "+json"))
}

// limited fails, instead of ending, after left bytes: a cut answer must not
// pass for a whole one.
type limited struct {
	body io.ReadCloser
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if len(p) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	if n > l.left {
		return 0, ErrTooLarge
	}
	l.left -= n
	return n, err
}

func (l *limited) Close() error { return l.body.Close() }

// Read returns the answer to req if its status is 200 and it is no longer
// than most bytes.
func Read(c *http.Client, req *http.Request, most int) ([]byte, error) {
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, &StatusError{Status: res.StatusCode, Header: res.Header}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(body) > most {
		return nil, fmt.Errorf("the answer is longer than %d bytes", most)
	}
	return body, nil
}

// A StatusError is an answer with another status than 200.
type StatusError struct {
	Status int
	Header http.Header
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("the answer has status %d %s", e.Status, http.StatusText(e.Status))
}

// maxText bounds what is kept of a text from an answer, in bytes.
const maxText = 500

// Clean makes one line of at most 500 bytes of what others wrote, for a log.
func Clean(text string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c == utf8.RuneError: // as bytes that are not UTF-8 appear
			return -1
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, text)
}
