package account

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

type signUpForm struct {
	Email    string
	Name     string
	ReturnTo string
}

func (p *pages) showSignUp(w http.ResponseWriter, r *http.Request) { p.signUpPage(w, r, "") }

func (p *pages) signUpPage(w http.ResponseWriter, r *http.Request, problem string) {
	p.form(w, r, "signup", site.View{Title: "Create an account", Problem: problem, Data: signUpForm{
		Email: r.PostFormValue("email"), Name: r.PostFormValue("name"), ReturnTo: p.returnTo(r),
	}})
}

// signUp creates an account, and goes on to the page for the code. It does the
// same for an address that is taken, so that the page does not reveal who has
// an account.
func (p *pages) signUp(w http.ResponseWriter, r *http.Request) {
	email, password := strings.TrimSpace(r.PostFormValue("email")), r.PostFormValue("password")
	attributes := map[string]string{"email": email}
	if name := strings.TrimSpace(r.PostFormValue("name")); name != "" {
		attributes["name"] = name
	}
	switch {
	case email == "":
		p.signUpPage(w, r, "Please enter your e-mail address.")
		return
	case password == "":
		p.signUpPage(w, r, "Please choose a password.")
		return
	}
	done, err := p.Client.SignUp(r.Context(), userpool.NewUser{
		Username: email, Password: cognito.Secret(password), Attributes: attributes,
	}, options(r))
	switch {
	case err != nil && !userpool.RevealsAccount(err):
		p.signUpPage(w, r, p.problem(r, err))
		return
	case err != nil:
		p.Logger.InfoContext(r.Context(), "sign-up with a name that is taken", "err", err)
		done = &userpool.SignedUp{} // its cookie looks the same
	case done.Confirmed: // a trigger that confirms accounts tells which names are free
		seeOther(w, Prefix+"login?confirmed=1")
		return
	}
	p.Pending.SaveSignUp(w, done.Session)
	seeOther(w, p.confirmPath(email, p.returnTo(r)))
}

func (p *pages) confirmPath(username, returnTo string) string {
	return Prefix + "confirm?" + url.Values{"username": {username}, "return_to": {returnTo}}.Encode()
}

type codeForm struct {
	Username string
	ReturnTo string
}

func (p *pages) showConfirm(w http.ResponseWriter, r *http.Request) {
	notice := ""
	switch {
	case r.FormValue("resent") != "":
		notice = "If your account still waits for its code, a new one is on its way. The one before no longer works. If your account is confirmed already, no code comes: sign in."
	}
	p.confirmPage(w, r, notice, "")
}

func (p *pages) confirmPage(w http.ResponseWriter, r *http.Request, notice, problem string) {
	p.form(w, r, "confirm", site.View{Title: "Confirm your account", Notice: notice, Problem: problem, Data: codeForm{
		Username: strings.TrimSpace(r.FormValue("username")), ReturnTo: p.returnTo(r),
	}})
}

// confirm takes the code, and signs in where the sign-up was in this browser.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request) {
	with := userpool.Confirmation{Username: username(r), Code: code(r), Session: p.Pending.SignUp(r)}
	s, err := p.Client.ConfirmSignUp(r.Context(), with, options(r))
	if err != nil {
		p.confirmPage(w, r, "", p.problem(r, err))
		return
	}
	p.Pending.DropSignUp(w)
	if s == "" {
		seeOther(w, Prefix+"login?"+url.Values{"confirmed": {"1"}, "return_to": {p.returnTo(r)}}.Encode())
		return
	}
	step, err := p.Client.SignIn(r.Context(), userpool.Credentials{Username: with.Username, Flow: userpool.FlowChoice, Session: s}, options(r))
	if err != nil {
		p.problem(r, err) // the account is confirmed all the same
		seeOther(w, Prefix+"login?"+url.Values{"confirmed": {"1"}, "return_to": {p.returnTo(r)}}.Encode())
		return
	}
	p.next(w, r, step)
}

// code is a one-time code as people type it.
func code(r *http.Request) string { return strings.Join(strings.Fields(r.PostFormValue("code")), "") }

// resend sends another code if the account needs one. The page does not reveal
// whether it does.
func (p *pages) resend(w http.ResponseWriter, r *http.Request) {
	_, err := p.Client.ResendConfirmationCode(r.Context(), username(r), options(r))
	if err != nil && !userpool.RevealsAccount(err) {
		p.confirmPage(w, r, "", p.problem(r, err))
		return
	}
	seeOther(w, p.confirmPath(username(r), p.returnTo(r))+"&resent=1")
}
