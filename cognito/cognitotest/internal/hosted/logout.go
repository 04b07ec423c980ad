package hosted

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// Logout is GET /logout. Whatever it was asked, the page session ends. It
// leads to a registered sign-out URL, or else to the sign-in page, which
// checks the rest.
func (c *Handler) Logout() {
	c.PageSessions.End(c.Cookie(sessionCookie))
	c.SetCookie(sessionCookie, "", -1)
	client := c.Clients.Find(c.Query.Get("client_id"))
	target := c.Query.Get("logout_uri")
	switch {
	case client == nil || target == "":
		c.RedirectToPage("/login", c.R.URL.RawQuery)
	case request.Repeated(c.Query):
		c.RefuseHere("invalid_request", "")
	case !slices.Contains(client.LogoutURLs, target):
		c.RefuseMismatch(client, journal.Mismatch{Param: "logout_uri", Sent: target, Registered: client.LogoutURLs})
	default:
		c.Redirect(target)
	}
}
