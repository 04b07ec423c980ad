package hosted

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// SignUpPage is GET /signup.
func (c *Handler) SignUpPage() {
	if req, ok := c.LocalRequest(); ok {
		c.showSignUp(req.LoginHint, nil)
	}
}

func (c *Handler) showSignUp(email string, problem error) {
	fields := pages.Fields(c.signUpAttributes(), c.Form)
	c.Show(http.StatusOK, "signup", pages.Page{Title: "signup.title", Name: email, Error: problem, Fields: fields}, c.At)
}

// signUpAttributes are what the form asks for beside the e-mail.
func (c *Handler) signUpAttributes() []string {
	return slices.DeleteFunc(slices.Clone(c.Rules().Required), func(name string) bool { return name == "email" })
}

// SignUp is POST /signup. Form: email, password, and the required attributes,
// by their names. It creates an account whose
// username is its sub, and sends a code.
func (c *Handler) SignUp() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	email := strings.TrimSpace(c.Form.Get("email"))
	a, err := c.newAccount(req.Client, email, c.Form.Get("password"))
	if err != nil {
		c.Event.Error = err.Error()
		c.showSignUp(email, err)
		return
	}
	c.Event.Username = a.Username
	if a.Confirmed {
		if err := c.PostConfirmation(trigger.SourceConfirmSignUp, a); err != nil {
			c.RefuseHook(req, err)
			return
		}
		if err := c.secondFactor(req, a); err != nil {
			c.Event.Error = err.Error()
			c.showSignUp(email, err)
		}
		return
	}
	c.beginStep(attempts.Step{Kind: attempts.StepConfirm, Name: a.Sub}, credential.SignUpCodeLife)
	c.RedirectToPage("/confirm", c.R.URL.RawQuery)
}

// newAccount adds the account of the form.
func (c *Handler) newAccount(client *clients.Client, email, password string) (*directory.Account, error) {
	if !directory.IsEmail(email) {
		return nil, refusal.EmailFormat
	}
	if err := c.CheckPassword(password); err != nil {
		return nil, err
	}
	attributes, err := directory.ReadAttributes(c.signUpAttributes(), c.Form)
	if err != nil {
		return nil, err
	}
	a, err := c.Register(client, flows.Registration{Username: email, Password: password, Attributes: attributes})
	if err != nil {
		return nil, err
	}
	if to, ok := c.SignUpContact(a); ok && !a.Confirmed {
		return a, c.SendSignUpCode(a, to, trigger.SourceMessageSignUp)
	}
	return a, nil
}
