package account

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
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
	p.form(w, r, "mfa", site.View{Title: "Two-step sign-in", Notice: notice, Problem: problem, Data: mfaView{
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

// showApp has Cognito make a secret for an authenticator app, and shows it.
func (p *pages) showApp(w http.ResponseWriter, r *http.Request) {
	var app userpool.SoftwareToken
	token, err := accessToken(r)
	if err == nil {
		app, err = p.Client.AssociateSoftwareToken(r.Context(), token)
	}
	switch {
	case err == nil:
		p.appPage(w, r, app, "")
	case !p.sessionOver(w, r, err):
		p.mfaPage(w, r, "", p.problem(r, err))
	}
}

// appPage shows the secret for an authenticator app.
func (p *pages) appPage(w http.ResponseWriter, r *http.Request, app userpool.SoftwareToken, problem string) {
	user, _, ok := p.user(w, r)
	if !ok {
		return
	}
	qr, err := qrCode(app.URI(p.AppName, user.Email))
	if err != nil {
		p.mfaPage(w, r, "", p.problem(r, err))
		return
	}
	p.form(w, r, "app", site.View{Title: "Set up an authenticator app", Problem: problem, Data: challengeForm{
		Secret: groups(string(app.Secret)), QR: qr,
	}})
}

// verifyApp takes the first code of the app, and asks for one at each sign-in
// from then on.
func (p *pages) verifyApp(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.VerifySoftwareToken(r.Context(), token, code(r), "")
	}
	if err != nil {
		if !p.sessionOver(w, r, err) {
			p.appAgain(w, r, p.problem(r, err))
		}
		return
	}
	err = p.Client.SetUserMFAPreference(r.Context(), token, userpool.MFAPreference{SoftwareToken: userpool.MFAPreferred})
	switch {
	case err == nil:
		seeOther(w, AccountPath+"/mfa?done=app")
	case !p.sessionOver(w, r, err):
		p.mfaPage(w, r, "", p.problem(r, err))
	}
}

// appAgain shows the page after a wrong code. The secret stays, because the
// user's app has it already: a second AssociateSoftwareToken would replace it.
func (p *pages) appAgain(w http.ResponseWriter, r *http.Request, problem string) {
	secret := shownSecret(r)
	if secret == "" {
		seeOther(w, AccountPath+"/mfa/app")
		return
	}
	p.appPage(w, r, userpool.SoftwareToken{Secret: secret}, problem)
}

// maxSecret bounds the secret that a form sends back.
const maxSecret = 128

// shownSecret is the secret that the page with the form showed. It is "" for a
// text that is not base32.
func shownSecret(r *http.Request) cognito.Secret {
	secret := strings.ReplaceAll(r.PostFormValue("secret"), " ", "")
	if len(secret) > maxSecret || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return ""
	}
	return cognito.Secret(secret)
}
