package cognito

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/jws"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A RefusalCode says why a request was refused. It stays the same between
// releases. JSON problems, pages, events and log lines have it.
type RefusalCode string

// The codes of refusals.
const (
	// Codes of a Guard.
	CredentialsRequired  RefusalCode = "credentials_required"  // the request carries none
	InvalidRequest       RefusalCode = "invalid_request"       // credentials malformed or given twice
	TokenExpired         RefusalCode = "token_expired"         // the token has ended: get a new one
	WrongToken           RefusalCode = "wrong_token"           // an ID or refresh token
	InvalidToken         RefusalCode = "invalid_token"         // not valid here
	StaleSignIn          RefusalCode = "stale_sign_in"         // the sign-in is too old: sign in again
	InsufficientScope    RefusalCode = "insufficient_scope"    // the token lacks a scope: ask for more scopes
	Forbidden            RefusalCode = "forbidden"             // the policy refuses
	Refused              RefusalCode = "refused"               // a hook refuses, see Refuse
	PolicyMistake        RefusalCode = "policy_error"          // a mistake in a policy
	GuardMistake         RefusalCode = "guard_error"           // a mistake in a guard or hook
	CredentialsUnchecked RefusalCode = "credentials_unchecked" // not the caller's fault: try again
	PolicyUnchecked      RefusalCode = "policy_unchecked"      // not the caller's fault: try again

	// Codes of package session, and of the pages of package hostedui. These
	// also use Forbidden, StaleSignIn, Refused, PolicyMistake, GuardMistake and
	// PolicyUnchecked.
	SignInRequired     RefusalCode = "sign_in_required"    // nobody is signed in
	CrossOrigin        RefusalCode = "cross_origin"        // another site caused the request
	RefreshUnavailable RefusalCode = "refresh_unavailable" // the tokens cannot be refreshed at the moment
	StoreUnavailable   RefusalCode = "store_unavailable"   // the sessions cannot be read at the moment

	// Codes of the pages of package hostedui.
	LoginExpired     RefusalCode = "login_expired"      // begun too long ago, elsewhere, or used already
	LoginFailed      RefusalCode = "login_failed"       // Cognito refuses the login
	LoginRequired    RefusalCode = "login_required"     // a silent login found that nobody is signed in
	AccessDenied     RefusalCode = "access_denied"      // the visitor cancelled, or Cognito does not allow the user
	CognitoFailed    RefusalCode = "cognito_failed"     // no answer from Cognito, or a wrong one
	CookiesBlocked   RefusalCode = "cookies_blocked"    // the browser keeps no cookie of the app
	SessionFailed    RefusalCode = "session_failed"     // the app could not finish the login
	BadCallback      RefusalCode = "bad_callback"       // a callback that Cognito did not make
	NotFound         RefusalCode = "not_found"          // no page has this path
	MethodNotAllowed RefusalCode = "method_not_allowed" // the path needs another method
)

// A refusal is an answer that is not the handler's.
type refusal struct {
	code   RefusalCode
	detail string        // for the caller; "" means the code's own
	scopes []string      // with InsufficientScope
	maxAge time.Duration // with StaleSignIn
	err    error         // the reason
	who    *Identity     // nil if unknown
}

// CodeOf returns the code with which a [Guard] answers an error of an
// [Authenticator], a [TokenVerifier] or [Policy.Check], or a [Refuse]. It is
// for adapters of other frameworks. For a [PolicyError] of your own with a code
// that a Guard does not have, it returns GuardMistake. For any other error it
// returns CredentialsUnchecked, which is not the caller's fault. A Guard answers
// other errors of [Guard.MapUser] with GuardMistake.
func CodeOf(err error) RefusalCode {
	if policy, ok := errors.AsType[*PolicyError](err); ok {
		if policy.Code.Status() == 0 {
			return GuardMistake
		}
		return policy.Code
	}
	if _, ok := errors.AsType[Refuse](err); ok {
		return Refused
	}
	refused, typed := errors.AsType[*VerifyError](err)
	switch {
	case errors.Is(err, ErrNoCredentials):
		return CredentialsRequired
	case errors.Is(err, ErrMalformed):
		return InvalidRequest
	case errors.Is(err, ErrKeysUnavailable), !typed:
		return CredentialsUnchecked
	case errors.Is(err, ErrExpired):
		return TokenExpired
	case refused.Check == CheckTokenUse, errors.Is(err, jws.ErrRefreshToken):
		return WrongToken
	}
	return InvalidToken
}

// Status returns the HTTP status of a [Guard]'s answer with this code. It is 0
// for codes that only other packages use: their status is in a
// [session.Refusal] or a hostedui.PageError.
func (c RefusalCode) Status() int { return answers[c].status }

