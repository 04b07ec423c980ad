package cognitotest

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// csrfToken returns the hidden field of a form made at that time. All forms
// of a browser share one cookie, so that two tabs do not spoil each other.
func (c *call) csrfToken(at time.Time) string {
	cookie := c.cookie(keys.CSRFCookie)
	if cookie == "" {
		cookie = random.ID()
	}
	c.setCookie(keys.CSRFCookie, cookie, keys.CSRFLife)
	return c.csrf.Token(cookie, at)
}

// guarded checks the hidden field of the form that was sent in and returns
// when the form was made. On failure it has answered.
func (c *call) guarded() (made time.Time, ok bool) {
	made, ok = c.csrf.Check(c.cookie(keys.CSRFCookie), c.form.Get(keys.CSRFField))
	if !ok {
		c.fail(http.StatusForbidden, "invalid_request", "")
	}
	return made, ok
}
