package cognito

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/jws"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A refusal is an answer that is not the handler's.
type refusal struct {
	status int
	code   string
	detail string // for the caller
	oauth  string // error of a Bearer challenge
	params string // its further parameters
}

// RefusalCode is the stable code for an error of an [Authenticator] or a
// [TokenVerifier], as a [Guard] answers with it, for adapters of other
// frameworks: "credentials_required", "invalid_request", "token_expired",
// "wrong_token" (an ID or refresh token), "invalid_token", or
// "credentials_unchecked", which is not the caller's fault.
func RefusalCode(err error) string {
	refused, typed := errors.AsType[*VerifyError](err)
	switch {
	case errors.Is(err, ErrNoCredentials):
		return "credentials_required"
	case errors.Is(err, ErrMalformed):
		return "invalid_request"
	case errors.Is(err, ErrKeysUnavailable), !typed:
		return "credentials_unchecked"
	case errors.Is(err, ErrExpired):
		return "token_expired"
	case refused.Check == "token_use", errors.Is(err, jws.ErrRefreshToken):
		return "wrong_token"
	}
	return "invalid_token"
}

// unidentified are the refusals of requests whose user is not known.
var unidentified = map[string]refusal{
	"credentials_required":  {status: http.StatusUnauthorized, detail: "This needs credentials, and the request carries none."},
	"invalid_request":       {status: http.StatusBadRequest, oauth: "invalid_request", detail: "The request's credentials are malformed or given more than once."},
	"token_expired":         {status: http.StatusUnauthorized, oauth: "invalid_token", detail: "The token has expired. Get a new one and try again."},
	"wrong_token":           {status: http.StatusUnauthorized, oauth: "invalid_token", detail: "This is not an access token. Send the access token, not the ID token or the refresh token."},
	"invalid_token":         {status: http.StatusUnauthorized, oauth: "invalid_token", detail: "The token is not valid here."},
	"credentials_unchecked": {status: http.StatusServiceUnavailable, detail: "The credentials could not be checked just now. They may be good: please try again in a few seconds."},
}

// turnAway answers a request whose user is not known.
func (s *guarded) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	why := unidentified[RefusalCode(err)]
	why.code = RefusalCode(err)
	level := slog.LevelInfo
	switch why.code {
	case "credentials_unchecked":
		level = slog.LevelError
		web.RetrySoon(w.Header())
	case "token_expired", "credentials_required": // everyday
		level = slog.LevelDebug
	}
	check := ""
	if refused, ok := errors.AsType[*VerifyError](err); ok {
		check = refused.Check
	}
	s.logger.Log(r.Context(), level, "cognito: request refused", "op", "require", "code", why.code, "check", check, "err", err, "hint", refusalHint(why.code, err))
	s.refuse(w, why)
}

// refusalHint says what the caller, or the developer, can do about a refusal.
func refusalHint(code string, err error) string {
	if refused, ok := errors.AsType[*VerifyError](err); ok {
		return refused.Hint()
	}
	c, _ := cause.Find(cause.Refusal{Op: cause.OpRequire, Code: code})
	return c.Advice
}

func (s *guarded) mapFailed(w http.ResponseWriter, r *http.Request, err error) {
	if text, ok := RefusalText(err); ok {
		s.logger.InfoContext(r.Context(), "cognito: request refused", "op", "require", "code", "refused", "err", err)
		s.refuse(w, refusal{status: http.StatusForbidden, code: "refused", oauth: "insufficient_scope", detail: text})
		return
	}
	s.logger.ErrorContext(r.Context(), "cognito: the user could not be mapped", "op", "require", "code", "guard_error", "err", err)
	s.refuse(w, refusal{status: http.StatusInternalServerError, code: "guard_error", detail: "The app failed to find the user's record."})
}

// deny answers a user who does not satisfy the policy.
func (s *guarded) deny(w http.ResponseWriter, r *http.Request, id *Identity) {
	now := s.now()
	why := refusal{status: http.StatusForbidden, code: "forbidden", oauth: "insufficient_scope", detail: "The user, or the client, may not do this."}
	if scopes := s.policy.neededScopes(id, now); len(scopes) > 0 {
		why.code = "insufficient_scope"
		why.detail = "The token lacks a scope that this needs."
		why.params = ", scope=" + quotedString(strings.Join(scopes, " "))
	} else if s.policy.NeedsFreshSignIn(id, now) {
		why.status, why.code, why.oauth = http.StatusUnauthorized, "stale_sign_in", "insufficient_user_authentication"
		why.detail = "The last sign-in is too long ago. The user has to sign in again."
		if age := s.policy.maxSignInAge(); age > 0 {
			why.params = ", max_age=" + quotedString(strconv.FormatInt(int64(age/time.Second), 10))
		}
	}
	s.logger.InfoContext(r.Context(), "cognito: refused by policy", "op", "require", "code", why.code,
		"policy", s.policy.String(), "refused_by", s.policy.RefusedBy(id, now).String(), "user", id)
	s.refuse(w, why)
}

// refuse writes the answer: the challenge, where there is one, and a problem.
func (s *guarded) refuse(w http.ResponseWriter, why refusal) {
	h := w.Header()
	s.private(h)
	if s.challenge != "" && why.status < 500 {
		challenge := s.challenge
		if why.oauth != "" && strings.HasPrefix(challenge, "Bearer") {
			separator := " "
			if strings.Contains(challenge, " ") {
				separator = ", "
			}
			challenge += separator + "error=" + quotedString(why.oauth) + ", error_description=" + quotedString(why.detail) + why.params
		}
		h.Set("WWW-Authenticate", challenge)
	}
	web.WriteProblem(w, &web.Problem{Status: why.status, Title: http.StatusText(why.status), Detail: why.detail, Code: why.code})
}

// Refuse makes an error for a hook to return, such as [Guard.MapUser]: the
// user is refused with this text, which they see.
func Refuse(text string) error { return &refusedUser{text} }

// RefusalText returns the text of an error made with [Refuse].
func RefusalText(err error) (text string, ok bool) {
	refused, ok := errors.AsType[*refusedUser](err)
	if !ok {
		return "", false
	}
	return refused.text, true
}

type refusedUser struct{ text string }

func (r *refusedUser) Error() string { return "cognito: user refused: " + r.text }
