// Package vault encrypts data that a browser or an app keeps and sends back, in
// a cookie or in a string.
package vault

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

const (
	// maxCookie bounds a cookie, name and attributes counted, in bytes:
	// browsers drop longer ones silently (RFC 6265 section 6.1).
	maxCookie = 4096

	// maxText bounds the strings that OpenText reads, in bytes.
	maxText = 512 << 10

	// Longest is the longest that browsers keep a cookie.
	Longest = 400 * 24 * time.Hour
)

// Why a value cannot be read.
var (
	ErrNone       = errors.New("this browser has no challenge pending")
	ErrUnreadable = errors.New("the cookie was not sealed by us for this app client, or was changed")
)

// A Vault seals values of one kind. Each value is bound to its place: what was
// in a cookie opens in no string, and in no cookie of another name.
type Vault struct {
	Box    *seal.Box
	Site   web.Site
	Bound  string // what the values belong to: the pool and the app client
	Cookie string // the cookie's name
	Text   string // what strings are sealed for: no cookie has such a name
}

// Put sets the cookie, and takes back one of the same name that the answer was
// to set. It reports false, and sets nothing, if the value does not fit.
func (v *Vault) Put(w http.ResponseWriter, plain []byte, life time.Duration) bool {
	cookie := v.Site.Cookie(v.Cookie, v.seal(plain, v.Cookie), life)
	if len(cookie.String()) > maxCookie {
		return false
	}
	cookies.SetOne(w.Header(), cookie)
	return true
}

// Drop removes the cookie from the browser.
func (v *Vault) Drop(w http.ResponseWriter) {
	cookies.SetOne(w.Header(), v.Site.Cookie(v.Cookie, "", -time.Second))
}

// Get opens the cookie of a request. A name that is sent with two values counts
// as unread: no browser of ours does that.
func (v *Vault) Get(r *http.Request) ([]byte, error) {
	value, sent := cookies.Read(r.Header["Cookie"], v.Cookie)
	switch {
	case !sent:
		return nil, ErrNone
	case len(value) > maxCookie:
		return nil, ErrUnreadable
	}
	return v.open(r.Context(), value, v.Cookie)
}

// SealText returns the value as a string.
func (v *Vault) SealText(plain []byte) string { return v.seal(plain, v.Text) }

// OpenText is the inverse of SealText.
func (v *Vault) OpenText(text string) ([]byte, error) {
	if len(text) > maxText {
		return nil, ErrUnreadable
	}
	return v.open(context.Background(), text, v.Text)
}

func (v *Vault) seal(plain []byte, place string) string {
	return seal.Encode(v.Box.Seal(plain, v.Bound+" "+place))
}

func (v *Vault) open(ctx context.Context, text, place string) ([]byte, error) {
	sealed, err := seal.Decode(text)
	if err != nil {
		return nil, ErrUnreadable
	}
	plain, _, err := v.Box.Open(ctx, sealed, v.Bound+" "+place)
	if err != nil {
		return nil, ErrUnreadable
	}
	return plain, nil
}
