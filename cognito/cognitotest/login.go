package cognitotest

import (
	"net/http"
	"time"
)

// loginLife is how long a sign-in page may be left open.
const loginLife = 5 * time.Minute

// The messages of a failed sign-in. An unknown user gets the same as a wrong
// password.
const (
	msgWrongPassword = "Incorrect username or password."
	msgLockedOut     = "Password attempts exceeded"
)

// loginPage is GET /login.
func (c *call) loginPage() {
	req, ok := c.authRequest()
	if !ok {
		return
	}
	st, _ := c.steps.take(c.cookie(stepCookie), c.at)
	c.show(http.StatusOK, "login", page{Title: "Sign in", Name: req.loginHint, Notice: st.notice, Error: st.problem}, c.at)
}

// login is POST /login. Form: username, password.
func (c *call) login() {
	req, ok := c.authRequest()
	if !ok {
		return
	}
	made, ok := c.guarded()
	if !ok {
		return
	}
	if c.at.Sub(made) >= loginLife {
		c.event.Error = "sign-in not completed in time"
		c.show(http.StatusBadRequest, "error", page{Title: "Something went wrong", Error: "This page was open for too long.", Retry: true}, c.at)
		return
	}
	name := c.form.Get("username")
	a, problem := c.authenticate(name, c.form.Get("password"))
	c.event.Username = a.username
	switch {
	case problem != "":
		c.event.Error = problem
		c.show(http.StatusOK, "login", page{Title: "Sign in", Name: name, Error: problem}, made)
	case !a.confirmed:
		c.beginStep(step{kind: stepConfirm, name: a.sub}, signUpCodeLife)
		c.redirectToPage("/confirm", c.r.URL.RawQuery)
	default:
		c.signIn(req, &a)
	}
}

// authenticate checks a password. The problem is what to show, or "".
func (c *call) authenticate(name, password string) (a account, problem string) {
	a, known := c.users.find(name)
	key := a.sub
	if !known {
		key = fold(name)
	}
	if c.lockout.locked(key, c.at) {
		return a, msgLockedOut
	}
	if !a.password.matches(password) {
		c.lockout.fail(key, c.at)
		return a, msgWrongPassword
	}
	c.lockout.succeed(key)
	return a, ""
}
