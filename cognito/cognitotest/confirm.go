package cognitotest

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// How often an hour a user may do these.
const (
	confirmLimit = 15
	resendLimit  = 5
	resetLimit   = 10
)

// confirmPage is GET /confirm, where a new user enters the code.
func (c *call) confirmPage() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if st, ok := c.currentStep(stepConfirm); ok {
		c.showConfirm(st)
	}
}

func (c *call) showConfirm(st step) {
	a, _ := c.users.find(st.name)
	to, _ := c.signUpContact(&a)
	c.show(http.StatusOK, "confirm", pages.Page{
		Title: "Confirm your account", To: to.masked(), Link: c.rules().links, Notice: st.notice, Error: st.problem,
	}, c.at)
}

// confirm is POST /confirm. Form: code. The right one signs the user in.
func (c *call) confirm() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	st, ok := c.currentStep(stepConfirm)
	if !ok {
		return
	}
	a, err := c.confirmAccount(st.name, strings.TrimSpace(c.form.Get("code")), false)
	c.event.Username = a.username
	if err != nil {
		c.event.Error = err.Error()
		st.notice, st.problem = "", err.Error()
		c.showConfirm(st)
		return
	}
	c.endStep()
	if err := c.postConfirmation(trigger.SourceConfirmSignUp, &a); err != nil {
		c.refuseHook(req, err)
		return
	}
	if problem := c.secondFactor(req, &a); problem != "" {
		c.event.Error = problem
		c.beginStep(step{kind: stepSignIn, problem: problem}, loginLife)
		c.redirectToPage("/login", c.r.URL.RawQuery)
	}
}

// resendCode is POST /resendcode: a new code for the user who is at
// /confirm.
func (c *call) resendCode() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	st, ok := c.currentStep(stepConfirm)
	if !ok {
		return
	}
	if _, err := c.resendTo(st.name); err != nil {
		c.event.Error = err.Error()
		c.tellNext(st, "", err.Error())
	} else {
		c.tellNext(st, c.resent(), "")
	}
	c.redirectToPage("/confirm", c.r.URL.RawQuery)
}

// resent is what to tell after a new code or link was sent.
func (c *call) resent() string {
	if c.rules().links {
		return "We sent a new link. The one before no longer works."
	}
	return "We sent a new code. The one before no longer works."
}
