package cognitotest

import (
	"cmp"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// A registration is a sign-up, by whichever door.
type registration struct {
	username   string // an e-mail or a phone number gets an account whose username is the sub
	password   string // "" for an account without one
	attributes map[string]string
	validation map[string]string // for the PreSignUp hook
}

// register adds an account. It waits for its code unless the hook confirms it.
func (c *call) register(client *AppClient, r registration) (*account, error) {
	user := User{Username: r.username, Attributes: make(map[string]string)}
	for name, value := range r.attributes {
		switch {
		case value == "": // as if it were not there
		case name == "email":
			user.Email = value
		case name == "phone_number":
			user.Phone = value
		default:
			user.Attributes[name] = value
		}
	}
	user.Password = r.password
	a, err := user.account()
	if err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	if strings.Contains(r.username, "@") && a.hasOwnName() {
		return nil, refusal.EmailUsername
	}
	if err := c.admits(r.username); err != nil {
		return nil, err
	}
	if err := c.checkRegistration(client, r.attributes, a); err != nil {
		return nil, err
	}
	a.confirmed = false
	if err := c.preSignUp(trigger.SourceSignUp, a, r.validation); err != nil {
		return nil, err
	}
	if err := c.addRegistered(a); err != nil {
		return nil, err
	}
	return a, nil
}

// checkRegistration holds what was entered to the pool's rules and the
// client's, and an e-mail or a phone number that is the username, too.
func (c *call) checkRegistration(client *AppClient, entered map[string]string, a *account) error {
	if missing := missingAttributes(c.rules().required, a.attributes); len(missing) > 0 {
		return breaksSchema(missing[0] + ": The attribute is required")
	}
	if err := checkWritten(client, entered); err != nil {
		return err
	}
	if err := c.checkSchema(entered); err != nil {
		return err
	}
	for _, attribute := range aliasAttributes {
		if value := a.attributes[attribute]; value != "" {
			if err := checkValue(attribute, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// addRegistered puts a new account into the directory. The e-mail of one that
// has a username of its own is no name before it is verified, so that nobody
// learns whose it is; one that the hook has verified passes from whoever had
// it.
func (c *call) addRegistered(a *account) error {
	if a.hasOwnName() {
		a.sleep()
	}
	kept := a.clone()
	err := c.users.add(&kept)
	if m, ok := err.(refusal.Message); ok && !a.hasOwnName() {
		m.Exception = refusal.UserExists.Exception // for an e-mail, too
		return m
	}
	if err != nil {
		return err
	}
	return c.users.change(a.sub, true, func(stored *account) error {
		for _, attribute := range aliasAttributes {
			if stored.hasVerified(attribute) {
				stored.wake(attribute)
			}
		}
		*a = stored.clone()
		return nil
	})
}

// sendSignUpCode sends an account a new code. The one before ends.
func (c *call) sendSignUpCode(a *account, to contact, source trigger.Source) error {
	code := random.Digits(6)
	err := c.users.update(a.sub, func(a *account) error {
		a.signUp = credential.Code{Code: code, Expires: c.at.Add(credential.SignUpCodeLife), Attribute: to.attribute}
		return nil
	})
	if err != nil {
		return err
	}
	l := letter{purpose: outbox.SignUp, source: source, to: to, code: code}
	if c.rules().links && to.medium() == outbox.Email {
		l.link = c.confirmationLink(cmp.Or(c.query.Get("client_id"), c.event.ClientID), a.sub, code)
	}
	return c.send(a, l)
}

// confirmAccount confirms an account with its code, and verifies where the
// code went. If that is an alias of somebody else's, it is refused, or passes
// to this account if steal is set.
func (c *call) confirmAccount(sub, code string, steal bool) (confirmed account, err error) {
	if !c.quotas.Take("confirm", sub, confirmLimit, c.at) {
		return account{}, refusal.LimitExceeded
	}
	err = c.users.change(sub, steal, func(a *account) error {
		confirmed = a.clone()
		if err := a.signUp.Check(code, c.at); err != nil {
			return err
		}
		if a.confirmed {
			return refusal.Confirmed
		}
		a.confirmed = true
		a.verified(cmp.Or(a.signUp.Attribute, "email"))
		confirmed = a.clone()
		return nil
	})
	return confirmed, err
}

// confirmNamed is confirmAccount for a name that anybody may have typed. To a
// client that keeps secret who exists, it does not tell.
func (c *call) confirmNamed(client *AppClient, name, code string, steal bool) (account, error) {
	a, known := c.findTyped(name)
	reveal := client.RevealUserExistence
	switch {
	case known && a.confirmed && reveal:
		return a, refusal.Confirmed
	case known && a.signUp.Code != "":
		return c.confirmAccount(a.sub, code, steal)
	case !c.quotas.Take("confirm", c.nameKey(name), confirmLimit, c.at):
		return a, refusal.LimitExceeded
	case !known && reveal:
		return a, refusal.UnknownName
	}
	return a, refusal.CodeMismatch
}

// nameKey is what a name is counted by: the sub of its user, or the name
// itself if it is nobody's.
func (p *Pool) nameKey(name string) string {
	if a, known := p.findTyped(name); known {
		return a.sub
	}
	return fold(name)
}

// resendNamed is resendTo for a name that anybody may have typed.
func (c *call) resendNamed(client *AppClient, name string) (contact, error) {
	a, known := c.findTyped(name)
	switch {
	case known:
		return c.resendTo(a.sub)
	case client.RevealUserExistence:
		return contact{}, refusal.UnknownName
	case !c.quotas.Take("resend", fold(name), resendLimit, c.at):
		return contact{}, refusal.LimitExceeded
	}
	return c.simulatedContact(name), nil
}

// resendTo sends the code of a sign-up once more.
func (c *call) resendTo(sub string) (contact, error) {
	a, ok := c.users.find(sub)
	c.event.Username = a.username
	to, reachable := c.signUpContact(&a)
	switch {
	case !ok:
		return contact{}, unknownUser(sub)
	case a.confirmed:
		return contact{}, refusal.NoResend
	case !c.quotas.Take("resend", sub, resendLimit, c.at):
		return contact{}, refusal.LimitExceeded
	case !reachable:
		return contact{}, refusal.CannotResend
	}
	return to, c.sendSignUpCode(&a, to, trigger.SourceMessageResendCode)
}
