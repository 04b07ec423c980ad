package hosted

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// ConfirmPage is GET /confirm, where a new user enters the code.
func (c *Handler) ConfirmPage() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	if st, ok := c.currentStep(attempts.StepConfirm); ok {
		c.showConfirm(st)
	}
}

func (c *Handler) showConfirm(st attempts.Step) {
	a, _ := c.Users.Find(st.Name)
	to, _ := c.SignUpContact(&a)
	c.Show(http.StatusOK, "confirm", pages.Page{
		Title: "confirm.title", To: to.Masked(), Link: c.Rules().Links, Notice: st.Notice, Error: st.Problem,
	}, c.At)
}

// Confirm is POST /confirm. Form: code. The right one signs the user in.
func (c *Handler) Confirm() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	st, ok := c.currentStep(attempts.StepConfirm)
	if !ok {
		return
	}
	a, err := c.ConfirmAccount(st.Name, strings.TrimSpace(c.Form.Get("code")), false)
	c.Event.Username = a.Username
	if err != nil {
		c.Event.Error = err.Error()
		st.Notice, st.Problem = "", err
		c.showConfirm(st)
		return
	}
	c.endStep()
	if err := c.PostConfirmation(trigger.SourceConfirmSignUp, &a); err != nil {
		c.RefuseHook(req, err)
		return
	}
	if err := c.secondFactor(req, &a); err != nil {
		c.Event.Error = err.Error()
		c.beginStep(attempts.Step{Kind: attempts.StepSignIn, Problem: err}, loginLife)
		c.RedirectToPage("/login", c.R.URL.RawQuery)
	}
}

// ResendCode is POST /resendcode: a new code for the user who is at
// /confirm.
func (c *Handler) ResendCode() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	st, ok := c.currentStep(attempts.StepConfirm)
	if !ok {
		return
	}
	if _, err := c.ResendTo(st.Name); err != nil {
		c.Event.Error = err.Error()
		c.tellNext(st, "", err)
	} else {
		c.tellNext(st, c.resent(), nil)
	}
	c.RedirectToPage("/confirm", c.R.URL.RawQuery)
}

// resent is the key of what to tell after a new code or link was sent.
func (c *Handler) resent() string {
	if c.Rules().Links {
		return "link.resent"
	}
	return "code.resent"
}
