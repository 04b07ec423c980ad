package cognitotest

import (
	"slices"
)

// logout is GET /logout. Whatever it was asked, the page session ends. It
// leads to a registered sign-out URL, or else to the sign-in page, which
// checks the rest.
func (c *call) logout() {
	c.pageSessions.end(c.cookie(sessionCookie))
	c.setCookie(sessionCookie, "", -1)
	client := c.clients.find(c.query.Get("client_id"))
	target := c.query.Get("logout_uri")
	switch {
	case client == nil || target == "":
		c.redirectToPage("/login", c.r.URL.RawQuery)
	case repeated(c.query):
		c.refuseHere("invalid_request", "")
	case !slices.Contains(client.LogoutURLs, target):
		c.refuseMismatch(client, mismatch{"logout_uri", target, client.LogoutURLs})
	default:
		c.redirect(target)
	}
}
