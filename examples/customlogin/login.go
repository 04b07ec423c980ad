package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

type loginForm struct {
	Username   string
	ReturnTo   string
	EmailCodes bool
	Passkeys   bool         // there is a button
	Suggested  *passkeyForm // a passkey for the suggestions of the name field, or nil
}

func (p *pages) showLogin(w http.ResponseWriter, r *http.Request) {
	again := r.FormValue("prompt") == "login" // a page wants a recent sign-in
	if p.isSignedIn(r) && !again {
		seeOther(w, p.returnTo(r))
		return
	}
	notice := ""
	switch {
	case again:
		notice = "Please sign in again to go on."
	case r.FormValue("over") != "":
		notice = "You have been signed out. Please sign in again."
	case r.FormValue("forgotten") != "":
		notice = "This browser is forgotten, and you are signed out in it."
	case r.FormValue("reset") != "":
		notice = "Your password has been changed. Sign in with the new one."
	case r.FormValue("confirmed") != "":
		notice = "Your account is confirmed. You can sign in now."
	}
	p.showLoginPage(w, r, notice, "", p.offerPasskey(w, r))
}

func (p *pages) loginPage(w http.ResponseWriter, r *http.Request, notice, problem string) {
	p.showLoginPage(w, r, notice, problem, nil)
}

func (p *pages) showLoginPage(w http.ResponseWriter, r *http.Request, notice, problem string, suggested *passkeyForm) {
	p.form(w, r, "login", View{
		Title: "Sign in", Notice: notice, Problem: problem,
		Data: loginForm{
			Username: r.PostFormValue("username"), ReturnTo: p.returnTo(r), EmailCodes: p.EmailCodes,
			Passkeys: p.RelyingPartyID != "", Suggested: suggested,
		},
	})
}

// login signs in with a password, which is proved by SRP and does not leave
// this process.
func (p *pages) login(w http.ResponseWriter, r *http.Request) {
	p.signIn(w, r, userpool.Credentials{
		Username: username(r),
		Password: cognito.Secret(r.PostFormValue("password")),
		Device:   p.Pending.Device(r),
	})
}

// loginByEmail signs in with a code by e-mail.
func (p *pages) loginByEmail(w http.ResponseWriter, r *http.Request) {
	p.signIn(w, r, userpool.Credentials{Username: username(r), Flow: userpool.FlowChoice, First: userpool.FactorEmailOTP, HideAccount: true})
}

func username(r *http.Request) string { return strings.TrimSpace(r.PostFormValue("username")) }

func (p *pages) signIn(w http.ResponseWriter, r *http.Request, who userpool.Credentials) {
	if who.Username == "" {
		p.loginPage(w, r, "", "Please enter your e-mail address or user name.")
		return
	}
	step, err := p.Client.SignIn(r.Context(), who, options(r))
	switch {
	case err != nil: // also for an account that is not confirmed, or whose password has to be reset
		if userpool.NoticeFor(err).Key == userpool.NoticeTryLater { // Cognito cannot be reached
			w.Header().Set("Retry-After", "5")
		}
		p.loginPage(w, r, "", p.problem(r, err))
	default:
		p.next(w, r, step)
	}
}

// next goes on with a sign-in: to its challenge, or into the app.
func (p *pages) next(w http.ResponseWriter, r *http.Request, step *userpool.Step) {
	if step.Challenge == nil {
		p.finish(w, r, step)
		return
	}
	if err := p.Pending.Save(w, step.Challenge); err != nil {
		p.loginPage(w, r, "", p.problem(r, err))
		return
	}
	seeOther(w, Prefix+"challenge?"+url.Values{"return_to": {p.returnTo(r)}}.Encode())
}

// finish starts the session: the end of every way to sign in.
func (p *pages) finish(w http.ResponseWriter, r *http.Request, step *userpool.Step) {
	if p.OnLogin != nil {
		if err := p.OnLogin(r.Context(), step.Identity, step.Tokens); err != nil {
			if text, refused := errors.AsType[cognito.Refuse](err); refused {
				p.loginPage(w, r, "", string(text))
				return
			}
			p.unavailable(w, r, fmt.Errorf("OnLogin of %v: %w", step.Identity, err))
			return
		}
	}
	if err := p.Sessions.Start(w, r, step.Identity, step.Tokens); err != nil {
		if errors.Is(err, session.ErrStore) {
			p.unavailable(w, r, err)
			return
		}
		p.Logger.ErrorContext(r.Context(), "session", "user", step.Identity, "err", err)
		p.loginPage(w, r, "", "Your account was recognised, but the app could not sign you in.")
		return
	}
	p.Logger.DebugContext(r.Context(), "signed in", "user", step.Identity) // OnLogin may say more
	p.Pending.Drop(w)
	if ask := p.keepDevice(w, r, step); ask {
		seeOther(w, AccountPath+"/devices?"+url.Values{"new": {"1"}, "return_to": {p.returnTo(r)}}.Encode())
		return
	}
	seeOther(w, p.returnTo(r))
}

// keepDevice registers a browser that is new to Cognito as a device, and keeps
// the device in a cookie. It reports whether the app must ask the user before
// Cognito remembers the browser. If keepDevice fails, the user stays signed in.
func (p *pages) keepDevice(w http.ResponseWriter, r *http.Request, step *userpool.Step) (ask bool) {
	if step.NewDevice == nil {
		if d := p.Pending.Device(r); d != nil {
			_ = p.Pending.KeepDevice(w, d) // prolongs the cookie
		}
		return false
	}
	device, err := p.Client.ConfirmDevice(r.Context(), step.Tokens.Access, *step.NewDevice, deviceName(r))
	if err == nil {
		err = p.Pending.KeepDevice(w, device)
	}
	if err != nil {
		p.Logger.WarnContext(r.Context(), "device", "err", err)
		return false
	}
	return device.AskUser
}

// deviceName is a browser's name in the list of devices.
func deviceName(r *http.Request) string {
	agent := r.UserAgent()
	pick := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg/", "Edge", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
	switch {
	case browser == "":
		return "a browser"
	case system == "":
		return browser
	}
	return browser + " on " + system
}
