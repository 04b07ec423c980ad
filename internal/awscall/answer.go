package awscall

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

// RetryAfter is how long an answer asks for a pause, or 0.
func RetryAfter(answer *awshttp.ResponseError) time.Duration {
	if answer.ResponseError == nil || answer.Response == nil || answer.Response.Response == nil {
		return 0
	}
	return fetch.RetryAfter(answer.HTTPStatusCode(), answer.Response.Header, time.Now())
}

// Unanswered reports whether a call ended with err before an answer came.
func Unanswered(err error) bool {
	var transport *url.Error
	return Unusable(err) == nil &&
		(errors.As(err, &transport) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// Unusable returns the error that says why an answer was unusable, or nil for
// any other error.
func Unusable(err error) error {
	for _, target := range []error{fetch.ErrNotJSON, fetch.ErrRedirect, fetch.ErrTooLarge} {
		if errors.Is(err, target) {
			return target
		}
	}
	return nil
}

// BadAnswer is an error for an answer that makes no sense. It does not quote
// the answer, as the SDK's own may.
func BadAnswer(err error, status int) error {
	if why := Unusable(err); why != nil {
		return why
	}
	if status != 0 && status != http.StatusOK {
		return &fetch.StatusError{Status: status}
	}
	return errors.New("the answer cannot be read")
}
