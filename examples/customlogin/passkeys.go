package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// passkeyScript is where the pages load the script for passkeys from.
const passkeyScript = "/auth/passkey.js"

// passkeysView is the list of a user's passkeys, or the form that adds one.
type passkeysView struct {
	Passkeys []userpool.Passkey
	Options  string // for navigator.credentials.create
	Script   string
}

func (p *pages) showPasskeys(w http.ResponseWriter, r *http.Request) {
	notice := ""
	switch r.FormValue("done") {
	case "added":
		notice = "Your passkey is added. You can sign in with it from now on."
	case "removed":
		notice = "The passkey is removed. Delete it on your device, too."
	}
	p.passkeysPage(w, r, notice, "")
}

func (p *pages) passkeysPage(w http.ResponseWriter, r *http.Request, notice, problem string) {
	token, err := accessToken(r)
	var view passkeysView
	if err == nil {
		view.Passkeys, err = p.Client.ListWebAuthnCredentials(r.Context(), token)
	}
	if err != nil {
		if p.sessionOver(w, r, err) {
			return
		}
		problem = p.problem(r, err)
	}
	p.form(w, r, "passkeys", View{Title: "Your passkeys", Notice: notice, Problem: problem, Data: view})
}

// startPasskey asks Cognito for the options of another passkey. It takes a
// POST, so that a link on another site starts nothing.
func (p *pages) startPasskey(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	var options json.RawMessage
	if err == nil {
		options, err = p.Client.StartWebAuthnRegistration(r.Context(), token)
	}
	switch {
	case err == nil:
		p.form(w, r, "passkey-new", View{Title: "Add a passkey", Data: passkeysView{Options: string(options), Script: passkeyScript}})
	case errors.Is(err, userpool.ErrSignInTooOld):
		p.form(w, r, "passkey-again", View{Title: "Please sign in again", Status: http.StatusForbidden})
	case !p.sessionOver(w, r, err):
		p.passkeysPage(w, r, "", p.problem(r, err))
	}
}

// addPasskey takes what the browser made.
func (p *pages) addPasskey(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.CompleteWebAuthnRegistration(r.Context(), token, json.RawMessage(r.PostFormValue("credential")))
	}
	switch {
	case err == nil:
		p.rememberPasskey(w, r, cognito.FromContext(r.Context()))
		seeOther(w, AccountPath+"/passkeys?done=added")
	case !p.sessionOver(w, r, err):
		p.passkeysPage(w, r, "", p.problem(r, err))
	}
}

func (p *pages) removePasskey(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.DeleteWebAuthnCredential(r.Context(), token, r.PostFormValue("id"))
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"/passkeys?done=removed")
	case !p.sessionOver(w, r, err):
		p.passkeysPage(w, r, "", p.problem(r, err))
	}
}

