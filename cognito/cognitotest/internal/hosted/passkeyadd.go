package hosted

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// AddPasskeyPage is GET /passkeys/add, where a user who is signed in on the
// pages adds a passkey. Query: client_id, redirect_uri.
func (c *Handler) AddPasskeyPage() {
	if req, a, ok := c.passkeyUser(); ok {
		c.showAddPasskey(req, &a, nil)
	}
}

// passkeyUser returns the user who adds a passkey. On failure it has answered.
func (c *Handler) passkeyUser() (*oauth.AuthRequest, directory.Account, bool) {
	req, ok := c.ReadReturn()
	if !ok {
		return nil, directory.Account{}, false
	}
	session, alive := c.pageSession()
	if !alive || session.Provider != "" {
		c.Event.Error = "no session of a local user"
		c.Write(http.StatusBadRequest, "error", pages.Page{
			Title: "error.title", Error: pages.Problem("error.lead"),
			Detail: "passkeyadd.notSignedIn",
		})
		return nil, directory.Account{}, false
	}
	c.Event.Username = session.Username
	a, ok := c.Users.Find(session.Sub)
	return req, a, ok
}

// showAddPasskey shows the page with new options. The problem is that of the
// passkey before, or nil.
func (c *Handler) showAddPasskey(req *oauth.AuthRequest, a *directory.Account, problem error) {
	options, err := c.StartPasskey(a, req.Client.ID)
	if err != nil {
		c.Event.Error = err.Error()
		c.Write(http.StatusBadRequest, "error", pages.Page{Title: "error.title", Error: err})
		return
	}
	pg := pages.Page{
		Title: "passkeyadd.title", Error: problem, Options: awsjson.Text(options),
		Action: c.Link("/passkeys/add"), Return: template.URL(req.ReturnURL()),
	}
	c.Show(http.StatusOK, "passkeyadd", pg, c.At)
}

// AddPasskey is POST /passkeys/add. Form: credential, which is the browser's
// answer as JSON. It leads back to the app.
func (c *Handler) AddPasskey() {
	req, a, ok := c.passkeyUser()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	if err := c.CompletePasskey(&a, req.Client.ID, []byte(c.Form.Get("credential"))); err != nil {
		c.showAddPasskey(req, &a, err)
		c.Event.Error = passkeyReason(err)
		return
	}
	c.Redirect(req.ReturnURL())
}

// passkeyReason is what the event says about a passkey that was refused.
func passkeyReason(err error) string {
	var failed *passkeys.Failed
	if errors.As(err, &failed) {
		return request.JoinWords(err.Error(), failed.Why)
	}
	return err.Error()
}
