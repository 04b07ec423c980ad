package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

const (
	CSRFCookie = "XSRF-TOKEN"
	CSRFField  = "_csrf"
	CSRFLife   = 24 * time.Hour
)

// A FormGuard makes sure that a submitted form came from a page that this
// browser was given. The form carries a code over the browser's cookie and the
// time.
type FormGuard struct{ key []byte }

func NewFormGuard() FormGuard { return FormGuard{key: random.Bytes(32)} }

func (g FormGuard) Token(cookie string, at time.Time) string {
	stamp := binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano()))
	return base64.RawURLEncoding.EncodeToString(append(stamp, g.mac(cookie, stamp)...))
}

// Check returns when the form was made.
func (g FormGuard) Check(cookie, token string) (time.Time, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+sha256.Size {
		return time.Time{}, false
	}
	if !hmac.Equal(raw[8:], g.mac(cookie, raw[:8])) {
		return time.Time{}, false
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(raw))), true
}

func (g FormGuard) mac(cookie string, stamp []byte) []byte {
	h := hmac.New(sha256.New, g.key)
	h.Write(stamp)
	h.Write([]byte(cookie))
	return h.Sum(nil)
}
