package hostedui

import (
	"errors"
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A PageError is what a page tells a visitor about an error. It contains no
// text from Cognito or from the URL.
type PageError struct {
	Status int

	// Code is one of the codes of [cognito.RefusalCode] for sessions and
	// pages.
	Code cognito.RefusalCode

	Title string
	Text  string

	// RetryURL is the URL at which the visitor can try again, sign in or go
	// on. Empty means that there is none.
	RetryURL string
}

// retryPage is an error after which the login may be tried again, with the same
// goal.
func (c *Client) retryPage(status int, code cognito.RefusalCode, g goal) PageError {
	return PageError{Status: status, Code: code, RetryURL: c.loginPath(g)}
}

// A stranger can cause failures with these codes as often as they like: a
// forged callback needs no account. Few of them are logged.
var strangersCodes = []cognito.RefusalCode{cognito.BadCallback, cognito.LoginExpired, cognito.CookiesBlocked, cognito.CrossOrigin, cognito.NotFound}

// fail logs an error, tells OnError and answers.
func (c *Client) fail(w http.ResponseWriter, r *http.Request, err error, e PageError) {
	c.logFailure(r, err, e.Code)
	if c.cfg.OnError != nil {
		c.cfg.OnError(r.Context(), err)
	}
	c.answer(w, r, e)
}

// loginFailed is fail for a login. The visitor did not ask for a silent one,
// and goes on to the page as a guest.
func (c *Client) loginFailed(w http.ResponseWriter, r *http.Request, err error, page PageError, g goal) {
	c.tell.notSignedIn(r.Context(), g.kind(), page.Code, err)
	if !g.silent {
		c.fail(w, r, err, page)
		return
	}
	c.logSilent(r.Context(), err)
	web.Redirect(w, http.StatusSeeOther, c.endpoints.returnPath(g.path))
}

// logFailure logs an error, unless a stranger has caused too many of its kind.
func (c *Client) logFailure(r *http.Request, err error, code cognito.RefusalCode) {
	var leftOut int
	if slices.Contains(strangersCodes, code) {
		var through bool
		if leftOut, through = c.strangers.Take(string(code)); !through {
			return
		}
	}
	attrs := []any{"op", c.endpoints.of(r), "code", code, "err", err}
	if refused, ok := errors.AsType[*cognito.VerifyError](err); ok { // other errors have their hint in the text
		attrs = append(attrs, "hint", refused.Hint())
	}
	if leftOut > 0 {
		attrs = append(attrs, "left_out", leftOut)
	}
	c.logger.WarnContext(r.Context(), "hostedui: failed", attrs...)
}

// answer writes an error as a page or, for a program, as a JSON problem.
func (c *Client) answer(w http.ResponseWriter, r *http.Request, e PageError) {
	text := textOf(e.Code)
	if e.Title == "" {
		e.Title = text.title
	}
	if e.Text == "" {
		e.Text = text.text
	}
	if e.Status == http.StatusServiceUnavailable {
		web.RetrySoon(w.Header())
	}
	if !web.WantsPage(r) && (r.Method != http.MethodPost || web.FromScript(r)) {
		p := &web.Problem{Status: e.Status, Title: e.Title, Detail: e.Text, Code: string(e.Code)}
		if e.Code != cognito.CrossOrigin { // that leads elsewhere
			p.LoginURL = e.RetryURL
		}
		web.WriteProblem(w, p)
		return
	}
	web.NoStore(w.Header())
	web.Challenge(w.Header(), e.Status)
	if c.cfg.ErrorPage != nil {
		c.cfg.ErrorPage(w, r, e)
		return
	}
	page := &web.Page{Title: e.Title, Text: []string{e.Text}, Code: string(e.Code), Brand: c.brand, Framed: web.IsFramed(r)}
	if e.RetryURL != "" {
		page.Actions = append(page.Actions, web.Action{Label: text.retry(), URL: e.RetryURL, Primary: true})
	}
	if e.RetryURL == "" && web.MayTryAgain(r, e.Status) {
		page.Actions = append(page.Actions, web.TryAgain)
	}
	page.Actions = append(page.Actions, web.Action{Label: "Home", URL: c.endpoints.home})
	page.Write(w, e.Status)
}

// problem answers a program.
func (c *Client) problem(w http.ResponseWriter, status int, code cognito.RefusalCode) {
	text := textOf(code)
	web.WriteProblem(w, &web.Problem{Status: status, Title: text.title, Detail: text.text, Code: string(code)})
}

// signInRequired answers a program. Only a person with a browser can sign in, so
// the answer names the login's URL.
func (c *Client) signInRequired(w http.ResponseWriter) {
	web.WriteProblem(w, &web.Problem{
		Status: http.StatusUnauthorized, Code: string(cognito.SignInRequired), Title: "Sign-in required",
		Detail: "Nobody is signed in. Open login_url in a browser window to sign in.", LoginURL: c.endpoints.outside(loginEndpoint),
	})
}

// refused answers what the session manager may not let pass.
func (c *Client) refused(w http.ResponseWriter, r *http.Request, why session.Refusal) {
	title, text := why.Text()
	c.answer(w, r, PageError{Status: why.Status, Code: why.Code, Title: title, Text: text, RetryURL: why.LoginURL + why.ContinueURL})
}

type errorText struct {
	code                cognito.RefusalCode
	title, text, button string
}

func (t *errorText) retry() string {
	if t.button == "" {
		return "Try again"
	}
	return t.button
}

// textOf is what is said about a code; a zero errorText if that is not known.
func textOf(code cognito.RefusalCode) *errorText {
	for i := range errorTexts {
		if errorTexts[i].code == code {
			return &errorTexts[i]
		}
	}
	return new(errorText)
}

// errorTexts are the pages, by their codes.
var errorTexts = [...]errorText{
	{cognito.LoginExpired, "This sign-in has expired", "It was started too long ago or in another browser, or it has been used already. Nothing is lost: please sign in again.", "Sign in"},
	{cognito.LoginFailed, "The sign-in did not work", "The sign-in service refused the request. Please try again. If it keeps happening, tell the people who run this app.", ""},
	{cognito.LoginRequired, "Please sign in", "You are not signed in at the moment.", "Sign in"},
	{cognito.AccessDenied, "The sign-in was not completed", "It was cancelled, or the account you chose was not allowed in. You can try again.", ""},
	{cognito.CognitoFailed, "The sign-in service did not answer as it should", "This is not your fault. Please try again in a moment.", ""},
	{cognito.CookiesBlocked, "Your browser did not keep our cookie", "To sign you in, this site needs cookies. Please allow them for this site, then try again.", ""},
	{cognito.Refused, "You cannot sign in here", "Your account was recognised, but this app is not open to it.", "Use another account"},
	{cognito.SessionFailed, "The app could not finish your sign-in", "Your account was recognised, but something went wrong on our side. Please try again. The people who run this app find the details in its log.", ""},
	{cognito.StoreUnavailable, "Please try again in a moment", "The app cannot look up just now who is signed in.", ""},
	{cognito.RefreshUnavailable, "Please try again in a moment", "You are still signed in, but your session could not be renewed just now.", ""},
	{cognito.BadCallback, "This link does not work", "The sign-in service did not make this link. Please go back to the app and sign in from there.", ""},
	{cognito.CrossOrigin, "You are not signed out", "The request did not come from this site. To sign out, use the button on one of this app's own pages.", "Continue"},
	{cognito.NotFound, "There is no such page", "Please check the address.", ""},
	{cognito.MethodNotAllowed, "This page cannot be used that way", "Please go back to the app and try again from there.", ""},
	{code: cognito.StaleSignIn, button: "Sign in again"}, // the rest is the session manager's
	{cognito.SignInRequired, "Please sign in", "You are not signed in.", "Sign in"},
}
