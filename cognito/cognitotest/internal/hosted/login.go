package hosted

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// lacksStyle reports whether the pool's domain has managed login and the app
// client no style: such pages are unavailable.
func (c *Handler) lacksStyle(clientID string) bool {
	return c.Profile().ManagedLogin && c.Clients.Profile(clientID).Branding == nil
}

// loginLife is how long a sign-in page may be left open.
const loginLife = 5 * time.Minute

// LoginPage is GET /login.
func (c *Handler) LoginPage() {
	req, ok := c.ReadAuthRequest()
	if !ok {
		return
	}
	if req.Provider != nil {
		c.sendToProvider(req)
		return
	}
	if c.lacksStyle(req.Client.ID) {
		c.Write(http.StatusOK, "error", pages.Page{Title: "error.noStyleTitle", Error: pages.Problem("error.noStyle")})
		return
	}
	st, _ := c.Steps.Take(c.Cookie(stepCookie), c.At)
	c.showLogin(req, pages.Page{Name: req.LoginHint, Notice: st.Notice, Error: st.Problem}, c.At)
}

// showLogin shows the sign-in page: buttons for the providers, and the form
// if the client's users may be the pool's own.
func (c *Handler) showLogin(req *oauth.AuthRequest, pg pages.Page, made time.Time) {
	pg.Title, pg.Local, pg.Passkeys = "login.title", req.Local, c.PasskeysOn()
	if !req.LocalOnly {
		pg.Providers = c.providerLinks(req)
	}
	c.Show(http.StatusOK, "login", pg, made)
}

func (c *Handler) providerLinks(req *oauth.AuthRequest) []pages.ProviderLink {
	var links []pages.ProviderLink
	for _, idp := range req.Offered {
		query := "identity_provider=" + url.QueryEscape(idp.Name)
		if c.R.URL.RawQuery != "" {
			query = withoutProvider(c.R.URL.RawQuery) + "&" + query
		}
		links = append(links, pages.ProviderLink{
			Name: idp.Name, Label: settings.ProviderLabel(idp), Look: providerLook(idp), URL: template.URL("/oauth2/authorize?" + query),
		})
	}
	return links
}

// Login is POST /login. Form: username, password; or passkey, to sign in with
// one in place of the password.
func (c *Handler) Login() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	made, ok := c.Guarded()
	if !ok {
		return
	}
	if c.At.Sub(made) >= loginLife {
		c.Event.Error = "sign-in not completed in time"
		c.Show(http.StatusBadRequest, "error", pages.Page{Title: "error.title", Error: pages.Problem("error.openTooLong"), Retry: true}, c.At)
		return
	}
	req.Provider = nil
	name := c.Form.Get("username")
	if c.Form.Has("passkey") {
		c.choosePasskey(req, strings.TrimSpace(name), made)
		return
	}
	a, err := c.Authenticate(req.Client, name, c.Form.Get("password"))
	c.Event.Username = a.Username
	if err == nil {
		err = c.afterPassword(req, &a)
	}
	if err != nil {
		c.Event.Error = err.Error()
		c.showLogin(req, pages.Page{Name: name, Error: err}, made)
	}
}

// afterPassword leads on, by the user's status. If it cannot, the error is what
// to show.
func (c *Handler) afterPassword(req *oauth.AuthRequest, a *directory.Account) error {
	switch a.Status() {
	case directory.StatusUnconfirmed:
		c.beginStep(attempts.Step{Kind: attempts.StepConfirm, Name: a.Sub}, credential.SignUpCodeLife)
		c.RedirectToPage("/confirm", c.R.URL.RawQuery)
	case directory.StatusResetRequired:
		return c.demandReset(a)
	case directory.StatusForceChangePassword:
		return c.demandNewPassword(a)
	default:
		return c.secondFactor(req, a)
	}
	return nil
}

// demandReset sends a user whose password was reset to the page that takes a
// code for a new one.
func (c *Handler) demandReset(a *directory.Account) error {
	to, unreachable := c.ResetContact(a)
	switch {
	case unreachable != nil:
		return refusal.ResetRequired
	case !c.Quotas.Take("reset", a.Sub, flows.ResetLimit, c.At):
		return refusal.LimitExceeded
	}
	if err := c.SendResetCode(a, to); err != nil {
		return err
	}
	c.beginStep(attempts.Step{Kind: attempts.StepReset, Name: a.Sub, Problem: refusal.ResetRequired}, resetPageLife)
	c.RedirectToPage("/confirmforgotPassword", c.R.URL.RawQuery)
	return nil
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
