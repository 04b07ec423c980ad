package cognitotest

import (
	"net/http"
	"net/mail"
	"strings"
)

// signUpPage is GET /signup.
func (c *call) signUpPage() {
	if req, ok := c.authRequest(); ok {
		c.show(http.StatusOK, "signup", page{Title: "Sign up", Name: req.loginHint}, c.at)
	}
}

// signUp is POST /signup. Form: email, password. It creates an account whose
// username is its sub, and sends a code.
func (c *call) signUp() {
	if _, ok := c.authRequest(); !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	email := strings.TrimSpace(c.form.Get("email"))
	a, problem := c.newAccount(email, c.form.Get("password"))
	if problem != "" {
		c.event.Error = problem
		c.show(http.StatusOK, "signup", page{Title: "Sign up", Name: email, Error: problem}, c.at)
		return
	}
	c.event.Username = a.username
	c.beginStep(step{kind: stepConfirm, name: a.sub}, signUpCodeLife)
	c.redirectToPage("/confirm", c.r.URL.RawQuery)
}

// newAccount adds an account that waits for its code. The problem is what to
// show, or "".
func (c *call) newAccount(email, password string) (a *account, problem string) {
	if !isEmail(email) {
		return nil, "Invalid email address format."
	}
	if problem := checkPassword(password); problem != "" {
		return nil, problem
	}
	a, err := User{Email: email, Password: password}.account()
	if err != nil {
		return nil, err.Error()
	}
	a.confirmed = false
	if err := c.users.add(a); err != nil {
		return nil, err.Error()
	}
	if err := c.sendSignUpCode(a.sub); err != nil {
		return nil, err.Error()
	}
	return a, ""
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && len(s) <= 2048
}

// sendSignUpCode gives an account a new code. The one before ends.
func (c *call) sendSignUpCode(sub string) error {
	code := newDigits()
	var to string
	err := c.users.update(sub, func(a *account) error {
		a.signUp = oneTimeCode{code: code, expires: c.at.Add(signUpCodeLife)}
		to = a.email()
		return nil
	})
	if err == nil {
		c.outbox.send(Message{To: to, Purpose: PurposeSignUp, Code: code, At: c.at})
	}
	return err
}
