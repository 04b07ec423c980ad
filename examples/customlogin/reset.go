package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

func (p *pages) showForgot(w http.ResponseWriter, r *http.Request) {
	p.forgotPage(w, r, "")
}

func (p *pages) forgotPage(w http.ResponseWriter, r *http.Request, problem string) {
	p.form(w, r, "forgot", View{Title: "Forgot your password?", Problem: problem, Data: codeForm{
		Username: strings.TrimSpace(r.FormValue("username")),
	}})
}

// forgot sends a code if the account exists. The page that follows is the same
// in both cases.
func (p *pages) forgot(w http.ResponseWriter, r *http.Request) {
	if username(r) == "" {
		p.forgotPage(w, r, "Please enter your e-mail address or user name.")
		return
	}
	_, err := p.Client.ForgotPassword(r.Context(), username(r), options(r))
	if err != nil && !userpool.RevealsAccount(err) {
		p.forgotPage(w, r, p.problem(r, err))
		return
	}
	if err != nil {
		p.Logger.InfoContext(r.Context(), "this password cannot be reset", "err", err)
	}
	seeOther(w, Prefix+"reset-password?"+url.Values{"username": {username(r)}}.Encode())
}

func (p *pages) showReset(w http.ResponseWriter, r *http.Request) { p.resetPage(w, r, "") }

func (p *pages) resetPage(w http.ResponseWriter, r *http.Request, problem string) {
	p.form(w, r, "reset", View{Title: "Choose a new password", Problem: problem, Data: codeForm{
		Username: strings.TrimSpace(r.FormValue("username")),
	}})
}

func (p *pages) reset(w http.ResponseWriter, r *http.Request) {
	err := p.Client.ConfirmForgotPassword(r.Context(), userpool.PasswordReset{
		Username: username(r), Code: code(r), NewPassword: cognito.Secret(r.PostFormValue("password")),
	}, options(r))
	if err != nil {
		p.resetPage(w, r, p.problem(r, err))
		return
	}
	seeOther(w, Prefix+"login?reset=1")
}