// loginByPasskey asks for a passkey of the user whose name was typed. The page
// is the same for a user without one, and for nobody: only the browser knows
// whether it has a passkey to offer.
func (p *pages) loginByPasskey(w http.ResponseWriter, r *http.Request) {
	who := userpool.Credentials{Username: username(r), Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}
	if who.Username == "" {
		p.loginPage(w, r, "", "Please enter your e-mail address or user name.")
		return
	}
	step, err := p.Client.SignIn(r.Context(), who, options(r))
	if userpool.RevealsAccount(err) || errors.Is(err, userpool.ErrNotAuthorized) {
		p.Logger.InfoContext(r.Context(), "sign-in with a passkey that cannot be", "err", err)
		step, err = p.Client.Decoy(who), nil
	}
	if err != nil {
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	ch, ok := step.Challenge.(*userpool.WebAuthn)
	if !ok { // this account has other ways to sign in
		ch = p.Client.Decoy(who).Challenge.(*userpool.WebAuthn)
	}
	if err := p.Pending.Save(w, ch); err != nil {
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	asked := ch.AnyOptions(p.RelyingPartyID)
	known := func(o passkeyOwner) bool { return o.Name == who.Username }
	if ch.Options != nil && slices.ContainsFunc(passkeyOwners(r), known) {
		asked = ch.Options // this browser has signed the user in with a passkey before
	}
	p.form(w, r, "passkey", View{Title: "Sign in with your passkey", Data: &passkeyForm{
		ID: ch.ID(), Options: string(asked), Script: passkeyScript, ReturnTo: p.returnTo(r),
	}})
}

// A passkeyForm asks the browser for a passkey.
type passkeyForm struct {
	ID       string // Challenge.ID
	Options  string // for navigator.credentials.get
	Script   string
	ReturnTo string
	Again    bool // it is asked for the second time
}

// offerPasskey prepares a sign-in from the suggestions of the name field, in a
// browser that has a passkey of a user. Cognito wants the user's name first:
// this browser keeps it. It returns nil where there is nothing to offer.
func (p *pages) offerPasskey(w http.ResponseWriter, r *http.Request) *passkeyForm {
	owners := passkeyOwners(r)
	if p.RelyingPartyID == "" || len(owners) == 0 {
		return nil
	}
	return p.askPasskey(w, r, userpool.Credentials{Username: owners[0].Name, Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn})
}

// askPasskey begins a sign-in of a user whom this browser keeps. It returns nil
// where the user has no passkey any more.
func (p *pages) askPasskey(w http.ResponseWriter, r *http.Request, who userpool.Credentials) *passkeyForm {
	step, err := p.Client.SignIn(r.Context(), who, options(r))
	if err != nil {
		p.Logger.InfoContext(r.Context(), "no passkey to suggest", "err", err)
		return nil
	}
	ch, ok := step.Challenge.(*userpool.WebAuthn)
	if !ok || p.Pending.Save(w, ch) != nil {
		return nil
	}
	return &passkeyForm{ID: ch.ID(), Options: string(ch.Options), Script: passkeyScript, ReturnTo: p.returnTo(r)}
}

// passkeyCookie keeps the users who have a passkey in this browser.
const passkeyCookie = "passkey-users"

// maxPasskeyUsers is how many of them a browser keeps.
const maxPasskeyUsers = 4

// A passkeyOwner is a user with a passkey in this browser.
type passkeyOwner struct{ Name, Sub string }

// rememberPasskey puts a user in front of those that the browser keeps.
func (p *pages) rememberPasskey(w http.ResponseWriter, r *http.Request, who *cognito.Identity) {
	owners := []passkeyOwner{{who.Username, who.Subject}}
	for _, o := range passkeyOwners(r) {
		if o.Sub != who.Subject && len(owners) < maxPasskeyUsers {
			owners = append(owners, o)
		}
	}
	text, _ := json.Marshal(owners) // texts always marshal
	http.SetCookie(w, &http.Cookie{
		Name: passkeyCookie, Value: base64.RawURLEncoding.EncodeToString(text), Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: strings.HasPrefix(p.BaseURL, "https:"), SameSite: http.SameSiteLaxMode,
	})
}

// passkeyOwners are the users whom the browser keeps, the last one first.
func passkeyOwners(r *http.Request) (owners []passkeyOwner) {
	cookie, err := r.Cookie(passkeyCookie)
	if err != nil || len(cookie.Value) > 2048 {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &owners) != nil || len(owners) > maxPasskeyUsers {
		return nil
	}
	return owners
}

// owner is the user whom the browser says that a passkey is of. It is a hint:
// Cognito decides.
func owner(r *http.Request) (passkeyOwner, bool) {
	var credential struct {
		Response struct {
			UserHandle string `json:"userHandle"`
		} `json:"response"`
	}
	if json.Unmarshal([]byte(r.PostFormValue("credential")), &credential) != nil {
		return passkeyOwner{}, false
	}
	sub, err := base64.RawURLEncoding.DecodeString(credential.Response.UserHandle)
	if err != nil || len(sub) == 0 {
		return passkeyOwner{}, false
	}
	owners := passkeyOwners(r)
	i := slices.IndexFunc(owners, func(o passkeyOwner) bool { return o.Sub == string(sub) })
	if i < 0 {
		return passkeyOwner{}, false
	}
	return owners[i], true
}

// passkeyRefused goes on after a passkey that Cognito did not take. Where it is
// another user's of this browser, that user is asked for: suggestions show the
// passkeys of all.
func (p *pages) passkeyRefused(w http.ResponseWriter, r *http.Request, err error) {
	p.problem(r, err)
	if other, ok := owner(r); ok && r.PostFormValue("again") == "" {
		who := userpool.Credentials{Username: other.Name, Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}
		if form := p.askPasskey(w, r, who); form != nil {
			form.Again = true
			p.form(w, r, "passkey", View{Title: "Sign in with your passkey", Data: form})
			return
		}
	}
	p.loginPage(w, r, "", "That passkey does not sign you in here. Choose another way, and look at the passkeys of your account.")
}
