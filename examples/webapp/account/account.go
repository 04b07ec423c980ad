// Package account has account pages for an app that does not use those of
// Cognito. They cover sign-up, sign-in with every challenge, forgotten password,
// profile, second factors and devices. The pages call package userpool, and need
// no JavaScript.
//
// You may copy it together with its pages, and change it for your app.
package account

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

//go:embed pages/*.html
var files embed.FS

// Pages are the pages for [site.New].
func Pages() fs.FS {
	pages, err := fs.Sub(files, "pages")
	if err != nil {
		panic(err) // the path is a constant
	}
	return pages
}

// Where the pages are: those for everybody below Prefix, such as /auth/login,
// those for signed-in users at and below AccountPath.
const (
	Prefix      = "/auth/"
	AccountPath = "/account"
)

// A Config says what the pages work on.
type Config struct {
	Client   *userpool.Client
	Sessions *session.Manager
	Pending  *userpool.Pending
	Site     *site.Site

	// BaseURL is the app's own public URL. It decides whether cookies are
	// Secure: they are, unless it is an http URL of a loopback host.
	BaseURL string

	// AppName is what authenticator apps list the account under.
	AppName string

	// Home is where a sign-in leads if it did not begin on a page.
	Home string

	// EmailCodes offers a sign-in with a code by e-mail in place of the
	// password. The pool must allow EMAIL_OTP as a first factor, and the app
	// client ALLOW_USER_AUTH.
	EmailCodes bool

	// OnLogin is called before a session starts, and may set the identity's
	// UserID, or refuse with an error. Nil means that everybody is welcome.
	OnLogin func(ctx context.Context, who *cognito.Identity, tokens cognito.Tokens) error

	// SignOutEverywhere ends all of the user's sessions in this app. Nil means
	// that sessions are in cookies: then only the session of the request ends.
	SignOutEverywhere func(ctx context.Context, who *cognito.Identity) error

	Logger *slog.Logger
}

// pages is the handler.
type pages struct {
	Config
	mux *http.ServeMux
}

// New returns the pages, guarded against forms of other sites. It serves
// [Prefix], [AccountPath] and what is below that.
func New(cfg Config) http.Handler {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Home == "" {
		cfg.Home = "/"
	}
	p := &pages{Config: cfg, mux: http.NewServeMux()}
	p.routes()
	forms := http.NewCrossOriginProtection()
	forms.SetDenyHandler(http.HandlerFunc(p.notFromHere))
	return forms.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		p.mux.ServeHTTP(w, r)
	}))
}

// maxForm bounds what a form may send.
const maxForm = 64 << 10

func (p *pages) routes() {
	p.mux.HandleFunc("/", p.notFound)
	for pattern, h := range p.open() {
		p.mux.Handle(pattern, h)
	}
	for pattern, h := range p.signedIn() {
		p.mux.Handle(pattern, p.Sessions.Require(h))
	}
	for pattern, h := range p.recent() {
		p.mux.Handle(pattern, p.recently(h))
	}
}

// open are the pages for everybody, by the pattern of their route.
func (p *pages) open() map[string]http.HandlerFunc {
	routes := map[string]http.HandlerFunc{
		"GET /auth/login":            p.showLogin,
		"POST /auth/login":           p.login,
		"GET /auth/challenge":        p.showChallenge,
		"POST /auth/challenge":       p.answerChallenge,
		"GET /auth/signup":           p.showSignUp,
		"POST /auth/signup":          p.signUp,
		"GET /auth/confirm":          p.showConfirm,
		"POST /auth/confirm":         p.confirm,
		"POST /auth/confirm/resend":  p.resend,
		"GET /auth/forgot-password":  p.showForgot,
		"POST /auth/forgot-password": p.forgot,
		"GET /auth/reset-password":   p.showReset,
		"POST /auth/reset-password":  p.reset,
		"GET /auth/logout":           p.showLogout,
		"POST /auth/logout":          p.logout,
		"GET /auth/signed-out":       p.signedOut,
		"GET /auth/forget":           p.Sessions.ServeForget,
	}
	if p.EmailCodes {
		routes["POST /auth/login/email"] = p.loginByEmail
	}
	return routes
}

