package account

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

// editable are the attributes that the profile page changes.
var editable = []string{"name", "email", "phone_number"}

type profileView struct {
	User   *userpool.User
	Groups []string
	Fields []field
}

// user fetches the signed-in user from Cognito. It reports false where it has
// answered.
func (p *pages) user(w http.ResponseWriter, r *http.Request) (*userpool.User, cognito.AccessToken, bool) {
	token, err := accessToken(r)
	var user *userpool.User
	if err == nil {
		user, err = p.Client.GetUser(r.Context(), token)
	}
	if err == nil {
		return user, token, true
	}
	if !p.sessionOver(w, r, err) {
		p.Site.Show(w, r, "message", site.View{
			Title: "Your account cannot be shown just now", Status: http.StatusBadGateway, Narrow: true, Data: p.problem(r, err),
		})
	}
	return nil, "", false
}

func (p *pages) showProfile(w http.ResponseWriter, r *http.Request) {
	notice := ""
	switch {
	case r.FormValue("saved") != "":
		notice = "Your changes are saved."
	case r.FormValue("verified") != "":
		notice = "Your e-mail address is verified."
	case r.FormValue("password") != "":
		notice = "Your password has been changed."
	}
	if user, _, ok := p.user(w, r); ok {
		p.profilePage(w, r, user, notice, "")
	}
}

func (p *pages) profilePage(w http.ResponseWriter, r *http.Request, user *userpool.User, notice, problem string) {
	view := profileView{User: user, Groups: cognito.FromContext(r.Context()).Groups}
	for _, name := range editable {
		value := user.Attributes[name]
		if r.Method == http.MethodPost {
			value = r.PostFormValue("attribute-" + name)
		}
		view.Fields = append(view.Fields, attributeField(name, value))
	}
	v := site.View{Title: "Your account", Notice: notice, Problem: problem, Data: view}
	if problem != "" {
		v.Status = http.StatusUnprocessableEntity
	}
	p.Site.Show(w, r, "profile", v)
}

// updateProfile sends Cognito what has changed. A new e-mail address has to
// be verified with the code that is sent there.
func (p *pages) updateProfile(w http.ResponseWriter, r *http.Request) {
	user, token, ok := p.user(w, r)
	if !ok {
		return
	}
	changed := make(map[string]string)
	for _, name := range editable {
		if value := strings.TrimSpace(r.PostFormValue("attribute-" + name)); value != user.Attributes[name] {
			changed[name] = value
		}
	}
	if len(changed) == 0 {
		seeOther(w, AccountPath)
		return
	}
	save := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.saveProfile(w, r, user, token, changed) })
	if _, moves := changed["email"]; moves { // a reset of the password goes there
		r := r.Clone(r.Context())
		r.Header.Set("Referer", p.BaseURL+AccountPath) // where a sign-in leads back to, without "saved"
		p.recently(save).ServeHTTP(w, r)
		return
	}
	save(w, r)
}

func (p *pages) saveProfile(w http.ResponseWriter, r *http.Request, user *userpool.User, token cognito.AccessToken, changed map[string]string) {
	sent, err := p.Client.UpdateUserAttributes(r.Context(), token, changed, options(r))
	switch {
	case err != nil:
		if !p.sessionOver(w, r, err) {
			p.profilePage(w, r, user, "", p.problem(r, err))
		}
	case slices.ContainsFunc(sent, func(d userpool.Delivery) bool { return d.Attribute == "email" }):
		seeOther(w, AccountPath+"/verify-email?sent=1")
	default:
		seeOther(w, AccountPath+"?saved=1")
	}
}

func (p *pages) showVerify(w http.ResponseWriter, r *http.Request) {
	notice := ""
	if r.FormValue("sent") != "" {
		notice = "We sent a code to your e-mail address."
	}
	p.verifyPage(w, r, notice, "")
}

// sendVerify has a code sent. It takes a POST: a link or an image on any site
// can make a GET, and so fill the user's mailbox.
func (p *pages) sendVerify(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		_, err = p.Client.GetUserAttributeVerificationCode(r.Context(), token, "email", options(r))
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"/verify-email?sent=1")
	case !p.sessionOver(w, r, err):
		p.verifyPage(w, r, "", p.problem(r, err))
	}
}

func (p *pages) verifyPage(w http.ResponseWriter, r *http.Request, notice, problem string) {
	p.form(w, r, "verify", site.View{Title: "Enter the code that we sent by e-mail", Notice: notice, Problem: problem})
}

func (p *pages) verify(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.VerifyUserAttribute(r.Context(), token, "email", code(r))
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"?verified=1")
	case !p.sessionOver(w, r, err):
		p.verifyPage(w, r, "", p.problem(r, err))
	}
}

func (p *pages) showPassword(w http.ResponseWriter, r *http.Request) { p.passwordPage(w, r, "") }

func (p *pages) passwordPage(w http.ResponseWriter, r *http.Request, problem string) {
	p.form(w, r, "password", site.View{Title: "Change your password", Problem: problem, Data: cognito.FromContext(r.Context()).Username})
}

func (p *pages) changePassword(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.ChangePassword(r.Context(), token, cognito.Secret(r.PostFormValue("present")), cognito.Secret(r.PostFormValue("password")))
	}
	switch {
	case err == nil:
		seeOther(w, AccountPath+"?"+url.Values{"password": {"1"}}.Encode())
	case !p.sessionOver(w, r, err):
		p.passwordPage(w, r, p.problem(r, err))
	}
}

func (p *pages) showDelete(w http.ResponseWriter, r *http.Request) {
	p.form(w, r, "delete", site.View{Title: "Delete your account?"})
}

// deleteAccount removes the user from the pool. The app must remove what it has
// stored about the user.
func (p *pages) deleteAccount(w http.ResponseWriter, r *http.Request) {
	token, err := accessToken(r)
	if err == nil {
		err = p.Client.DeleteUser(r.Context(), token)
	}
	if err != nil {
		if !p.sessionOver(w, r, err) {
			p.form(w, r, "delete", site.View{Title: "Delete your account?", Problem: p.problem(r, err)})
		}
		return
	}
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.Pending.DropDevice(w)
	seeOther(w, Prefix+"signed-out")
}
