// Package oauth reads the error of a request to an OAuth endpoint. It quotes
// only the protocol's own fields of the answer.
package oauth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// A Failure is a request that did not succeed.
type Failure struct {
	// Code is the protocol's error code (RFC 6749 section 5.2), "unreachable"
	// where there was no answer, or "bad_answer" for one that makes no sense.
	Code string

	Description string // error_description, cleaned
	Status      int    // HTTP status of the answer, or 0
	Err         error  // the cause, or nil; it never quotes the answer

	Wait time.Duration // what the answer's Retry-After asks for, or 0
}

// maxErrorBody bounds the body of a refusal, in bytes.
const maxErrorBody = 64 << 10

// FromError reads the error of a call that x/oauth2 or package fetch made. The
// answer's body, which x/oauth2 would quote, is left out.
func FromError(err error) Failure {
	retrieve, refused := errors.AsType[*oauth2.RetrieveError](err)
	_, transport := errors.AsType[*url.Error](err)
	switch {
	case refused:
		return fromRetrieve(retrieve)
	case errors.Is(err, fetch.ErrNotJSON), errors.Is(err, fetch.ErrRedirect), errors.Is(err, fetch.ErrTooLarge):
		return Failure{Code: "bad_answer", Status: statusOf(err), Err: err}
	case transport, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Failure{Code: "unreachable", Err: err}
	}
	return Failure{Code: "bad_answer"} // the text of err may quote the answer
}

// statusOf is the status of an answer that package fetch refused, or 0.
func statusOf(err error) int {
	if refused, ok := errors.AsType[*fetch.AnswerError](err); ok {
		return refused.Status
	}
	return 0
}

func fromRetrieve(err *oauth2.RetrieveError) Failure {
	f := Failure{Code: err.ErrorCode, Description: err.ErrorDescription}
	if err.Response != nil {
		f.Code, f.Description = quoting(err.Response.Request, f.Code), quoting(err.Response.Request, f.Description)
		f.Status = err.Response.StatusCode
		f.Wait = fetch.RetryAfter(f.Status, err.Response.Header, time.Now())
	}
	f.Code, f.Description = fetch.Clean(f.Code), fetch.Clean(f.Description)
	if f.Code == "" {
		f.Code = "bad_answer"
		f.Err = &fetch.StatusError{Status: f.Status}
	}
	return f
}

// FromAnswer reads a refusal whose body is JSON (RFC 6749 section 5.2), or is
// not.
func FromAnswer(res *http.Response) Failure {
	f := Failure{Code: "bad_answer", Status: res.StatusCode, Wait: fetch.RetryAfter(res.StatusCode, res.Header, time.Now())}
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxErrorBody))
	_ = rawjson.Object(string(body), func(name string, v rawjson.Value) error {
		s, _ := v.String()
		switch {
		case name == "error" && s != "":
			f.Code = fetch.Clean(quoting(res.Request, s))
		case name == "error_description":
			f.Description = fetch.Clean(quoting(res.Request, s))
		}
		return nil
	})
	if f.Code == "bad_answer" {
		f.Err = &fetch.StatusError{Status: f.Status}
	}
	return f
}

// IsScope recognizes a scope-token (RFC 6749 section 3.3).
func IsScope(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c > '~' || c == '"' || c == '\\'
	})
}
