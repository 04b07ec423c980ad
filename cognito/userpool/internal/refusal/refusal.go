// Package refusal reads the SDK's error for a failed call, and removes secrets
// from its text.
package refusal

import (
	"errors"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/internal/awscall"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// A Kind says how a call went wrong.
type Kind int

// The kinds. The zero Kind is an answer that makes no sense.
const (
	BadAnswer  Kind = iota
	BadRequest      // nothing was sent
	Unanswered
	Refused // by Cognito
)

// A Refusal is what is known of a call that went wrong.
type Refusal struct {
	Kind    Kind
	Code    string // Cognito's name of the error, or ""
	Message string // Cognito's text, without secrets, or ""
	Text    string // the whole text in lower case, secrets included: for looking up only

	Status    int    // of the answer, or 0
	RequestID string // or ""
	Wait      time.Duration

	Err error // the cause, without secrets
}

// Read reads an error of the SDK. It takes the secrets out of err itself, since
// callers can reach that.
func Read(err error, secrets ...string) Refusal {
	r := Refusal{Err: err}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		r.Status, r.RequestID = answer.HTTPStatusCode(), fetch.Clean(answer.RequestID)
		r.Wait = awscall.RetryAfter(answer)
	}
	var refused smithy.APIError
	var missing smithy.InvalidParamsError
	switch {
	case errors.As(err, &missing):
		r.Kind = BadRequest // the text names members, and no values
	case errors.As(err, &refused) && refused.ErrorCode() != "UnknownError":
		r.Kind, r.Code = Refused, fetch.Clean(refused.ErrorCode())
		r.Text = strings.ToLower(fetch.Clean(refused.ErrorMessage()))
		scrub(refused, secrets)
		if r.Message = fetch.Clean(refused.ErrorMessage()); r.Message == r.Code { // what the SDK says for none
			r.Message = ""
		}
	case awscall.Unanswered(err):
		r.Kind = Unanswered
	default: // the text may quote the answer
		r.Err = awscall.BadAnswer(err, r.Status)
	}
	return r
}

// scrub removes values that the call passed in from Cognito's message.
func scrub(refused smithy.APIError, secrets []string) {
	var message *string
	switch r := refused.(type) { // the others have fixed texts
	case *types.InvalidParameterException:
		message = r.Message
	case *types.UserLambdaValidationException:
		message = r.Message
	case *smithy.GenericAPIError:
		message = &r.Message
	}
	if message != nil {
		*message = redact.Message(*message, secrets...)
	}
}
