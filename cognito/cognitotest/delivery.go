package cognitotest

import (
	"cmp"
	"crypto/sha256"
	"strings"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// A contact is where a code goes: the value of one of a user's attributes.
type contact struct{ attribute, value string }

func (k contact) medium() outbox.Medium {
	if k.attribute == "phone_number" {
		return outbox.SMS
	}
	return outbox.Email
}

// masked is the contact as an answer may show it.
func (k contact) masked() string {
	if k.medium() == outbox.SMS {
		return maskPhone(k.value)
	}
	return mask(k.value)
}

// A codeDelivery is CodeDeliveryDetails in the API.
type codeDelivery struct{ AttributeName, DeliveryMedium, Destination string }

func (k contact) delivery() *codeDelivery {
	return &codeDelivery{AttributeName: k.attribute, DeliveryMedium: string(string(k.medium())), Destination: k.masked()}
}

// contact is one of a user's attributes to send a code to.
func (a *account) contact(attribute string) contact {
	return contact{attribute, a.attributes[attribute]}
}

// signUpContact is where the code of a sign-up goes: to the e-mail, or to the
// phone number of a user without one, unless the pool was told which
// attributes to verify. Then the phone number comes first, as on AWS.
func (p *Pool) signUpContact(a *account) (to contact, ok bool) {
	order := p.rules().verifies
	if order == nil {
		order = []string{"email", "phone_number"}
	}
	for _, attribute := range order {
		if a.attributes[attribute] != "" {
			return a.contact(attribute), true
		}
	}
	return contact{}, false
}

// verifiedContact is where a code for a new password goes.
func (a *account) verifiedContact() (to contact, ok bool) {
	for _, attribute := range aliasAttributes {
		if a.hasVerified(attribute) {
			return a.contact(attribute), true
		}
	}
	return contact{}, false
}

// simulatedContact stands for the contact of a user who does not exist: the
// same one for a name each time.
func (p *Pool) simulatedContact(name string) contact {
	sum := sha256.Sum256([]byte(p.id + "\x00" + fold(name)))
	letter := func(b byte) string { return string(rune('a' + b%26)) }
	return contact{"email", letter(sum[0]) + "@" + letter(sum[1])}
}

// mask hides an e-mail address as Cognito does: j***@e***.
func mask(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	first := func(s string) string {
		r, _ := utf8.DecodeRuneInString(s)
		return string(r)
	}
	return first(local) + "***@" + first(domain) + "***"
}

// maskPhone hides a phone number but its last four digits: +*******0100.
func maskPhone(number string) string {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok || len(digits) <= 4 {
		return ""
	}
	return "+" + strings.Repeat("*", len(digits)-4) + digits[len(digits)-4:]
}

// A letter is a message with a code that is about to be sent.
type letter struct {
	purpose outbox.Purpose
	source  trigger.Source // of the CustomMessage trigger
	to      contact
	code    string
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

// What stands for the code and the username in the text of a message.
const (
	codePlaceholder     = "{####}"
	usernamePlaceholder = "{username}"
)

// linkText is what the mails with a link say.
const linkText = "Please click the link below to verify your email address. {####}"

// send sends a letter to a, in the words of the CustomMessage hook if it has
// any.
func (c *call) send(a *account, l letter) error {
	texts := letterTexts[l.purpose]
	if l.link != "" {
		texts.subject, texts.body = "Your verification link", linkText
	}
	custom, err := c.customMessage(a, l)
	if err != nil {
		return err
	}
	m := outbox.Message{
		To: l.to.value, Medium: l.to.medium(), Purpose: l.purpose, Code: l.code, Link: l.link, At: c.at,
		Subject: texts.subject, Body: texts.body,
	}
	own := c.profile().Texts[l.purpose]
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
	name := a.username
	if !a.hasOwnName() {
		name = l.to.value
	}
	m.Body = strings.NewReplacer(codePlaceholder, cmp.Or(l.link, l.code), usernamePlaceholder, name).Replace(m.Body)
	c.outbox.send(m)
	return nil
}

// customMessage asks the hook for a text. It must have the place for the
// code, which the hook is not told.
func (c *call) customMessage(a *account, l letter) (*trigger.CustomMessage, error) {
	e := &trigger.CustomMessage{Event: c.existing(l.source, a), CodeParameter: codePlaceholder, UsernameParameter: usernamePlaceholder}
	if c.hooks.CustomMessage == nil {
		return e, nil
	}
	if err := c.hooks.CustomMessage(c.r.Context(), e); err != nil {
		return nil, refusal.HookFailed("CustomMessage", err)
	}
	for _, text := range []string{e.EmailMessage, e.SMSMessage} {
		if text != "" && !strings.Contains(text, codePlaceholder) {
			return nil, refusal.CustomMessage
		}
	}
	return e, nil
}
