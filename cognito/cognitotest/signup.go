package cognitotest

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// signUpPage is GET /signup.
func (c *call) signUpPage() {
	if req, ok := c.localRequest(); ok {
		c.showSignUp(req.loginHint, "")
	}
}

func (c *call) showSignUp(email, problem string) {
	fields := pages.Fields(c.signUpAttributes(), c.form)
	c.show(http.StatusOK, "signup", pages.Page{Title: "Sign up", Name: email, Error: problem, Fields: fields}, c.at)
}

// signUpAttributes are what the form asks for beside the e-mail.
func (c *call) signUpAttributes() []string {
	return slices.DeleteFunc(slices.Clone(c.rules().required), func(name string) bool { return name == "email" })
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
	a, err := c.newAccount(req.client, email, c.form.Get("password"))
	if err != nil {
		c.event.Error = err.Error()
		c.showSignUp(email, err.Error())
		return
	}
	c.event.Username = a.username
	if a.confirmed {
		if err := c.postConfirmation(trigger.SourceConfirmSignUp, a); err != nil {
			c.refuseHook(req, err)
			return
		}
		if problem := c.secondFactor(req, a); problem != "" {
			c.event.Error = problem
			c.showSignUp(email, problem)
		}
		return
	}
	c.beginStep(step{kind: stepConfirm, name: a.sub}, credential.SignUpCodeLife)
	c.redirectToPage("/confirm", c.r.URL.RawQuery)
}

// newAccount adds the account of the form.
func (c *call) newAccount(client *AppClient, email, password string) (*account, error) {
	if !isEmail(email) {
		return nil, refusal.EmailFormat
	}
	if err := c.checkPassword(password); err != nil {
		return nil, err
	}
	attributes, err := readAttributes(c.signUpAttributes(), c.form)
	if err != nil {
		return nil, err
	}
	a, err := c.register(client, registration{username: email, password: password, attributes: attributes})
	if err != nil {
		return nil, err
	}
	if to, ok := c.signUpContact(a); ok && !a.confirmed {
		return a, c.sendSignUpCode(a, to, trigger.SourceMessageSignUp)
	}
	return a, nil
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && len(s) <= 2048
}
