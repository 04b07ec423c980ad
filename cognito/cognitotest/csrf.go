package cognitotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

const (
	csrfCookie = "XSRF-TOKEN"
	csrfField  = "_csrf"
	csrfLife   = 24 * time.Hour
)

// A csrfGuard makes sure that a form which is sent in came from a page that
// this browser was given: the form carries a code over the browser's cookie
// and the time.
type csrfGuard struct{ key []byte }

func newCSRFGuard() csrfGuard { return csrfGuard{key: randomBytes(32)} }

func (g csrfGuard) token(cookie string, at time.Time) string {
	stamp := binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano()))
	return base64.RawURLEncoding.EncodeToString(append(stamp, g.mac(cookie, stamp)...))
}

// check returns when the form was made.
func (g csrfGuard) check(cookie, token string) (time.Time, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+sha256.Size {
		return time.Time{}, false
	}
	if !hmac.Equal(raw[8:], g.mac(cookie, raw[:8])) {
		return time.Time{}, false
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(raw))), true
}

func (g csrfGuard) mac(cookie string, stamp []byte) []byte {
	h := hmac.New(sha256.New, g.key)
	h.Write(stamp)
	h.Write([]byte(cookie))
	return h.Sum(nil)
}

// csrfToken returns the hidden field of a form made at that time. All forms
// of a browser share one cookie, so that two tabs do not spoil each other.
func (c *call) csrfToken(at time.Time) string {
	cookie := c.cookie(csrfCookie)
	if cookie == "" {
		cookie = randomID()
	}
	c.setCookie(csrfCookie, cookie, csrfLife)
	return c.csrf.token(cookie, at)
}

// guarded checks the hidden field of the form that was sent in and returns
// when the form was made. On failure it has answered.
func (c *call) guarded() (made time.Time, ok bool) {
	made, ok = c.csrf.check(c.cookie(csrfCookie), c.form.Get(csrfField))
	if !ok {
		c.fail(http.StatusForbidden, "invalid_request", "")
	}
	return made, ok
}
