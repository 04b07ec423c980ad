package userpool

import (
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

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
		return "", p.c.ownError("Pending.Seal", observe.CodeBadRequest, errNoChallenge)
	case ch.open().c == nil:
		return "", p.c.ownError("Pending.Seal", observe.CodeBadRequest, errNotIssued)
	case p.left(ch.open()) <= 0:
		return "", p.gone(errTooLate)
	}
	return p.challenges.SealText(ch.open().Encode()), nil
}

var errNoChallenge = errors.New("there is no challenge: the user is signed in")

// Open returns the challenge of a string that [Pending.Seal] made. The error
// is [ErrSessionExpired] for one that is too old or was altered. A string opens
// as often as it is sent; Cognito takes each right answer once.
func (p *Pending) Open(sealed string) (Challenge, error) {
	plain, err := p.challenges.OpenText(sealed)
	if err != nil {
		return nil, p.gone(err)
	}
	return p.restore(plain)
}

// SealSignUp is [Pending.Seal] for the session of a sign-up. An empty session
// makes a string of the same length, for a sign-up that did not take place. A
// visitor cannot tell that the name is taken.
func (p *Pending) SealSignUp(session cognito.Secret) string {
	return p.signUps.SealText(record.EncodeSignUp(string(session)))
}

// OpenSignUp returns the session of a string that [Pending.SealSignUp] made,
// or "" where there is none: the user signs in with the password then.
func (p *Pending) OpenSignUp(sealed string) cognito.Secret {
	plain, err := p.signUps.OpenText(sealed)
	if err != nil {
		return ""
	}
	return cognito.Secret(record.DecodeSignUp(plain))
}

// SaveSignUp keeps the session of a sign-up in the browser, sealed, until
// [Client.ConfirmSignUp] wants it. Call it with an empty session where the
// name is taken ([RevealsAccount]): the cookie looks the same.
func (p *Pending) SaveSignUp(w http.ResponseWriter, session cognito.Secret) {
	p.signUps.Put(w, record.EncodeSignUp(string(session)), p.life)
}

// SignUp returns the session of the sign-up that began in this browser, or "".
func (p *Pending) SignUp(r *http.Request) cognito.Secret {
	plain, err := p.signUps.Get(r)
	if err != nil {
		return ""
	}
	return cognito.Secret(record.DecodeSignUp(plain))
}

// DropSignUp removes the session of a sign-up from the browser.
func (p *Pending) DropSignUp(w http.ResponseWriter) { p.signUps.Drop(w) }
