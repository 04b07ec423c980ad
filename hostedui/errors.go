package hostedui

import (
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

// An Error is a [cognito.OAuthError]: it describes a login, or a call to
// Cognito, that failed.
type Error = cognito.OAuthError

// callError makes an Error of what a call returned.
func callError(op observe.Op, err error) error { return failed(op, oauth.FromError(err)) }

// answerError makes an Error of a refusal.
func answerError(op observe.Op, res *http.Response) error { return failed(op, oauth.FromAnswer(res)) }

func failed(op observe.Op, f oauth.Failure) error {
	return &Error{Op: op, Code: cognito.OAuthCode(f.Code), Description: f.Description, Status: f.Status, Wait: f.Wait, Err: f.Err}
}

// overWithNext reports whether the same login will succeed when it begins
// again. A PreSignUp trigger has just linked the provider's user to another
// one, which ends only the first sign-in.
func overWithNext(e *Error) bool {
	c, _ := cause.Find(cause.Refusal{Op: string(e.Op), Code: string(e.Code), Description: e.Description})
	return c.ID == cause.LinkedInTrigger
}

var (
	errNoIDToken   = errors.New("the answer has no id_token, although the login asked for the scope openid")
	errNotBearer   = errors.New("the token_type is not Bearer")
	errOtherUser   = errors.New("the tokens belong to different users")
	errOtherClient = errors.New("the ID token is for another app client")
	errBadAttempt  = errors.New("the attempt has no nonce or code verifier of 32 bytes: it must be the one that NewAttempt made for this login")
)
