package cognitotest

import (
	"net/http"
	"strings"
	"time"
)

// resetPageLife is how long the page that asks for the code may take.
const resetPageLife = 8 * time.Minute

// forgotPage is GET /forgotPassword.
func (c *call) forgotPage() {
	if req, ok := c.localRequest(); ok {
		c.show(http.StatusOK, "forgot", page{Title: "Forgot your password?", Name: req.loginHint}, c.at)
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
	a, known := c.users.find(name)
	c.event.Username = a.username
	key := a.sub
	if !known {
		key = fold(name)
	}
	if !c.quotas.take("reset", key, resetLimit, c.at) {
		c.event.Error = errLimitExceeded.Error()
		c.show(http.StatusOK, "forgot", page{Title: "Forgot your password?", Name: name, Error: errLimitExceeded.Error()}, c.at)
		return
	}
	if !known && req.client.RevealUserExistence {
		c.event.Error = errUnknownName.Error()
		c.show(http.StatusOK, "forgot", page{Title: "Forgot your password?", Name: name, Error: errUnknownName.Error()}, c.at)
		return
	}
	if a.canReset() && a.attributes["email_verified"] == "true" {
		c.sendResetCode(a.sub)
	}
	c.beginStep(step{kind: stepReset, name: key}, resetPageLife)
	c.redirectToPage("/confirmforgotPassword", c.r.URL.RawQuery)
}

func (c *call) sendResetCode(sub string) {
	code := newDigits(6)
	var to string
	err := c.users.update(sub, func(a *account) error {
		a.reset = oneTimeCode{code: code, expires: c.at.Add(resetCodeLife)}
		to = a.email()
		return nil
	})
	if err == nil {
		c.outbox.send(Message{To: to, Purpose: PurposeForgotPassword, Code: code, At: c.at})
	}
}

// resetPage is GET /confirmforgotPassword.
func (c *call) resetPage() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if st, ok := c.currentStep(stepReset); ok {
		c.show(http.StatusOK, "reset", page{Title: "Choose a new password", Notice: st.notice, Error: st.problem}, c.at)
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
	err := c.resetPassword(st.name, strings.TrimSpace(c.form.Get("code")), c.form.Get("password"))
	if err != nil {
		c.event.Error = err.Error()
		c.show(http.StatusOK, "reset", page{Title: "Choose a new password", Error: err.Error()}, c.at)
		return
	}
	c.tellNext(step{expires: st.expires}, "Your password has been changed. Sign in with the new one.", "")
	c.redirectToPage("/login", c.r.URL.RawQuery)
}

// resetPassword gives a user a new password for a code.
func (c *call) resetPassword(name, code, password string) error {
	a, known := c.users.find(name)
	c.event.Username = a.username
	if !c.quotas.take("reset", name, resetLimit, c.at) {
		return errLimitExceeded
	}
	if err := c.checkPassword(password); err != nil {
		return err
	}
	if !known || a.reset.code == "" {
		return errCodeMismatch
	}
	hash := hashPassword(password)
	err := c.users.update(name, func(a *account) error {
		if err := a.reset.check(code, c.at); err != nil {
			return err
		}
		a.password = hash
		a.pending = ""
		a.reset = oneTimeCode{}
		return nil
	})
	if err != nil {
		return err
	}
	c.lockout.succeed(name)
	return c.postConfirmation(SourceConfirmForgotPassword, &a)
}
