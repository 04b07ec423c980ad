package cognitotest

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
)

// signUpPage is GET /signup.
func (c *call) signUpPage() {
	if req, ok := c.localRequest(); ok {
		c.showSignUp(req.loginHint, "")
	}
}

func (c *call) showSignUp(email, problem string) {
	fields := attributeForm(c.signUpAttributes(), c.form)
	c.show(http.StatusOK, "signup", page{Title: "Sign up", Name: email, Error: problem, Fields: fields}, c.at)
}

// signUpAttributes are what the form asks for beside the e-mail.
func (c *call) signUpAttributes() []string {
	return slices.DeleteFunc(slices.Clone(c.pages().required), func(name string) bool { return name == "email" })
}

// signUp is POST /signup. Form: email, password, and the required attributes,
// by their names. It creates an account whose
// username is its sub, and sends a code.
func (c *call) signUp() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	email := strings.TrimSpace(c.form.Get("email"))
	a, problem := c.newAccount(email, c.form.Get("password"))
	if problem != "" {
		c.event.Error = problem
		c.showSignUp(email, problem)
		return
	}
	c.event.Username = a.username
	if a.confirmed {
		if err := c.postConfirmation(SourceConfirmSignUp, a); err != nil {
			c.refuseHook(req, err)
			return
		}
		if problem := c.secondFactor(req, a); problem != "" {
			c.event.Error = problem
			c.showSignUp(email, problem)
		}
		return
	}
	c.beginStep(step{kind: stepConfirm, name: a.sub}, signUpCodeLife)
	c.redirectToPage("/confirm", c.r.URL.RawQuery)
}

// newAccount adds an account that waits for its code. The problem is what to
// show, or "".
func (c *call) newAccount(email, password string) (a *account, problem string) {
	if !isEmail(email) {
		return nil, errEmailFormat.Error()
	}
	if err := c.checkPassword(password); err != nil {
		return nil, err.Error()
	}
	attributes, problem := readAttributes(c.signUpAttributes(), c.form)
	if problem != "" {
		return nil, problem
	}
	a, err := User{Email: email, Password: password, Attributes: attributes}.account()
	if err != nil {
		return nil, err.Error()
	}
	a.confirmed = false
	if err := c.preSignUp(SourceSignUp, a); err != nil {
		return nil, err.Error()
	}
	kept := a.clone()
	if err := c.users.add(&kept); err != nil {
		return nil, err.Error()
	}
	if a.confirmed { // by the hook, so that no code is due
		return a, ""
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
	code := newDigits(6)
	var to string
	err := c.users.update(sub, func(a *account) error {
		a.signUp = oneTimeCode{code: code, expires: c.at.Add(signUpCodeLife)}
		to = a.email()
		return nil
	})
	if err == nil {
		m := Message{To: to, Purpose: PurposeSignUp, Code: code, At: c.at}
		if c.pages().links {
			m.Link = c.confirmationLink(c.query.Get("client_id"), sub, code)
		}
		c.outbox.send(m)
	}
	return err
}
