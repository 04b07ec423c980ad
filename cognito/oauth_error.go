package cognito

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/cause"
)

// An OAuthError says why a call to one of Cognito's OAuth endpoints failed.
// [errors.Is] finds [ErrInvalidGrant] in it if Code is [CodeInvalidGrant],
// unless Status says that the server itself failed.
type OAuthError struct {
	// Op is the step: [observe.OpLogin], OpCallback, OpExchange, OpRefresh,
	// OpUserInfo or OpRevoke in package hostedui, and OpClientCredentials in
	// package clientcredentials.
	Op observe.Op

	// Code says what went wrong.
	Code OAuthCode

	// Description is Cognito's error_description. Use it only in logs: in a
	// callback, it comes from the URL and anybody can write it.
	Description string

	// Status is the HTTP status of Cognito's answer, or 0 if there was no
	// answer.
	Status int

	// Wait is how long Cognito asks the caller to wait: the Retry-After of an
	// answer with status 429 or 5xx, or 0.
	Wait time.Duration

	// Err is the cause, or nil. It never quotes a token.
	Err error
}

// An OAuthCode is the protocol's error code (RFC 6749 sections 4.1.2.1 and 5.2)
// or one of this module's. Cognito may send codes that are not listed here.
type OAuthCode string

// Codes of the protocol.
const (
	CodeInvalidRequest          OAuthCode = "invalid_request"
	CodeInvalidClient           OAuthCode = "invalid_client"
	CodeInvalidGrant            OAuthCode = "invalid_grant"
	CodeInvalidScope            OAuthCode = "invalid_scope"
	CodeInvalidToken            OAuthCode = "invalid_token"
	CodeUnauthorizedClient      OAuthCode = "unauthorized_client"
	CodeUnsupportedGrantType    OAuthCode = "unsupported_grant_type"
	CodeUnsupportedResponseType OAuthCode = "unsupported_response_type"
	CodeUnsupportedTokenType    OAuthCode = "unsupported_token_type"
	CodeInsufficientScope       OAuthCode = "insufficient_scope"
	CodeAccessDenied            OAuthCode = "access_denied"
	CodeLoginRequired           OAuthCode = "login_required"
	CodeInteractionRequired     OAuthCode = "interaction_required"
	CodeConsentRequired         OAuthCode = "consent_required"
	CodeAccountChoiceRequired   OAuthCode = "account_selection_required"
	CodeServerError             OAuthCode = "server_error"
	CodeTemporarilyUnavailable  OAuthCode = "temporarily_unavailable"

	// CodeUnreachable means that there was no answer.
	CodeUnreachable OAuthCode = "unreachable"
	// CodeBadAnswer means that Cognito's answer cannot be read or lacks a
	// part.
	CodeBadAnswer OAuthCode = "bad_answer"
	// CodeBadAttempt means that a login's Attempt is incomplete. Cognito was
	// not called.
	CodeBadAttempt OAuthCode = "bad_attempt"
	// CodeCookiesBlocked means that a browser keeps no cookie of the app.
	CodeCookiesBlocked OAuthCode = "cookies_blocked"
	// CodeUnknownState means that a callback belongs to no login that this
	// browser began.
	CodeUnknownState OAuthCode = "unknown_state"
	// CodeUnreadableCookie means that a callback came with a login cookie that
	// this process cannot open. It was sealed with other keys, or another app
	// has overwritten it.
	CodeUnreadableCookie OAuthCode = "unreadable_cookie"
	// CodeNoCode means that a callback has neither a code nor an error.
	CodeNoCode OAuthCode = "no_code"
	// CodeWrongIssuer means that a callback names another issuer (RFC 9207).
	CodeWrongIssuer OAuthCode = "wrong_issuer"
)

func (e *OAuthError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cognito: %s: %s", e.Op, e.Code)
	if e.Description != "" {
		fmt.Fprintf(&b, " (%q)", e.Description)
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, ", status %d", e.Status)
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
func (e *OAuthError) Unwrap() error { return e.Err }

// RetryAfter returns e.Wait. Package session uses it.
func (e *OAuthError) RetryAfter() time.Duration { return e.Wait }

// Is reports whether target is [ErrInvalidGrant] and e is such an error.
func (e *OAuthError) Is(target error) bool {
	return target == ErrInvalidGrant && e.Code == CodeInvalidGrant && e.Status < 500
}

// Hint returns advice for a developer about e, with Cognito's names of the
// settings. It is "" if there is no advice.
func (e *OAuthError) Hint() string {
	c, _ := cause.Find(cause.Refusal{Op: string(e.Op), Code: string(e.Code), Description: e.Description})
	return c.Advice
}
