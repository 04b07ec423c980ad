package passkeys

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/webauthn"
)

// The refusals of registrations. Their texts are made up.
var (
	ErrOff          = shown("refusal.passkeysOff", "WebAuthnNotEnabledException", "WebAuthn is not enabled for the user pool.")
	ErrUnconfigured = shown("refusal.passkeysUnconfigured", "WebAuthnConfigurationMissingException", "The user pool has no relying party id.")
	ErrNotStarted   = shown("refusal.passkeyNotStarted", "WebAuthnChallengeNotFoundException", "The challenge was not found or has expired.")
	ErrClient       = shown("refusal.passkeyClient", "WebAuthnClientMismatchException", "The registration began with another app client.")
	ErrParty        = shown("refusal.passkeyParty", "WebAuthnRelyingPartyMismatchException", "The credential belongs to another relying party id.")
	ErrOrigin       = shown("refusal.passkeyOrigin", "WebAuthnOriginNotAllowedException", "The origin is not one of the relying party id.")
	ErrKind         = shown("refusal.passkeyKind", "WebAuthnCredentialNotSupportedException", "The credential is not supported.")
	ErrForm         = shown("refusal.passkeyForm", refusal.InvalidParameterException, "The credential is invalid.")
	ErrKnown        = shown("refusal.passkeyKnown", refusal.InvalidParameterException, "The credential is registered already.")
	ErrFull         = shown("refusal.passkeyFull", "LimitExceededException", fmt.Sprintf("A user can have %d passkeys.", Most))
	ErrUnknown      = shown("refusal.passkeyUnknown", refusal.NotFoundException, "The credential does not exist.")
)

// shown is a refusal that the pages show, too.
func shown(key, exception, text string) refusal.Message {
	return refusal.New(exception, text).Keyed(key, "")
}

// A Failed is the refusal of a registration that did not pass a check.
type Failed struct {
	refusal.Message
	Why string // which check, only for the log
}

// Unwrap returns the refusal.
func (f *Failed) Unwrap() error { return f.Message }

func failed(err error) error {
	var e *webauthn.Error
	if !errors.As(err, &e) {
		return err
	}
	f := &Failed{ErrForm, err.Error()}
	switch e.Check {
	case webauthn.CheckChallenge:
		f.Message = ErrNotStarted
	case webauthn.CheckOrigin:
		f.Message = ErrOrigin
	case webauthn.CheckRelyingParty:
		f.Message = ErrParty
	case webauthn.CheckAlgorithm, webauthn.CheckVerification, webauthn.CheckAttestation:
		f.Message = ErrKind
	}
	return f
}

// life is how long the answer to a registration is waited for.
const life = 5 * time.Minute

// Starts are the registrations that wait for the browser's answer, one for each
// user: only the answer to the last options counts. The zero value has none,
// and its methods may be called concurrently.
type Starts struct{ bySub expiring.Map[string, start] }

type start struct {
	challenge []byte
	party     Party
	clientID  string
}

// Begin makes the options for another passkey of a user, through an app client.
func (s *Starts) Begin(u User, p Party, clientID string, now time.Time) (*CreationOptions, error) {
	switch {
	case p.ID == "":
		return nil, ErrUnconfigured
	case len(u.Keys) >= Most:
		return nil, ErrFull
	}
	begun := start{newChallenge(), p, clientID}
	s.bySub.Put(u.Sub, begun, now.Add(life), now)
	return u.creation(p, begun.challenge), nil
}

// Finish checks the browser's answer and returns the passkey. The options are
// used up in any case.
func (s *Starts) Finish(sub, clientID string, credential []byte, now time.Time) (*Key, error) {
	begun, ok := s.bySub.Take(sub, now)
	switch {
	case !ok:
		return nil, ErrNotStarted
	case begun.clientID != clientID:
		return nil, ErrClient
	}
	r, err := webauthn.ParseRegistration(credential)
	if err != nil {
		return nil, failed(err)
	}
	made, err := r.Verify(begun.challenge, begun.party.checks())
	if err != nil {
		return nil, failed(err)
	}
	return &Key{*made, begun.party.ID, now}, nil
}

// Clear forgets all of them.
func (s *Starts) Clear() { s.bySub.Clear() }

// Prove checks the browser's answer to a sign-in of the user whom the passkeys
// belong to, and returns them with the counter moved on. The error is only for
// the log.
func (all Keys) Prove(challenge, credential []byte, p Party, sub string) (Keys, error) {
	s, err := webauthn.ParseAssertion(credential)
	if err != nil {
		return nil, err
	}
	i := all.index(encode(s.ID))
	if i < 0 {
		return nil, errors.New("the user has no such passkey")
	}
	p.ID = all[i].RPID
	counter, err := s.Verify(challenge, p.checks(), all[i].Credential, []byte(sub))
	if err != nil {
		return nil, err
	}
	moved := slices.Clone(all)
	moved[i].Counter = counter
	return moved, nil
}
