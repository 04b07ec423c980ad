package cognitotest

import (
	"net/http"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// resetPageLife is how long the page that asks for the code may take.
const resetPageLife = 8 * time.Minute

// forgotPage is GET /forgotPassword.
func (c *call) forgotPage() {
	if req, ok := c.localRequest(); ok {
		c.show(http.StatusOK, "forgot", pages.Page{Title: "Forgot your password?", Name: req.loginHint}, c.at)
	}
}

// forgot is POST /forgotPassword. Form: username. Whether there is such a
// user cannot be told from the answer.
func (c *call) forgot() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	name := c.form.Get("username")
	_, err := c.requestReset(req.client, name)
	if err != nil && (req.client.RevealUserExistence || err != refusal.CannotReset) {
		c.event.Error = err.Error()
		c.show(http.StatusOK, "forgot", pages.Page{Title: "Forgot your password?", Name: name, Error: err.Error()}, c.at)
		return
	}
	c.beginStep(step{kind: stepReset, name: c.nameKey(name)}, resetPageLife)
	c.redirectToPage("/confirmforgotPassword", c.r.URL.RawQuery)
}

// resetPage is GET /confirmforgotPassword.
func (c *call) resetPage() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if st, ok := c.currentStep(stepReset); ok {
		c.show(http.StatusOK, "reset", pages.Page{Title: "Choose a new password", Notice: st.notice, Error: st.problem}, c.at)
	}
}

// reset is POST /confirmforgotPassword. Form: code, password. It leads back
// to the sign-in page.
func (c *call) reset() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	st, ok := c.currentStep(stepReset)
	if !ok {
		return
	}
	err := c.resetPassword(false, st.name, strings.TrimSpace(c.form.Get("code")), c.form.Get("password"))
	if err != nil {
		c.event.Error = err.Error()
		c.show(http.StatusOK, "reset", pages.Page{Title: "Choose a new password", Error: err.Error()}, c.at)
		return
	}
	c.tellNext(step{expires: st.expires}, "Your password has been changed. Sign in with the new one.", "")
	c.redirectToPage("/login", c.r.URL.RawQuery)
}
