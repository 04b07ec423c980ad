package hostedui

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
)

// An Error is a call to Cognito, or an answer from it, that went wrong. It is
// [cognito.ErrInvalidGrant] where Code is "invalid_grant".
type Error struct {
	// Op is the step: "callback", "exchange", "refresh", "userinfo" or
	// "revoke".
	Op string

	// Code is the protocol's error code, such as "invalid_grant" (RFC 6749
	// sections 4.1.2.1 and 5.2), or one of ours where the protocol has none:
	// "unreachable" (no answer), "bad_answer" (one that makes no sense).
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
	return target == cognito.ErrInvalidGrant && e.Code == "invalid_grant"
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
		return "the code was used before, is older than five minutes, or CallbackURLs and Config.BaseURL differ"
	}
	return ""
}

// maxDescription bounds what is kept of an error_description, in bytes.
const maxDescription = 500

func clean(description string) string {
	if len(description) > maxDescription {
		description = description[:maxDescription]
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(description, ""))
}

// callError makes an Error of what a call returned, without the answer's
// body, which x/oauth2 would quote.
func callError(op string, err error) error {
	var retrieve *oauth2.RetrieveError
	var status *fetch.StatusError
	var transport *url.Error
	switch {
	case errors.As(err, &retrieve):
		e := &Error{Op: op, Code: clean(retrieve.ErrorCode), Description: clean(retrieve.ErrorDescription)}
		if retrieve.Response != nil {
			e.Status = retrieve.Response.StatusCode
		}
		if e.Code == "" {
			e.Code = "bad_answer"
			e.Err = &fetch.StatusError{Status: e.Status}
		}
		return e
	case errors.As(err, &status):
		return &Error{Op: op, Code: "bad_answer", Status: status.Status, Err: status}
	case errors.Is(err, fetch.ErrNotJSON), errors.Is(err, fetch.ErrRedirect), errors.Is(err, fetch.ErrTooLarge):
		return &Error{Op: op, Code: "bad_answer", Err: err}
	case errors.As(err, &transport), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Op: op, Code: "unreachable", Err: err}
	}
	return &Error{Op: op, Code: "bad_answer"} // the text of err may quote the answer
}

// Refuse makes an error for OnLogin to return: the user is refused with this
// text, which the visitor sees.
func Refuse(text string) error { return &refusal{text} }

type refusal struct{ text string }

func (r *refusal) Error() string { return "hostedui: login refused: " + r.text }

var (
	errNoIDToken = errors.New("the answer has no id_token, though the scope openid was asked for")
	errOtherUser = errors.New("the tokens belong to different users")
)
