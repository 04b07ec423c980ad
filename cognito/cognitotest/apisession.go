package cognitotest

import (
	"encoding/base64"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// The challenges of a sign-in through the user-pool API.
const (
	challengePassword       = "PASSWORD"
	challengeSRP            = "PASSWORD_SRP"
	challengeVerifier       = "PASSWORD_VERIFIER"
	challengeSelect         = "SELECT_CHALLENGE"
	challengeEmailOTP       = "EMAIL_OTP" // as first factor and as second
	challengeSMSOTP         = "SMS_OTP"
	challengeSMSMFA         = "SMS_MFA"
	challengeTOTP           = "SOFTWARE_TOKEN_MFA"
	challengeSelectMFA      = "SELECT_MFA_TYPE"
	challengeSetUpMFA       = "MFA_SETUP"
	challengeNewPassword    = "NEW_PASSWORD_REQUIRED"
	challengeCustom         = "CUSTOM_CHALLENGE"
	challengeDevice         = "DEVICE_SRP_AUTH"
	challengeDeviceVerifier = "DEVICE_PASSWORD_VERIFIER"
	challengePasskey        = "WEB_AUTHN"

	// What stands in their place in the sessions of SignUp and ConfirmSignUp.
	sessionSignedUp  = "signed up"
	sessionConfirmed = "confirmed"
)

// An authSession is a sign-in through the API between two requests.
type authSession struct {
	flow      string // as InitiateAuth named it
	admin     bool   // by AdminInitiateAuth
	client    *AppClient
	sub       string         // "" if nobody goes by the name, which the answers hide
	typed     string         // the name that the sign-in began with
	username  string         // the name that challenges give; made up for nobody
	named     bool           // one of them did, so that answers must use it
	challenge string         // that awaits its answer
	source    trigger.Source // of the trigger event, if not the usual one
	expires   time.Time

	choices []string        // of SELECT_CHALLENGE and SELECT_MFA_TYPE
	code    credential.Code // that was sent for the challenge
	enrol   bool            // the code turns its factor on
	second  bool            // EMAIL_OTP is a second factor, not the first
	ready   bool            // MFA_SETUP: an authenticator app was verified
	proof   *srpProof       // that is awaited

	passkey []byte // challenge of WEB_AUTHN
	both    bool   // the first factor was the second, too

	deviceKey string // DEVICE_KEY of the requests
	proved    bool   // the device has proved itself

	srpA     string                    // CUSTOM_AUTH: public key of a client that can prove a password
	history  []trigger.ChallengeResult // CUSTOM_AUTH: the steps so far
	private  map[string]string         // CUSTOM_AUTH: what a right answer is
	metadata string                    // CUSTOM_AUTH: what CreateAuthChallenge called the challenge
}

// answersTo reports whether a response may use a name for its user: the one
// that a challenge named, and before that also the one that was typed.
func (s *authSession) answersTo(name string) bool {
	return fold(name) == fold(s.username) || !s.named && fold(name) == fold(s.typed)
}

// A sessionStore holds the sessions. One that was used is remembered for as
// long as any, so that a second use can be told from nonsense.
type sessionStore struct {
	byKey expiring.Map[string, *heldSession]
}

type heldSession struct {
	authSession
	taken atomic.Bool
}

// staleSession is how long after its end a session is remembered.
const staleSession = time.Hour

// newSessionString returns a session: about as long as Cognito's, and as
// opaque. It begins as theirs do (AYAB).
func newSessionString() string {
	return base64.StdEncoding.EncodeToString(append([]byte{1, 0x80, 1}, random.Bytes(1155)...))
}

// put keeps s until its end and returns the string for it. An SRP exchange is
// found by its secret block too.
func (st *sessionStore) put(s authSession, now time.Time) string {
	session := newSessionString()
	held, until := &heldSession{authSession: s}, s.expires.Add(staleSession)
	st.byKey.Put(keys.Digest(session), held, until, now)
	if s.proof != nil {
		st.byKey.Put(keys.Digest(s.proof.block), held, until, now)
	}
	return session
}

var (
	errNoSession   = refusal.New(refusal.NotAuthorizedException, "Invalid session for the user.")
	errSessionUsed = refusal.New(refusal.NotAuthorizedException, "Invalid session for the user, session can only be used once.")
)

// take hands out a session, for once.
func (st *sessionStore) take(session string, now time.Time) (authSession, error) {
	held, ok := st.byKey.Get(keys.Digest(session), now)
	switch {
	case !ok:
		return authSession{}, errNoSession
	case held.taken.Load():
		return authSession{}, errSessionUsed
	case !now.Before(held.expires):
		return authSession{}, refusal.SessionOver
	case !held.taken.CompareAndSwap(false, true):
		return authSession{}, errSessionUsed // by another request, just now
	}
	return held.authSession, nil
}

// giveBack makes a session that was taken usable again: the answer was one
// that may be corrected.
func (st *sessionStore) giveBack(session string, now time.Time) {
	if held, ok := st.byKey.Get(keys.Digest(session), now); ok {
		held.taken.Store(false)
	}
}

// has reports whether a session is one of this store's.
func (st *sessionStore) has(session string, now time.Time) bool {
	_, ok := st.byKey.Get(keys.Digest(session), now)
	return ok
}

// correctable reports whether the same session may be answered again after
// err: a code mistyped, a password against the policy, a parameter forgotten.
func correctable(err error) bool {
	switch refusal.Of(err).Exception {
	case refusal.CodeMismatchException, refusal.ExpiredCodeException, refusal.InvalidParameterException, refusal.InvalidPasswordException,
		"PasswordHistoryPolicyViolationException", "EnableSoftwareTokenMFAException", "AliasExistsException":
		return true
	}
	return false
}

// keepSession keeps s for one more step and returns its string.
func (c *call) keepSession(s authSession) string {
	s.expires = c.at.Add(s.client.AuthSessionValidity)
	return c.authSessions.put(s, c.at)
}

// signUpSession is the Session in the answer to SignUp, with which
// ConfirmSignUp gets one to sign in with.
func (c *call) signUpSession(client *AppClient, a *account) string {
	return c.keepSession(authSession{
		client: client, sub: a.sub, typed: a.username, username: a.username, challenge: sessionSignedUp,
	})
}

// confirmedSession is the Session in the answer to ConfirmSignUp, for the one
// in its request, with which InitiateAuth signs the user in: "" if there was
// none that is good for it.
func (c *call) confirmedSession(client *AppClient, a *account, session string) string {
	s, err := c.authSessions.take(session, c.at)
	if err != nil || s.challenge != sessionSignedUp || s.sub != a.sub || s.client.ID != client.ID {
		return ""
	}
	s.challenge = sessionConfirmed
	return c.keepSession(s)
}
