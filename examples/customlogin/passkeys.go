package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

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
		p.Pending.KeepPasskeyUser(w, r, cognito.FromContext(r.Context()))
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
// is the same for a user without a passkey and for an unknown name. Only the
// browser knows whether it has a passkey to offer.
func (p *pages) loginByPasskey(w http.ResponseWriter, r *http.Request) {
	who := userpool.Credentials{Username: username(r), Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}
	if who.Username == "" {
		p.loginPage(w, r, "", "Please enter your e-mail address or user name.")
		return
	}
	// A browser that keeps this user has signed the user in before.
	who.HideAccount = !slices.Contains(p.Pending.PasskeyUsers(r), who.Username)
	step, err := p.Client.SignIn(r.Context(), who, options(r))
	if err != nil {
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	form := p.passkeyForm(w, r, step)
	if form == nil {
		p.next(w, r, step)
		return
	}
	p.form(w, r, "passkey", View{Title: "Sign in with your passkey", Data: form})
}

// A passkeyForm asks the browser for a passkey.
type passkeyForm struct {
	ID       string // Challenge.ID
	Options  string // for navigator.credentials.get
	Script   string
	ReturnTo string
	Again    bool // it is asked for the second time
}

// passkeyForm keeps the challenge of a sign-in and returns its form, or nil where
// the sign-in asks for no passkey.
func (p *pages) passkeyForm(w http.ResponseWriter, r *http.Request, step *userpool.Step) *passkeyForm {
	ch, ok := step.Challenge.(*userpool.WebAuthn)
	if !ok || p.Pending.Save(w, ch) != nil {
		return nil
	}
	return &passkeyForm{ID: ch.ID(), Options: string(ch.Options), Script: passkeyScript, ReturnTo: p.returnTo(r)}
}

// offerPasskey prepares a sign-in from the suggestions of the name field, in a
// browser that has a passkey of a user. Cognito wants the user's name first:
// this browser keeps it. It returns nil where there is nothing to offer.
func (p *pages) offerPasskey(w http.ResponseWriter, r *http.Request) *passkeyForm {
	names := p.Pending.PasskeyUsers(r)
	if p.RelyingPartyID == "" || len(names) == 0 {
		return nil
	}
	return p.askPasskey(w, r, names[0])
}

// askPasskey begins a sign-in of a user whom this browser keeps. It returns nil
// where the user has no passkey any more.
func (p *pages) askPasskey(w http.ResponseWriter, r *http.Request, username string) *passkeyForm {
	who := userpool.Credentials{Username: username, Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}
	step, err := p.Client.SignIn(r.Context(), who, options(r))
	if err != nil {
		p.Logger.InfoContext(r.Context(), "no passkey to suggest", "err", err)
		return nil
	}
	return p.passkeyForm(w, r, step)
}

// passkeyRefused continues after Cognito has refused a passkey. If the passkey
// belongs to another user of this browser, it begins a sign-in of that user.
// This can happen because suggestions show the passkeys of all users.
func (p *pages) passkeyRefused(w http.ResponseWriter, r *http.Request, err error) {
	p.problem(r, err)
	other := p.Pending.PasskeyUser(r, json.RawMessage(r.PostFormValue("credential")))
	if other != "" && r.PostFormValue("again") == "" {
		if form := p.askPasskey(w, r, other); form != nil {
			form.Again = true
			p.form(w, r, "passkey", View{Title: "Sign in with your passkey", Data: form})
			return
		}
	}
	p.loginPage(w, r, "", "That passkey does not sign you in here. Choose another way, and look at the passkeys of your account.")
}
