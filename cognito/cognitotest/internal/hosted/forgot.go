package hosted

import (
	"net/http"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// resetPageLife is how long the page that asks for the code may take.
const resetPageLife = 8 * time.Minute

// ForgotPage is GET /forgotPassword.
func (c *Handler) ForgotPage() {
	if req, ok := c.LocalRequest(); ok {
		c.Show(http.StatusOK, "forgot", pages.Page{Title: "forgot.title", Name: req.LoginHint}, c.At)
	}
}

// Forgot is POST /forgotPassword. Form: username. Whether there is such a
// user cannot be told from the answer.
func (c *Handler) Forgot() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	name := c.Form.Get("username")
	_, err := c.RequestReset(req.Client, name)
	if err != nil && (req.Client.RevealUserExistence || err != refusal.CannotReset) {
		c.Event.Error = err.Error()
		c.Show(http.StatusOK, "forgot", pages.Page{Title: "forgot.title", Name: name, Error: err}, c.At)
		return
	}
	c.beginStep(attempts.Step{Kind: attempts.StepReset, Name: c.NameKey(name)}, resetPageLife)
	c.RedirectToPage("/confirmforgotPassword", c.R.URL.RawQuery)
}

// ResetPage is GET /confirmforgotPassword.
func (c *Handler) ResetPage() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	if st, ok := c.currentStep(attempts.StepReset); ok {
		c.Show(http.StatusOK, "reset", pages.Page{Title: "reset.title", Notice: st.Notice, Error: st.Problem}, c.At)
	}
}

// Reset is POST /confirmforgotPassword. Form: code, password. It leads back
// to the sign-in page.
func (c *Handler) Reset() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	st, ok := c.currentStep(attempts.StepReset)
	if !ok {
		return
	}
	err := c.ResetPassword(false, st.Name, strings.TrimSpace(c.Form.Get("code")), c.Form.Get("password"))
	if err != nil {
		c.Event.Error = err.Error()
		c.Show(http.StatusOK, "reset", pages.Page{Title: "reset.title", Error: err}, c.At)
		return
	}
	c.tellNext(attempts.Step{Expires: st.Expires}, "reset.done", nil)
	c.RedirectToPage("/login", c.R.URL.RawQuery)
}
