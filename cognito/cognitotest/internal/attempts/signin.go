// Package attempts keeps what browsers and API clients have begun. These are
// sign-ins of the API between two requests, page sessions, steps between pages,
// and sign-ins at external providers.
package attempts

import (
	"encoding/base64"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// A SignIn is a sign-in through the API between two requests.
type SignIn struct {
	Flow      string // as InitiateAuth named it
	Admin     bool   // by AdminInitiateAuth
	Client    *clients.Client
	Sub       string         // "" if no user has the name, which the answers hide
	Typed     string         // the name that the sign-in began with
	Username  string         // the name that challenges give; made up if there is no user
	Named     bool           // a challenge has given it, so answers must use it
	Challenge string         // that awaits its answer
	Source    trigger.Source // of the trigger event, if not the usual one
	Expires   time.Time

	Choices []string        // of SELECT_CHALLENGE and SELECT_MFA_TYPE
	Code    credential.Code // that was sent for the challenge
	Enrol   bool            // the code turns its factor on
	Second  bool            // EMAIL_OTP is a second factor, not the first
	Ready   bool            // MFA_SETUP: an authenticator app was verified
	Proof   *SRPProof       // that is awaited

	Passkey []byte // challenge of WEB_AUTHN
	Both    bool   // the first factor was the second, too

	DeviceKey string // DEVICE_KEY of the requests
	Proved    bool   // the device has proved itself

	SRPA     string                    // CUSTOM_AUTH: public key of a client that can prove a password
	History  []trigger.ChallengeResult // CUSTOM_AUTH: the steps so far
	Private  map[string]string         // CUSTOM_AUTH: what a right answer is
	Metadata string                    // CUSTOM_AUTH: what CreateAuthChallenge called the challenge
}

// AnswersTo reports whether a response may use a name for its user. That is the
// name in a challenge; before the first challenge, the typed name may be used,
// too. A code of a second factor may come under the typed name at any time.
func (s *SignIn) AnswersTo(name string) bool {
	if directory.Fold(name) == directory.Fold(s.Username) {
		return true
	}
	typed := !s.Named || s.Challenge == "SMS_MFA" || s.Challenge == "SOFTWARE_TOKEN_MFA"
	return typed && directory.Fold(name) == directory.Fold(s.Typed)
}

// A SignIns holds the sessions. A used session is remembered as long as the
// others, so that its second use gets another error than a made-up session.
type SignIns struct {
	ByKey expiring.Map[string, *heldSession]
}

type heldSession struct {
	SignIn
	taken atomic.Bool
}

// staleSession is how long after its end a session is remembered.
const staleSession = time.Hour

// newSessionString returns a session: about as long as Cognito's, and as
// opaque. It begins as theirs do (AYAB).
func newSessionString() string {
	return base64.StdEncoding.EncodeToString(append([]byte{1, 0x80, 1}, random.Bytes(1155)...))
}

// Put keeps s until its end and returns the string for it. An SRP exchange is
// found by its secret block too.
func (st *SignIns) Put(s SignIn, now time.Time) string {
	session := newSessionString()
	held, until := &heldSession{SignIn: s}, s.Expires.Add(staleSession)
	st.ByKey.Put(keys.Digest(session), held, until, now)
	if s.Proof != nil {
		st.ByKey.Put(keys.Digest(s.Proof.Block), held, until, now)
	}
	return session
}

var (
	ErrNoSession   = refusal.New(refusal.NotAuthorizedException, "Invalid session for the user.")
	errSessionUsed = refusal.New(refusal.NotAuthorizedException, "Invalid session for the user, session can only be used once.")
)

// Take returns a session, which cannot be taken a second time.
func (st *SignIns) Take(session string, now time.Time) (SignIn, error) {
	held, ok := st.ByKey.Get(keys.Digest(session), now)
	switch {
	case !ok:
		return SignIn{}, ErrNoSession
	case held.taken.Load():
		return SignIn{}, errSessionUsed
	case !now.Before(held.Expires):
		return SignIn{}, refusal.SessionOver
	case !held.taken.CompareAndSwap(false, true):
		return SignIn{}, errSessionUsed // by another request, just now
	}
	return held.SignIn, nil
}

// GiveBack makes a session that was taken usable again: the answer was one
// that may be corrected.
func (st *SignIns) GiveBack(session string, now time.Time) {
	if held, ok := st.ByKey.Get(keys.Digest(session), now); ok {
		held.taken.Store(false)
	}
}

// Has reports whether a session is one of this store's.
func (st *SignIns) Has(session string, now time.Time) bool {
	_, ok := st.ByKey.Get(keys.Digest(session), now)
	return ok
}

// Naming are the parameters with which a challenge names the user.
func (s *SignIn) Naming() map[string]string {
	return map[string]string{"USERNAME": s.Username, "USER_ID_FOR_SRP": s.Username}
}

// An SRPProof is the proof that a client is to give: of a password, or of
// being a device.
type SRPProof struct {
	Who   srp.Account
	Key   []byte // of the exchange
	Block string // SECRET_BLOCK
}
