package request

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// csrfToken returns the hidden field of a form made at that time. All forms
// of a browser share one cookie, so that two tabs do not spoil each other.
func (c *Call) csrfToken(at time.Time) string {
	cookie := c.Cookie(keys.CSRFCookie)
	if cookie == "" {
		cookie = random.ID()
	}
	c.SetCookie(keys.CSRFCookie, cookie, keys.CSRFLife)
	return c.CSRF.Token(cookie, at)
}

// Guarded checks the hidden field of the form that was sent in and returns
// when the form was made. On failure it has answered.
func (c *Call) Guarded() (made time.Time, ok bool) {
	made, ok = c.CSRF.Check(c.Cookie(keys.CSRFCookie), c.Form.Get(keys.CSRFField))
	if !ok {
		c.Fail(http.StatusForbidden, "invalid_request", "")
	}
	return made, ok
}
