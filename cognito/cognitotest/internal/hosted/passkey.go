package hosted

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// choosePasskey leads from the sign-in page to the page that asks for a
// passkey. Which users exist cannot be told from the answer.
func (c *Handler) choosePasskey(req *oauth.AuthRequest, name string, made time.Time) {
	if err := c.admitPasskey(name); err != nil {
		c.Event.Error = err.Error()
		c.showLogin(req, pages.Page{Name: name, Error: err}, made)
		return
	}
	c.beginStep(attempts.Step{Kind: attempts.StepPasskey, Name: name}, loginLife)
	c.RedirectToPage("/passkeys/verify", c.R.URL.RawQuery)
}

// admitPasskey refuses sign-ins with a passkey that the pool or its hook do not
// allow.
func (c *Handler) admitPasskey(name string) error {
	switch {
	case !c.PasskeysOn():
		return passkeys.ErrOff
	case name == "":
		return refusal.NoName
	}
	a, known := c.FindTyped(name)
	c.Event.Username = a.Username
	if !known {
		return c.PreAuthentication(name, nil)
	}
	return c.PreAuthentication(name, &a)
}

// PasskeyPage is GET /passkeys/verify, where the browser asks for a passkey.
// Users without a passkey that serves, and names of no user, get made-up
// options.
func (c *Handler) PasskeyPage() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	st, ok := c.currentStep(attempts.StepPasskey)
	if !ok {
		return
	}
	a, _ := c.FindTyped(st.Name)
	c.Event.Username = a.Username
	keys := a.Passkeys
	if !c.PasskeyServes(&a) {
		keys = passkeys.Decoy(c.Disguised("passkey", st.Name))
	}
	challenge, options := keys.Ask(c.RelyingParty(&a))
	st.Passkey = challenge
	c.Steps.Put(c.Cookie(stepCookie), st, c.At)
	c.Show(http.StatusOK, "passkey", pages.Page{
		Title: "passkey.title", Options: awsjson.Text(options), Action: c.Link("/passkeys/verify"),
	}, c.At)
}

// Passkey is POST /passkeys/verify. Form: credential, which is the browser's
// answer as JSON. The challenge is used up, whatever the answer is.
func (c *Handler) Passkey() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	st, ok := c.currentStep(attempts.StepPasskey)
	if !ok {
		return
	}
	c.endStep()
	a, _ := c.FindTyped(st.Name)
	c.Event.Username = a.Username
	if err := c.signInByPasskey(req, &a, st.Passkey); err != nil {
		c.Event.Error = request.JoinWords(err.Error(), c.Why)
		c.beginStep(attempts.Step{Kind: attempts.StepSignIn, Problem: err}, loginLife)
		c.RedirectToPage("/login", c.R.URL.RawQuery)
	}
}

// signInByPasskey goes on if the passkey is right. One that serves is all the
// factors that a confirmed user needs.
func (c *Handler) signInByPasskey(req *oauth.AuthRequest, a *directory.Account, challenge []byte) error {
	if err := c.ProvePasskey(a, challenge, []byte(c.Form.Get("credential"))); err != nil {
		return err
	}
	switch {
	case a.Disabled:
		return refusal.Disabled
	case a.Status() != directory.StatusConfirmed:
		return c.afterPassword(req, a)
	}
	c.signIn(req, a)
	return nil
}
