package main

import (
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// The names of second factors.
const (
	factorApp   = "SOFTWARE_TOKEN_MFA"
	factorEmail = "EMAIL_OTP"
)

type mfaView struct {
	App, Email bool
	Preferred  string
	CanEmail   bool // there is a verified address
}

func (p *pages) showMFA(w http.ResponseWriter, r *http.Request) {
	notice := ""
	switch r.FormValue("done") {
	case "app":
		notice = "From now on you need a code of your authenticator app to sign in."
	case "off":
		notice = "The second factor is off."
	case "on":
		notice = "From now on you need a code to sign in."
	}
	p.mfaPage(w, r, notice, "")
}

func (p *pages) mfaPage(w http.ResponseWriter, r *http.Request, notice, problem string) {
	user, _, ok := p.user(w, r)
	if !ok {
		return
	}
	p.form(w, r, "mfa", View{Title: "Two-step sign-in", Notice: notice, Problem: problem, Data: mfaView{
		App: slices.Contains(user.MFA, factorApp), Email: slices.Contains(user.MFA, factorEmail),
		Preferred: user.PreferredMFA, CanEmail: user.EmailVerified,
	}})
}

// setMFA turns a factor on or off.
func (p *pages) setMFA(w http.ResponseWriter, r *http.Request) {
	var preference userpool.MFAPreference
	done := "on"
	switch r.PostFormValue("action") {
	case "app-off":
		preference.SoftwareToken, done = userpool.MFAOff, "off"
	case "email-on":
		preference.Email = userpool.MFAOn
	case "email-off":
		preference.Email, done = userpool.MFAOff, "off"
	default:
		seeOther(w, AccountPath+"/mfa")
		return
	}
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.SetUserMFAPreference(r.Context(), token, preference)
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"/mfa?done="+done)
	case !p.sessionOver(w, r, err):
		p.mfaPage(w, r, "", p.problem(r, err))
	}
}

func (p *pages) showApp(w http.ResponseWriter, r *http.Request) { p.appPage(w, r, "") }

// appPage shows the secret for an authenticator app.
func (p *pages) appPage(w http.ResponseWriter, r *http.Request, problem string) {
	user, token, ok := p.user(w, r)
	if !ok {
		return
	}
	var form challengeForm
	secret, err := p.Client.AssociateSoftwareToken(r.Context(), token)
	if err == nil {
		form.Secret = groups(string(secret.Secret))
		form.QR, err = qrCode(secret.URI(p.AppName, user.Email))
	}
	if err != nil {
		if !p.sessionOver(w, r, err) {
			p.mfaPage(w, r, "", p.problem(r, err))
		}
		return
	}
	p.form(w, r, "app", View{Title: "Set up an authenticator app", Problem: problem, Data: form})
}

// verifyApp takes the first code of the app, and asks for one at each sign-in
// from then on.
func (p *pages) verifyApp(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.VerifySoftwareToken(r.Context(), token, code(r), "")
	}
	if err == nil {
		err = p.Client.SetUserMFAPreference(r.Context(), token, userpool.MFAPreference{SoftwareToken: userpool.MFAPreferred})
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"/mfa?done=app")
	case !p.sessionOver(w, r, err):
		p.appPage(w, r, p.problem(r, err))
	}
}
