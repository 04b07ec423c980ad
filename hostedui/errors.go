package hostedui

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

// An Error is a call to Cognito, or an answer from it, that went wrong. It is
// [cognito.ErrInvalidGrant] where Code is "invalid_grant", unless Status says
// that the server itself failed.
type Error struct {
	// Op is the step: "login", "callback", "exchange", "refresh", "userinfo"
	// or "revoke".
	Op string

	// Code is the protocol's error code, such as "invalid_grant" (RFC 6749
	// sections 4.1.2.1 and 5.2), or one of ours where the protocol has none:
	// "unreachable" (no answer), "bad_answer" (one that makes no sense),
	// "bad_attempt" (nothing was asked), "cookies_blocked" (in a login), and
	// "unknown_state", "no_code" and "wrong_issuer" (in a callback).
	Code string

	// Description is Cognito's error_description. It is for the log: in a
	// callback anybody can write it.
	Description string

	// Status is the HTTP status of Cognito's answer, or 0.
	Status int

	// Err is the cause, or nil. It never quotes a token.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "hostedui: %s: %s", e.Op, e.Code)
	if e.Description != "" {
		fmt.Fprintf(&b, " (%q)", e.Description)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if hint := e.Hint(); hint != "" {
		b.WriteString(": " + hint)
	}
	return b.String()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// Is makes an invalid_grant [cognito.ErrInvalidGrant].
func (e *Error) Is(target error) bool {
	return target == cognito.ErrInvalidGrant && e.Code == "invalid_grant" && e.Status < 500
}

// Hint says what a developer can do about e, in Cognito's words, or "".
func (e *Error) Hint() string {
	switch {
	case e.Code == "invalid_scope", e.Code == "invalid_request" && strings.Contains(e.Description, "invalid_scope"):
		return "a scope in Config.Scopes is not among AllowedOAuthScopes of the app client"
	case e.Code == "unauthorized_client":
		return "the app client needs AllowedOAuthFlowsUserPoolClient and \"code\" in AllowedOAuthFlows"
	case e.Code == "invalid_client":
		return "the app client's secret is missing or wrong: compare Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET); a public client has none"
	case e.Code == "invalid_grant" && e.Op == "exchange":
		return "the code was used before or is older than five minutes, the callback URL has changed since the login, or the app client may not read an attribute that a scope stands for (ReadAttributes)"
	case e.Code == "invalid_request" && e.Op == "revoke":
		return "the app client needs EnableTokenRevocation"
	}
	return ""
}

// callError makes an Error of what a call returned.
func callError(op string, err error) error { return failed(op, oauth.FromError(err)) }

// answerError makes an Error of a refusal.
func answerError(op string, res *http.Response) error { return failed(op, oauth.FromAnswer(res)) }

func failed(op string, f oauth.Failure) error {
	return &Error{Op: op, Code: f.Code, Description: f.Description, Status: f.Status, Err: f.Err}
}

// Refuse makes an error for OnLogin to return: the user is refused with this
// text, which the visitor sees. It is [cognito.Refuse], so that one function
// can serve OnLogin and [cognito.Guard.MapUser].
func Refuse(text string) error { return cognito.Refuse(text) }

var (
	errNoIDToken  = errors.New("the answer has no id_token, though the scope openid was asked for")
	errOtherUser  = errors.New("the tokens belong to different users")
	errBadAttempt = errors.New("the attempt has no nonce or code verifier of 32 bytes: it must be the one that NewAttempt made for this login")
)
