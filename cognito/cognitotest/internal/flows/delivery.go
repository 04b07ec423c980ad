package flows

import (
	"cmp"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// A Letter is a message with a code that is about to be sent.
type Letter struct {
	Purpose outbox.Purpose
	Source  trigger.Source // of the CustomMessage trigger
	To      directory.Contact
	Code    string
	link    string // in place of the code; "" for none
}

// The texts that Cognito sends unless told otherwise.
var letterTexts = map[outbox.Purpose]struct{ subject, body string }{
	outbox.SignUp:          {"Your verification code", "Your confirmation code is {####}"},
	outbox.ForgotPassword:  {"Your verification code", "Your password reset code is {####}"},
	outbox.VerifyAttribute: {"Your verification code", "Your verification code is {####}"},
	outbox.MFA:             {"Your authentication code", "Your authentication code is {####}"},
	outbox.SignIn:          {"Your authentication code", "Your authentication code is {####}"},
	outbox.Invitation:      {"Your temporary password", "Your username is {username} and temporary password is {####}."},
}

// Placeholders for the code and the username in the text of a message.
const (
	codePlaceholder     = "{####}"
	usernamePlaceholder = "{username}"
)

// linkText is what the mails with a link say.
const linkText = "Please click the link below to verify your email address. {####}"

// Send sends a letter to a, in the words of the CustomMessage hook if it has
// any.
func (c *Flow) Send(a *directory.Account, l Letter) error {
	texts := letterTexts[l.Purpose]
	if l.link != "" {
		texts.subject, texts.body = "Your verification link", linkText
	}
	custom, err := c.customMessage(a, l)
	if err != nil {
		return err
	}
	m := outbox.Message{
		To: l.To.Value, Medium: l.To.Medium(), Purpose: l.Purpose, Code: l.Code, Link: l.link, At: c.At,
		Subject: texts.subject, Body: texts.body,
	}
	own := c.Profile().Texts[l.Purpose]
	if m.Medium == outbox.SMS {
		m.Body = cmp.Or(own.SMS, m.Body)
	} else if l.link == "" {
		m.Subject, m.Body = cmp.Or(own.Subject, m.Subject), cmp.Or(own.Email, m.Body)
	}
	if m.Medium == outbox.SMS {
		m.Subject, m.Body = "", cmp.Or(custom.SMSMessage, m.Body)
	} else {
		m.Subject, m.Body = cmp.Or(custom.EmailSubject, m.Subject), cmp.Or(custom.EmailMessage, m.Body)
	}
	name := a.Username
	if !a.HasOwnName() {
		name = l.To.Value
	}
	m.Body = strings.NewReplacer(codePlaceholder, cmp.Or(l.link, l.Code), usernamePlaceholder, name).Replace(m.Body)
	c.Outbox.Send(m)
	return nil
}

// customMessage asks the hook for a text. It must have the place for the
// code, which the hook is not told.
func (c *Flow) customMessage(a *directory.Account, l Letter) (*trigger.CustomMessage, error) {
	e := &trigger.CustomMessage{Event: c.Existing(l.Source, a), CodeParameter: codePlaceholder, UsernameParameter: usernamePlaceholder}
	if c.Triggers().CustomMessage == nil {
		return e, nil
	}
	if err := c.Triggers().CustomMessage(c.R.Context(), e); err != nil {
		return nil, refusal.HookFailed("CustomMessage", err)
	}
	for _, text := range []string{e.EmailMessage, e.SMSMessage} {
		if text != "" && !strings.Contains(text, codePlaceholder) {
			return nil, refusal.CustomMessage
		}
	}
	return e, nil
}
