package main

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// showLogout asks the user first, because a link or an image on any site can
// make a GET.
func (p *pages) showLogout(w http.ResponseWriter, r *http.Request) {
	p.form(w, r, "logout", View{Title: "Sign out?"})
}

// logout ends the session, and with it the refresh token.
func (p *pages) logout(w http.ResponseWriter, r *http.Request) {
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return
	}
	seeOther(w, Prefix+"signed-out")
}

func (p *pages) signedOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Link", "<"+Prefix+"forget>; rel=preload; as=image") // see session.Manager.ServeForget
	p.form(w, r, "signed-out", View{Title: "You are signed out"})
}

func (p *pages) showEverywhere(w http.ResponseWriter, r *http.Request) {
	p.form(w, r, "everywhere", View{Title: "Sign out everywhere?"})
}

// signOutEverywhere ends all of the user's sessions, at Cognito and here.
func (p *pages) signOutEverywhere(w http.ResponseWriter, r *http.Request) {
	who := cognito.FromContext(r.Context())
	tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
	if err == nil {
		err = p.Client.GlobalSignOut(r.Context(), tokens.Access)
	}
	if err != nil {
		if !p.sessionOver(w, r, err) {
			p.form(w, r, "everywhere", View{Title: "Sign out everywhere?", Problem: p.problem(r, err)})
		}
		return
	}
	if p.SignOutEverywhere != nil {
		if err := p.SignOutEverywhere(r.Context(), who); err != nil {
			p.unavailable(w, r, err)
			return
		}
	}
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.Pending.DropDevice(w)
	seeOther(w, Prefix+"signed-out")
}
