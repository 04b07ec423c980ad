package session

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session/internal/refusals"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A Refusal says why a request may not pass.
type Refusal struct {
	Status int // 401, 403, 500 or 503

	// Code is [cognito.SignInRequired], CrossOrigin, Forbidden, StaleSignIn,
	// Refused, PolicyMistake, GuardMistake, PolicyUnchecked, RefreshUnavailable
	// or StoreUnavailable.
	Code cognito.RefusalCode

	// Detail is the text of the hook that refused the visitor, if Code is cognito.Refused.
	Detail string

	// LoginURL is the URL of the login, which leads back to this page. It is
	// set for SignInRequired and StaleSignIn.
	LoginURL string

	// ContinueURL is a link to the requested page. It is set for CrossOrigin.
	// A form of another site, such as a payment page that sends the visitor
	// back, comes without the session's cookie. When the visitor follows this
	// link, the browser sends the cookie. If the request came under another
	// host name of the app, such as "127.0.0.1" for "localhost", the URL is
	// below BaseURL. It never leads to another site.
	ContinueURL string

	base string // path of BaseURL
}

// turnAway answers a request that has no session, or whose session cannot be
// read or refreshed.
func (m *Manager) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, ErrNoSession) {
		m.logger.ErrorContext(r.Context(), "session: request refused", "op", "require", "err", err)
		web.RetrySoon(w.Header())
		code := cognito.RefreshUnavailable
		if errors.Is(err, ErrStore) {
			code = cognito.StoreUnavailable
		}
		m.refuse(w, r, Refusal{Status: http.StatusServiceUnavailable, Code: code})
		return
	}
	login := m.loginURL(r)
	if m.site.Is(r, m.cfg.loginPath()) {
		m.logger.ErrorContext(r.Context(), "session: the login is behind Require", "op", "require", "path", r.URL.Path, "base_url", m.cfg.BaseURL,
			"hint", "nobody can sign in: Protect or Require must not wrap the handler of the login (hostedui.Client at its Prefix); mount that handler separately, so that it gets this path; if BaseURL (APP_URL) has a path, mount the app below that path, or let a proxy remove it")
		m.refuse(w, r, Refusal{Status: http.StatusInternalServerError, Code: cognito.PolicyMistake})
		return
	}
	if web.IsNavigation(r) {
		m.tellRefusal(r, cognito.SignInRequired, http.StatusFound)
		web.NoCache(w.Header())
		web.Redirect(w, http.StatusFound, login)
		return
	}
	m.refuse(w, r, Refusal{Status: http.StatusUnauthorized, Code: cognito.SignInRequired, LoginURL: login})
}

// loginURL is the path of the login, with the page to lead back to.
func (m *Manager) loginURL(r *http.Request) string {
	login := m.site.Outside(m.cfg.loginPath())
	target := m.site.ReturnTarget(r, m.cfg.BaseURL)
	if target == "" {
		return login
	}
	return login + "?" + url.Values{"return_to": {target}}.Encode()
}

// deny answers a signed-in user who does not satisfy a policy.
func (m *Manager) deny(w http.ResponseWriter, r *http.Request, id *cognito.Identity, err error) {
	why, level := Refusal{Status: http.StatusForbidden, Code: cognito.Forbidden}, slog.LevelInfo
	switch code := cognito.CodeOf(err); code {
	case cognito.PolicyMistake, cognito.PolicyUnchecked, cognito.GuardMistake:
		why, level = Refusal{Status: code.Status(), Code: code}, slog.LevelError
		if code == cognito.PolicyUnchecked {
			web.RetrySoon(w.Header())
		}
	case cognito.StaleSignIn:
		why.Code = code
		login := m.loginURL(r)
		separator := "?"
		if strings.Contains(login, "?") {
			separator = "&"
		}
		why.LoginURL = login + separator + "prompt=login"
	}
	var policy, refusedBy string
	if e, ok := errors.AsType[*cognito.PolicyError](err); ok && why.Code != cognito.GuardMistake { // whose text names the wrong code
		policy, refusedBy = e.Policy, e.RefusedBy
	}
	m.logger.Log(r.Context(), level, "session: refused by policy", "op", "require", "code", why.Code, "policy", policy, "refused_by", refusedBy, "err", err, "user", id)
	m.refuse(w, r, why)
}

// mapFailed answers a user whom the app's hook refused, or failed to map.
func (m *Manager) mapFailed(w http.ResponseWriter, r *http.Request, id *cognito.Identity, err error) {
	if text, ok := errors.AsType[cognito.Refuse](err); ok {
		m.logger.InfoContext(r.Context(), "session: request refused", "op", "require", "code", cognito.Refused, "err", err)
		m.refuse(w, r, Refusal{Status: http.StatusForbidden, Code: cognito.Refused, Detail: string(text)})
		return
	}
	if _, ok := errors.AsType[*cognito.PolicyError](err); ok {
		m.deny(w, r, id, err)
		return
	}
	m.logger.ErrorContext(r.Context(), "session: the user could not be mapped", "op", "require", "code", cognito.GuardMistake, "err", err)
	m.refuse(w, r, Refusal{Status: http.StatusInternalServerError, Code: cognito.GuardMistake})
}

// refuse answers with a page where a person will see it, and else with a JSON
// problem.
func (m *Manager) refuse(w http.ResponseWriter, r *http.Request, why Refusal) {
	m.tellRefusal(r, why.Code, why.Status)
	web.NoCache(w.Header())
	why.base = m.site.Outside("")
	if !web.WantsPage(r) {
		title, text := why.Text()
		if why.Code == cognito.SignInRequired {
			title, text = "Sign-in required", "Nobody is signed in. Open login_url in a browser window to sign in."
		}
		web.WriteProblem(w, &web.Problem{Status: why.Status, Title: title, Detail: text, Code: string(why.Code), LoginURL: why.LoginURL})
		return
	}
	if why.Code == cognito.CrossOrigin {
		why.ContinueURL = cmp.Or(m.site.Target(r), m.site.Outside("/"))
		if base, err := url.Parse(m.cfg.BaseURL); err == nil { // under an alias every form would be refused
			why.ContinueURL = web.Reachable(r, base, why.ContinueURL)
		}
	}
	if m.cfg.Refused != nil {
		web.Challenge(w.Header(), why.Status)
		m.cfg.Refused(w, r, why)
		return
	}
	why.Write(w, r)
}

// Text returns the title and the text of the built-in page.
func (why Refusal) Text() (title, text string) { return refusals.Text(why.Code, why.Detail) }

// Write answers the request r with the built-in page for a refusal.
func (why Refusal) Write(w http.ResponseWriter, r *http.Request) {
	page := refusals.Page(why.Code, why.Detail, refusals.Links{Login: why.LoginURL, Continue: why.ContinueURL, Home: why.base + "/", Again: web.MayTryAgain(r, why.Status)})
	page.Framed = web.IsFramed(r)
	page.Write(w, why.Status)
}
