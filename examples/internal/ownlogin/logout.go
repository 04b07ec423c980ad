package ownlogin

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/site"
)

// showLogout asks: a link or an image on any site can make a GET.
func (p *pages) showLogout(w http.ResponseWriter, r *http.Request) {
	p.form(w, r, "logout", site.View{Title: "Sign out?"})
}

// logout ends the session first, and then the refresh token.
func (p *pages) logout(w http.ResponseWriter, r *http.Request) {
	var refresh cognito.RefreshToken
	if s, err := p.Sessions.FromRequest(r); err == nil {
		if tokens, err := s.Tokens(r.Context()); err == nil {
			refresh = tokens.Refresh
		}
	}
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.revoke(r, refresh)
	seeOther(w, Prefix+"signed-out")
}

// revoke has Cognito refuse a refresh token. The visitor is signed out
// whether it works or not.
func (p *pages) revoke(r *http.Request, token cognito.RefreshToken) {
	if token == "" {
		return
	}
	ctx, cancel := detached(r)
	defer cancel()
	if err := p.Client.Revoke(ctx, token); err != nil {
		p.Logger.WarnContext(r.Context(), "revoke", "err", err)
	}
}

func (p *pages) signedOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Link", "<"+Prefix+"forget>; rel=preload; as=image") // see session.ServeForget
	p.form(w, r, "signed-out", site.View{Title: "You are signed out"})
}

func (p *pages) showEverywhere(w http.ResponseWriter, r *http.Request) {
	p.form(w, r, "everywhere", site.View{Title: "Sign out everywhere?"})
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
			p.form(w, r, "everywhere", site.View{Title: "Sign out everywhere?", Problem: p.problem(r, err)})
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
