package userpool

import (
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

// Seal returns the challenge as an encrypted string, for a client without
// cookies, such as an app on a phone. Only [Pending.Open] reads it, with the
// same keys, user pool and app client. The value of a cookie cannot be used as
// such a string, nor the string as a cookie. The string also has the large
// values that [Pending.Save] leaves out.
//
// Anybody who has the string can answer the challenge. Give it only to the
// client that began the sign-in: in the body of the answer, never in a URL.
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

// Open returns the challenge of a string that [Pending.Seal] made. The error is
// [ErrSessionExpired] if the string is too old or was altered. A string may be
// opened more than once; Cognito accepts only one right answer.
func (p *Pending) Open(sealed string) (Challenge, error) {
	plain, err := p.challenges.OpenText(sealed)
	if err != nil {
		return nil, p.gone(err)
	}
	return p.restore(plain)
}

// SealSignUp is [Pending.Seal] for the session of a sign-up. An empty session
// gives a string of the same length: use it if the name is taken, so that the
// visitor cannot see this.
func (p *Pending) SealSignUp(session cognito.Secret) string {
	return p.signUps.SealText(record.EncodeSignUp(string(session)))
}

// OpenSignUp returns the session of a string that [Pending.SealSignUp] made. If
// it returns "", the string is not valid or has no session. Then the user signs
// in with the password.
func (p *Pending) OpenSignUp(sealed string) cognito.Secret {
	plain, err := p.signUps.OpenText(sealed)
	if err != nil {
		return ""
	}
	return cognito.Secret(record.DecodeSignUp(plain))
}

// SaveSignUp keeps the session string of a sign-up in an encrypted cookie,
// for [Client.ConfirmSignUp]. If the name is taken ([RevealsAccount]), call
// it with an empty session: the cookie looks the same.
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
