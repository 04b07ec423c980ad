package cognitotest

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// loginLife is how long a sign-in page may be left open.
const loginLife = 5 * time.Minute

// loginPage is GET /login.
func (c *call) loginPage() {
	req, ok := c.authRequest()
	if !ok {
		return
	}
	if req.provider != nil {
		c.sendToProvider(req)
		return
	}
	if c.lacksStyle(req.client.ID) {
		c.write(http.StatusOK, "error", pages.Page{Title: "Login pages unavailable", Error: "Login pages unavailable. Please contact an administrator."})
		return
	}
	st, _ := c.steps.take(c.cookie(stepCookie), c.at)
	c.showLogin(req, pages.Page{Name: req.loginHint, Notice: st.notice, Error: st.problem}, c.at)
}

// showLogin shows the sign-in page: buttons for the providers, and the form
// if the client's users may be the pool's own.
func (c *call) showLogin(req *authRequest, pg pages.Page, made time.Time) {
	pg.Title, pg.Local = "Sign in", req.local
	if !req.localOnly {
		pg.Providers = c.providerLinks(req)
	}
	c.show(http.StatusOK, "login", pg, made)
}

func (c *call) providerLinks(req *authRequest) []pages.ProviderLink {
	var links []pages.ProviderLink
	for _, idp := range req.offered {
		query := "identity_provider=" + url.QueryEscape(idp.Name)
		if c.r.URL.RawQuery != "" {
			query = withoutProvider(c.r.URL.RawQuery) + "&" + query
		}
		links = append(links, pages.ProviderLink{
			Name: idp.Name, Label: providerLabel(idp), Look: providerLook(idp), URL: template.URL("/oauth2/authorize?" + query),
		})
	}
	return links
}

// login is POST /login. Form: username, password.
func (c *call) login() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	made, ok := c.guarded()
	if !ok {
		return
	}
	if c.at.Sub(made) >= loginLife {
		c.event.Error = "sign-in not completed in time"
		c.show(http.StatusBadRequest, "error", pages.Page{Title: "Something went wrong", Error: "This page was open for too long.", Retry: true}, c.at)
		return
	}
	req.provider = nil
	name := c.form.Get("username")
	a, err := c.authenticate(req.client, name, c.form.Get("password"))
	c.event.Username = a.username
	problem := ""
	if err != nil {
		problem = err.Error()
	} else {
		problem = c.afterPassword(req, &a)
	}
	if problem != "" {
		c.event.Error = problem
		c.showLogin(req, pages.Page{Name: name, Error: problem}, made)
	}
}

// authenticate checks a password. The error is in Cognito's words. A user whom
// the pool does not know may come from the UserMigration hook.
func (c *call) authenticate(client *AppClient, name, password string) (account, error) {
	a, known := c.findTyped(name)
	if c.lockout.Locked(lockoutKey(&a, name), c.at) {
		return a, refusal.LockedOut
	}
	asked := &a
	if !known {
		asked = nil
	}
	if err := c.preAuthentication(name, asked); err != nil {
		return a, err
	}
	err := c.checkCredentials(&a, name, password)
	if known || err != refusal.WrongPassword {
		return a, err
	}
	migrated, unknown := c.migrateUser(trigger.SourceMigrateOnSignIn, client, name, password)
	switch {
	case unknown == nil:
		c.lockout.Succeed(fold(name))
		return migrated, nil
	case client.RevealUserExistence:
		return a, unknown
	}
	return a, refusal.WrongPassword
}

// checkCredentials checks the password of a user, or of nobody who goes by
// that name.
func (c *call) checkCredentials(a *account, name, password string) error {
	key := lockoutKey(a, name)
	if c.lockout.Locked(key, c.at) {
		return refusal.LockedOut
	}
	if !a.password.Matches(password) {
		c.lockout.Fail(key, c.at)
		return refusal.WrongPassword
	}
	c.lockout.Succeed(key)
	if a.disabled {
		return refusal.Disabled
	}
	if a.password.SRP == nil { // of a snapshot made before SRP was known
		a.password.SRP = &credential.SRPSecret{Password: password}
		return c.users.update(a.sub, func(stored *account) error { stored.password.SRP = a.password.SRP; return nil })
	}
	return nil
}

// lockoutKey is what the failures of a sign-in are counted by.
func lockoutKey(a *account, name string) string {
	if a.sub == "" {
		return fold(name)
	}
	return a.sub
}

// afterPassword leads on, by the user's status. The problem is what to show
// instead, or "".
func (c *call) afterPassword(req *authRequest, a *account) (problem string) {
	switch a.status() {
	case StatusUnconfirmed:
		c.beginStep(step{kind: stepConfirm, name: a.sub}, credential.SignUpCodeLife)
		c.redirectToPage("/confirm", c.r.URL.RawQuery)
	case StatusResetRequired:
		return c.demandReset(a)
	case StatusForceChangePassword:
		return c.demandNewPassword(a)
	default:
		return c.secondFactor(req, a)
	}
	return ""
}

// demandReset sends a user whose password was reset to the page that takes a
// code for a new one.
func (c *call) demandReset(a *account) (problem string) {
	to, reachable := a.verifiedContact()
	switch {
	case !reachable:
		return refusal.ResetRequired.Error()
	case !c.quotas.Take("reset", a.sub, resetLimit, c.at):
		return refusal.LimitExceeded.Error()
	}
	if err := c.sendResetCode(a, to); err != nil {
		return err.Error()
	}
	c.beginStep(step{kind: stepReset, name: a.sub, problem: refusal.ResetRequired.Error()}, resetPageLife)
	c.redirectToPage("/confirmforgotPassword", c.r.URL.RawQuery)
	return ""
}

// withoutProvider is a query without the parameters that name a provider, and
// otherwise as it is.
func withoutProvider(rawQuery string) string {
	var kept []string
	for part := range strings.SplitSeq(rawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name != "identity_provider" && name != "idp_identifier" && part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}