// signedIn are the pages for users.
func (p *pages) signedIn() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /account":                      p.showProfile,
		"POST /account":                     p.updateProfile,
		"GET /account/verify-email":         p.showVerify,
		"POST /account/verify-email":        p.verify,
		"POST /account/verify-email/send":   p.sendVerify,
		"GET /account/password":             p.showPassword,
		"POST /account/password":            p.changePassword,
		"GET /account/devices":              p.showDevices,
		"POST /account/devices":             p.changeDevice,
		"GET /account/sign-out-everywhere":  p.showEverywhere,
		"POST /account/sign-out-everywhere": p.signOutEverywhere,
	}
}

// recent are the pages for users who have signed in a moment ago.
func (p *pages) recent() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /account/mfa":      p.showMFA,
		"POST /account/mfa":     p.setMFA,
		"GET /account/mfa/app":  p.showApp,
		"POST /account/mfa/app": p.verifyApp,
		"GET /account/delete":   p.showDelete,
		"POST /account/delete":  p.deleteAccount,
	}
}

// recentSignIn is how long after a sign-in the user may change what protects
// the account. That is the e-mail address, the second factors and the account
// as a whole. After that, the user has to sign in once more. So a browser left
// open, or a copied cookie, is not enough to take over an account.
const recentSignIn = 15 * time.Minute

// recently lets users through to h who have signed in a moment ago.
func (p *pages) recently(h http.HandlerFunc) http.Handler {
	return p.Sessions.Require(h, cognito.SignedInWithin(recentSignIn))
}

// returnTo is where to go after the sign-in, as the form or the query says. It
// is checked each time, since a browser can send any text.
func (p *pages) returnTo(r *http.Request) string {
	return p.Sessions.ReturnPath(r.FormValue("return_to"), p.Home)
}

// form shows a page with a form. After a problem its status says so: 503 where
// the header Retry-After is set, and 422 otherwise.
func (p *pages) form(w http.ResponseWriter, r *http.Request, name string, v site.View) {
	v.Narrow = true
	if v.Problem != "" && v.Status == 0 {
		v.Status = http.StatusUnprocessableEntity
		if w.Header().Get("Retry-After") != "" {
			v.Status = http.StatusServiceUnavailable
		}
	}
	p.Site.Show(w, r, name, v)
}

// problem logs an error of Cognito's, and returns what the visitor may know
// of it.
func (p *pages) problem(r *http.Request, err error) string {
	p.Logger.WarnContext(r.Context(), "account page", "path", r.URL.Path, "err", err)
	return userpool.NoticeFor(err).Text
}

// options tell Cognito's threat protection where the visitor comes from. This
// app is not behind a proxy. An app behind a proxy takes the address from the
// proxy's header.
func options(r *http.Request) userpool.CallOption {
	return userpool.WithContextData(userpool.PeerIP(r), "")
}

// seeOther leads to another page after a form, so that a reload repeats
// nothing.
func seeOther(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}

// isSignedIn reports whether the browser has a session: a form that comes
// back after the sign-in has nothing left to do.
func (p *pages) isSignedIn(r *http.Request) bool {
	_, err := p.Sessions.FromRequest(r)
	return err == nil
}

// accessToken is that of the session behind a page for signed-in users.
func accessToken(r *http.Request) (cognito.AccessToken, error) {
	tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
	return tokens.Access, err
}

// sessionOver ends a session that Cognito no longer honours, since the user has
// signed out everywhere or the account is gone. If err says so, sessionOver
// answers the request and returns true.
func (p *pages) sessionOver(w http.ResponseWriter, r *http.Request, err error) bool {
	if !errors.Is(err, userpool.ErrAccessToken) && !errors.Is(err, session.ErrNoSession) {
		return false
	}
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return true
	}
	seeOther(w, Prefix+"login?over=1")
	return true
}

func (p *pages) notFound(w http.ResponseWriter, r *http.Request) {
	p.message(w, r, http.StatusNotFound, "There is no such page", "The link may be old, or has a mistake in it.")
}

// notFromHere answers a form of another site.
func (p *pages) notFromHere(w http.ResponseWriter, r *http.Request) {
	p.message(w, r, http.StatusForbidden, "Please go on from here", "Another site sent you to this page. Nothing that it sent was processed.")
}

func (p *pages) message(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	p.Site.Show(w, r, "message", site.View{Title: title, Status: status, Narrow: true, Data: text})
}

// unavailable answers where it is not known who is signed in.
func (p *pages) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	p.Logger.ErrorContext(r.Context(), "account page", "path", r.URL.Path, "err", err)
	w.Header().Set("Retry-After", "5")
	p.message(w, r, http.StatusServiceUnavailable, "Please try again in a moment", "The app cannot look up just now who is signed in.")
}
