package hosted

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

// Authorize is GET /oauth2/authorize: it leads to the sign-in page, or
// straight back to the app while the browser's page session lasts.
func (c *Handler) Authorize() {
	req, ok := c.ReadAuthRequest()
	if !ok {
		return
	}
	session, alive := c.pageSession()
	switch {
	case c.Event.Fault == fault.Unexpected:
		c.Refuse(req, "server_error", "")
	case alive && sessionServes(session, req) && !slices.Contains(req.Prompts, "login"):
		c.Event.Username = session.Username
		c.GiveCode(req, session)
	case slices.Contains(req.Prompts, "none"):
		c.Refuse(req, "login_required", "")
	case req.Provider != nil:
		c.sendToProvider(req)
	default:
		c.RedirectToPage("/login", c.R.URL.RawQuery)
	}
}