// answers are what a Guard answers for each code. An answer has a status, the
// error of a Bearer challenge (RFC 6750 section 3.1, RFC 9470 section 3) and a
// text.
var answers = map[RefusalCode]struct {
	status int
	oauth  string
	detail string
}{
	CredentialsRequired:  {http.StatusUnauthorized, "", "This needs credentials, and the request carries none."},
	InvalidRequest:       {http.StatusBadRequest, "invalid_request", "The request's credentials are malformed or given more than once."},
	TokenExpired:         {http.StatusUnauthorized, "invalid_token", "The token has expired. Get a new one and try again."},
	WrongToken:           {http.StatusUnauthorized, "invalid_token", "This is not an access token. Send the access token, not the ID token or the refresh token."},
	InvalidToken:         {http.StatusUnauthorized, "invalid_token", "The token is not valid here."},
	StaleSignIn:          {http.StatusUnauthorized, "insufficient_user_authentication", "The last sign-in is too long ago. The user has to sign in again."},
	InsufficientScope:    {http.StatusForbidden, "insufficient_scope", "The token lacks a scope that this needs."},
	Forbidden:            {http.StatusForbidden, "insufficient_scope", "The user, or the client, may not do this."},
	Refused:              {http.StatusForbidden, "insufficient_scope", "The user may not use this app."},
	PolicyMistake:        {http.StatusInternalServerError, "", "Something is set up wrong here. The people who run this API find the details in its log."},
	GuardMistake:         {http.StatusInternalServerError, "", "Something is set up wrong here. The people who run this API find the details in its log."},
	CredentialsUnchecked: {http.StatusServiceUnavailable, "", "The credentials could not be checked just now. They may be good: please try again in a few seconds."},
	PolicyUnchecked:      {http.StatusServiceUnavailable, "", "Whether this is allowed could not be checked just now. Please try again in a few seconds."},
}

// turnAway answers a request whose user is not known.
func (s *guarded) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	code := CodeOf(err)
	level := levelOf(code)
	if code == TokenExpired || code == CredentialsRequired { // everyday
		level = slog.LevelDebug
	}
	var check Check
	if refused, ok := errors.AsType[*VerifyError](err); ok {
		check = refused.Check
	}
	s.logger.Log(r.Context(), level, "cognito: request refused", "op", "require", "code", code, "check", check, "err", err, "hint", refusalHint(code, err))
	s.refuse(w, r, refusal{code: code, err: err})
}

// refusalHint says what the caller, or the developer, can do about a refusal.
func refusalHint(code RefusalCode, err error) string {
	if refused, ok := errors.AsType[*VerifyError](err); ok {
		return refused.Hint()
	}
	c, _ := cause.Find(cause.Refusal{Op: cause.OpRequire, Code: string(code)})
	return c.Advice
}

func (s *guarded) mapFailed(w http.ResponseWriter, r *http.Request, id *Identity, err error) {
	if text, ok := errors.AsType[Refuse](err); ok {
		s.logger.InfoContext(r.Context(), "cognito: request refused", "op", "require", "code", Refused, "err", err)
		s.refuse(w, r, refusal{code: Refused, detail: string(text), err: err, who: id})
		return
	}
	if _, ok := errors.AsType[*PolicyError](err); ok {
		s.deny(w, r, id, err)
		return
	}
	s.logger.ErrorContext(r.Context(), "cognito: the user could not be mapped", "op", "require", "code", GuardMistake, "err", err)
	s.refuse(w, r, refusal{code: GuardMistake, err: err, who: id, detail: "The app failed to find the user's record."})
}

// deny answers a user who does not satisfy the policy.
func (s *guarded) deny(w http.ResponseWriter, r *http.Request, id *Identity, err error) {
	why := refusalOf(err)
	policy, _ := errors.AsType[*PolicyError](err) // as Check returns all
	reason := err
	if why.code == GuardMistake {
		reason = fmt.Errorf("a PolicyError has the code %q, which is not one of a Guard: %w", policy.Code, err)
	}
	s.logger.Log(r.Context(), levelOf(why.code), "cognito: refused by policy", "op", "require", "code", why.code,
		"policy", policy.Policy, "refused_by", policy.RefusedBy, "err", reason, "user", id)
	why.err, why.who = err, id
	s.refuse(w, r, why)
}

// levelOf is the level at which a refusal is logged.
func levelOf(code RefusalCode) slog.Level {
	if code.Status() >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// refusalOf is the refusal that belongs to an error.
func refusalOf(err error) refusal {
	why := refusal{code: CodeOf(err)}
	text, _ := errors.AsType[Refuse](err)
	why.detail = string(text)
	if policy, ok := errors.AsType[*PolicyError](err); ok {
		why.scopes, why.maxAge = policy.Scopes, policy.MaxAge
	}
	return why
}

// refuse writes the answer: the challenge, where there is one, and a problem.
func (s *guarded) refuse(w http.ResponseWriter, r *http.Request, why refusal) {
	s.tell(r, why)
	a := answers[why.code]
	if why.detail == "" {
		why.detail = a.detail
	}
	h := w.Header()
	s.private(h)
	if a.status == http.StatusServiceUnavailable {
		web.RetrySoon(h)
	}
	if list := s.challengesFor(why); len(list) > 0 {
		h["Www-Authenticate"] = list
	}
	web.WriteProblem(w, &web.Problem{Status: a.status, Title: http.StatusText(a.status), Detail: why.detail, Code: string(why.code)})
}

// Refuse is an error for a hook to return, such as [Guard.MapUser]:
//
//	return cognito.Refuse("This account is closed.")
//
// The user is refused and sees this text. [errors.AsType] finds a Refuse in
// an error.
type Refuse string

func (r Refuse) Error() string { return "cognito: user refused: " + string(r) }
