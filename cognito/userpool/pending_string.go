package userpool

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/packed"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// What strings are sealed for: no cookie has such a name.
const (
	challengeString = "challenge in a string"
	signUpString    = "sign-up in a string"
)

// maxString bounds the strings that Open reads, in bytes.
const maxString = 512 << 10

// Seal returns the challenge as a string for a client that keeps no cookies,
// such as an app on a phone. Only [Pending.Open] reads it, with the same keys,
// user pool and app client. A cookie's value does not open here, and the string
// does not work as a cookie. All of the challenge is in it.
//
// Anybody who has the string can answer the challenge. It is for the client that
// began the sign-in: put it into the body of the answer, never into a URL.
func (p *Pending) Seal(ch Challenge) (string, error) {
	switch {
	case ch == nil:
		return "", p.c.ownError("Pending.Seal", codeBadRequest, errNoChallenge)
	case ch.open().c == nil:
		return "", p.c.ownError("Pending.Seal", codeBadRequest, errNotIssued)
	case p.left(ch.open()) <= 0:
		return "", p.gone(errTooLate)
	}
	return seal.Encode(p.challenges.Seal(ch.open().encode(nil), p.boundTo(challengeString))), nil
}

var errNoChallenge = errors.New("there is no challenge: the user is signed in")

// Open returns the challenge of a string that [Pending.Seal] made. The error
// is [ErrSessionExpired] for one that is too old or was altered. A string opens
// as often as it is sent; Cognito takes each right answer once.
func (p *Pending) Open(sealed string) (Challenge, error) {
	plain, err := p.openString(p.challenges, sealed, challengeString)
	if err != nil {
		return nil, p.gone(err)
	}
	return p.open(plain)
}

func (p *Pending) openString(box *seal.Box, text, name string) ([]byte, error) {
	if len(text) > maxString {
		return nil, errUnreadable
	}
	sealed, err := seal.Decode(text)
	if err != nil {
		return nil, errUnreadable
	}
	plain, _, err := box.Open(context.Background(), sealed, p.boundTo(name))
	if err != nil {
		return nil, errUnreadable
	}
	return plain, nil
}

const signUpFormat = 1

// SealSignUp is [Pending.Seal] for the session of a sign-up. An empty session
// makes a string of the same length, for a sign-up that did not take place. A
// visitor cannot tell that the name is taken.
func (p *Pending) SealSignUp(session cognito.Secret) string {
	return seal.Encode(p.signUps.Seal(encodeSignUp(session), p.boundTo(signUpString)))
}

// OpenSignUp returns the session of a string that [Pending.SealSignUp] made,
// or "" where there is none: the user signs in with the password then.
func (p *Pending) OpenSignUp(sealed string) cognito.Secret {
	plain, err := p.openString(p.signUps, sealed, signUpString)
	if err != nil {
		return ""
	}
	return decodeSignUp(plain)
}

// SaveSignUp keeps the session of a sign-up in the browser, sealed, until
// [Client.ConfirmSignUp] wants it. Call it with an empty session where the
// name is taken ([RevealsAccount]): the cookie looks the same.
func (p *Pending) SaveSignUp(w http.ResponseWriter, session cognito.Secret) {
	value := seal.Encode(p.signUps.Seal(encodeSignUp(session), p.boundTo(p.signUpCookie())))
	p.set(w, p.site.Cookie(p.signUpCookie(), value, p.life))
}

// SignUp returns the session of the sign-up that began in this browser, or "".
func (p *Pending) SignUp(r *http.Request) cognito.Secret {
	plain, err := p.read(r, p.signUps, p.signUpCookie())
	if err != nil {
		return ""
	}
	return decodeSignUp(plain)
}

// DropSignUp removes the session of a sign-up from the browser.
func (p *Pending) DropSignUp(w http.ResponseWriter) {
	p.set(w, p.site.Cookie(p.signUpCookie(), "", -time.Second))
}

func (p *Pending) signUpCookie() string { return p.name + "-sign-up" }

func encodeSignUp(session cognito.Secret) []byte {
	return packed.Pad(packed.Pack(signUpFormat, []byte(session)))
}

func decodeSignUp(plain []byte) cognito.Secret {
	session, ok := packed.Unpack(signUpFormat, plain)
	if !ok {
		return ""
	}
	return cognito.Secret(session)
}
