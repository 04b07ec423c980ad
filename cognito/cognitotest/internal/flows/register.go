package flows

import (
	"cmp"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// How often an hour a user may do these.
const (
	confirmLimit = 15
	resendLimit  = 5
	ResetLimit   = 10
)

// confirmationLink is the link that confirms the account of username.
func confirmationLink(p *pool.Pool, clientID, username, code string) string {
	return p.URL() + "/confirmUser?" + EncodePairs([]string{"client_id", clientID, "user_name", username, "confirmation_code", code})
}

// A Registration is a sign-up, on the pages or through the API.
type Registration struct {
	Username   string // an e-mail or a phone number gets an account whose username is the sub
	Password   string // "" for an account without one
	Attributes map[string]string
	Validation map[string]string // for the PreSignUp hook
}

// Register adds an account. It waits for its code unless the hook confirms it.
func (c *Flow) Register(client *clients.Client, r Registration) (*directory.Account, error) {
	user := directory.User{Username: r.Username, Attributes: make(map[string]string)}
	for name, value := range r.Attributes {
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
	user.Password = r.Password
	a, err := user.Account()
	if err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	if strings.Contains(r.Username, "@") && a.HasOwnName() {
		return nil, refusal.EmailUsername
	}
	if err := c.admits(r.Username); err != nil {
		return nil, err
	}
	if err := c.checkRegistration(client, r.Attributes, a); err != nil {
		return nil, err
	}
	a.Confirmed = false
	if err := c.PreSignUp(trigger.SourceSignUp, a, r.Validation); err != nil {
		return nil, err
	}
	for _, contact := range directory.AliasAttributes {
		if a.Attributes[contact] != "" && !a.HasVerified(contact) {
			a.Unverify(contact, true)
		}
	}
	if err := c.addRegistered(a); err != nil {
		return nil, err
	}
	return a, nil
}

// checkRegistration checks what was entered against the rules of the pool and
// of the client. It also checks an e-mail or a phone number that is the
// username.
func (c *Flow) checkRegistration(client *clients.Client, entered map[string]string, a *directory.Account) error {
	if missing := directory.MissingAttributes(c.Rules().Required, a.Attributes); len(missing) > 0 {
		return directory.LacksAttributes(missing...)
	}
	if err := CheckWritten(client, entered); err != nil {
		return err
	}
	if err := c.CheckSchema(entered); err != nil {
		return err
	}
	for _, attribute := range directory.AliasAttributes {
		if value := a.Attributes[attribute]; value != "" {
			if err := directory.CheckValue(attribute, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// addRegistered puts a new account into the directory. If an account has a
// username of its own, its e-mail is not a name before it is verified. So
// nobody learns who has an address. An address that the hook has verified is
// taken from the user who had it.
func (c *Flow) addRegistered(a *directory.Account) error {
	if a.HasOwnName() {
		a.Sleep()
	}
	kept := a.Clone()
	err := c.Users.Add(&kept)
	if m, ok := err.(refusal.Message); ok && !a.HasOwnName() {
		m.Exception = refusal.UserExists.Exception // for an e-mail, too
		return m
	}
	if err != nil {
		return err
	}
	return c.Users.Change(a.Sub, true, func(stored *directory.Account) error {
		for _, attribute := range directory.AliasAttributes {
			if stored.HasVerified(attribute) {
				stored.Wake(attribute)
			}
		}
		*a = stored.Clone()
		return nil
	})
}

// SendSignUpCode sends an account a new code. The one before ends.
func (c *Flow) SendSignUpCode(a *directory.Account, to directory.Contact, source trigger.Source) error {
	code := random.Digits(6)
	err := c.Users.Update(a.Sub, func(a *directory.Account) error {
		a.SignUp = credential.Code{Code: code, Expires: c.At.Add(credential.SignUpCodeLife), Attribute: to.Attribute}
		return nil
	})
	if err != nil {
		return err
	}
	l := Letter{Purpose: outbox.SignUp, Source: source, To: to, Code: code}
	if c.Rules().Links && to.Medium() == outbox.Email {
		l.link = confirmationLink(c.Pool, cmp.Or(c.Query.Get("client_id"), c.Event.ClientID), a.Sub, code)
	}
	return c.Send(a, l)
}

// ConfirmAccount confirms an account with its code, and verifies where the
// code went. If that is another user's alias, it is refused, or passes to this
// account if steal is set.
func (c *Flow) ConfirmAccount(sub, code string, steal bool) (confirmed directory.Account, err error) {
	if !c.Quotas.Take("confirm", sub, confirmLimit, c.At) {
		return directory.Account{}, refusal.LimitExceeded
	}
	err = c.Users.Change(sub, steal, func(a *directory.Account) error {
		confirmed = a.Clone()
		if err := a.SignUp.Check(code, c.At); err != nil {
			return err
		}
		if a.Confirmed {
			return refusal.Confirmed
		}
		a.Confirmed = true
		a.Verified(cmp.Or(a.SignUp.Attribute, "email"))
		confirmed = a.Clone()
		return nil
	})
	return confirmed, err
}

// ConfirmNamed is ConfirmAccount for a name that anybody may have typed. If the
// client hides which users exist, the error does not reveal it.
func (c *Flow) ConfirmNamed(client *clients.Client, name, code string, steal bool) (directory.Account, error) {
	a, known := c.named(name)
	reveal := client.RevealUserExistence
	switch {
	case known && a.Confirmed && reveal:
		return a, refusal.Confirmed
	case known && a.SignUp.Code != "":
		return c.ConfirmAccount(a.Sub, code, steal)
	case !c.Quotas.Take("confirm", c.NameKey(name), confirmLimit, c.At):
		return a, refusal.LimitExceeded
	case !known && reveal:
		return a, refusal.UnknownName
	}
	return a, refusal.CodeMismatch
}

// ResendNamed is ResendTo for a name that anybody may have typed.
func (c *Flow) ResendNamed(client *clients.Client, name string) (directory.Contact, error) {
	a, known := c.FindTyped(name)
	switch {
	case known:
		return c.ResendTo(a.Sub)
	case client.RevealUserExistence:
		return directory.Contact{}, refusal.UnknownName
	case !c.Quotas.Take("resend", directory.Fold(name), resendLimit, c.At):
		return directory.Contact{}, refusal.LimitExceeded
	}
	return c.SimulatedContact(name), nil
}

// ResendTo sends the code of a sign-up once more.
func (c *Flow) ResendTo(sub string) (directory.Contact, error) {
	a, ok := c.Users.Find(sub)
	c.Event.Username = a.Username
	to, reachable := c.SignUpContact(&a)
	switch {
	case !ok:
		return directory.Contact{}, directory.NoUser(sub)
	case a.Confirmed:
		return directory.Contact{}, refusal.NoResend
	case !c.Quotas.Take("resend", sub, resendLimit, c.At):
		return directory.Contact{}, refusal.LimitExceeded
	case !reachable:
		return directory.Contact{}, refusal.CannotResend
	}
	return to, c.SendSignUpCode(&a, to, trigger.SourceMessageResendCode)
}
