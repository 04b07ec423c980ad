package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// A challengeForm is what the page of a challenge shows.
type challengeForm struct {
	Kind     string // which form: see challenge.html
	ID       string // Challenge.ID
	ReturnTo string

	Destination string       // where a code went
	Device      string       // what the user calls the authenticator app
	Fields      []field      // attributes to fill in
	Choices     []choice     // what can be chosen
	ByEmail     bool         // codes by e-mail can be set up, too
	Secret      string       // of a new authenticator app, in groups of four
	QR          template.URL // the same as an image
	Parameters  []field      // of a custom challenge
}

type choice struct{ Value, Label string }

// showChallenge shows the form of the pending challenge.
func (p *pages) showChallenge(w http.ResponseWriter, r *http.Request) {
	ch, err := p.Pending.Peek(r)
	if err != nil && p.isSignedIn(r) { // the Back button, after the answer
		seeOther(w, p.returnTo(r))
		return
	}
	if err != nil {
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	p.challengePage(w, r, ch, "")
}

// challengePage shows the form of a challenge.
func (p *pages) challengePage(w http.ResponseWriter, r *http.Request, ch userpool.Challenge, problem string) {
	form := challengeForm{ID: ch.ID(), ReturnTo: p.returnTo(r)}
	title := "One more step"
	switch ch := ch.(type) {
	case *userpool.SMSCode:
		form.Kind, title = "sms", "Enter the code from your phone"
		form.Destination = destination(ch.Delivery)
	case *userpool.EmailCode:
		form.Kind, title = "email", "Enter the code that we sent by e-mail" // the address would reveal an account
	case *userpool.TOTPCode:
		form.Kind, title, form.Device = "totp", "Enter the code of your authenticator app", ch.DeviceName
	case *userpool.NewPasswordRequired:
		form.Kind, title = "new-password", "Choose a new password"
		form.Fields = attributeFields(ch.Required, r)
	case *userpool.MFASetup:
		form.Kind, title = "mfa-setup", "Set up a second factor"
		form.Choices = mfaChoices(ch.Choices)
		if !slices.Contains(ch.Choices, "SOFTWARE_TOKEN_MFA") {
			form.Kind = "mfa-setup-email"
			break
		}
		form.ByEmail = slices.Contains(ch.Choices, "EMAIL_OTP")
		if err := p.enrol(w, r, ch, &form); err != nil {
			p.loginPage(w, r, "", p.problem(r, err))
			return
		}
	case *userpool.SelectMFA:
		form.Kind, title = "select-mfa", "How do you want to verify that it’s you?"
		form.Choices = mfaChoices(ch.Choices)
	case *userpool.SelectFactor:
		form.Kind, title = "select-factor", "How do you want to sign in?"
		form.Choices = factorChoices(ch.Available)
	case *userpool.PasswordChallenge:
		form.Kind, title = "password", "Enter your password"
	case *userpool.CustomChallenge:
		form.Kind = "custom"
		form.Parameters = parameterFields(ch.Parameters)
	case *userpool.WebAuthn: // its options were for the page before
		p.Pending.Drop(w)
		p.loginPage(w, r, "", problem)
		return
	default: // a device needs its secret
		p.Pending.Drop(w)
		p.loginPage(w, r, "", "This app does not offer the way to sign in that your account asks for ("+ch.Name()+").")
		return
	}
	p.form(w, r, "challenge", View{Title: title, Problem: problem, Data: form})
}

// enrol shows the secret of a new authenticator app.
func (p *pages) enrol(w http.ResponseWriter, r *http.Request, ch *userpool.MFASetup, form *challengeForm) error {
	token, err := ch.Enrol(r.Context())
	if err != nil {
		return err
	}
	form.Secret = groups(string(token.Secret))
	if form.QR, err = qrCode(token.URI(p.AppName, "your account")); err != nil {
		return err
	}
	return p.Pending.Save(w, ch) // the challenge has another session now
}

// answerChallenge takes the answer to the pending challenge.
func (p *pages) answerChallenge(w http.ResponseWriter, r *http.Request) {
	ch, err := p.Pending.Take(w, r, r.PostFormValue("challenge"))
	if err != nil {
		if p.isSignedIn(r) { // the Back button, a double click, another tab
			seeOther(w, p.returnTo(r))
			return
		}
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	step, err := p.Client.Answer(r.Context(), ch, answers(r, ch), options(r))
	switch {
	case err == nil:
		if isPasskey(ch) && step.Identity != nil {
			p.Pending.KeepPasskeyUser(w, r, step.Identity)
		}
		p.next(w, r, step)
	case isPasskey(ch) && errors.Is(err, userpool.ErrNotAuthorized):
		p.passkeyRefused(w, r, err)
	case !userpool.CanAnswerAgain(err):
		p.loginPage(w, r, "", p.problem(r, err))
	default:
		problem := p.problem(r, err)
		if err := p.Pending.Save(w, ch); err != nil {
			p.loginPage(w, r, "", p.problem(r, err))
			return
		}
		p.challengePage(w, r, ch, problem)
	}
}

// answers are the form's fields.
func answers(r *http.Request, ch userpool.Challenge) userpool.Answers {
	a := userpool.Answers{
		Code: cmp.Or(r.PostFormValue("answer"), code(r)), Password: cognito.Secret(r.PostFormValue("password")),
		Choice: r.PostFormValue("choice"), Email: strings.TrimSpace(r.PostFormValue("email")), Credential: json.RawMessage(r.PostFormValue("credential")),
	}
	if ch, ok := ch.(*userpool.NewPasswordRequired); ok {
		a.Attributes = make(map[string]string)
		for _, name := range ch.Required {
			a.Attributes[name] = strings.TrimSpace(r.PostFormValue("attribute-" + name))
		}
	}
	return a
}

func isPasskey(ch userpool.Challenge) bool {
	_, ok := ch.(*userpool.WebAuthn)
	return ok
}

func destination(d *userpool.Delivery) string {
	if d == nil {
		return ""
	}
	return d.Destination
}

func mfaChoices(names []string) []choice {
	labels := map[string]string{
		"SMS_MFA": "A code by SMS", "SOFTWARE_TOKEN_MFA": "A code from my authenticator app",
		"EMAIL_OTP": "A code by e-mail", "EMAIL_MFA": "A code by e-mail",
	}
	var list []choice
	for _, name := range names {
		if label := labels[name]; label != "" {
			list = append(list, choice{name, label})
		}
	}
	return list
}

func factorChoices(factors []userpool.Factor) []choice {
	labels := map[userpool.Factor]string{
		userpool.FactorPasswordSRP: "My password", userpool.FactorEmailOTP: "A code by e-mail", userpool.FactorSMSOTP: "A code by SMS",
	}
	var list []choice
	for _, f := range factors {
		if label := labels[f]; label != "" {
			list = append(list, choice{string(f), label})
		}
	}
	return list
}

// groups writes a secret so that it can be typed.
func groups(secret string) string {
	var b strings.Builder
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// dataURL is a PNG within a page.
func dataURL(png []byte) template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
}
