package poolevents

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/isnil"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// SignOutsConfig configures a [SignOuts].
type SignOutsConfig struct {
	// Store keeps the list. All processes of the API must share it; use a
	// session.MemoryStore only for a single process. It may be the store of the
	// sessions. Required.
	Store session.Store

	// Locker stops two processes from noting two events of one user at the same
	// time. You need none for a single process.
	Locker session.Locker

	// RefreshTokenLife is the lifetime of the app client's refresh tokens.
	// After a new password Cognito may still accept them, so an entry is kept
	// for that time. Zero means 30 days, which is Cognito's default.
	RefreshTokenLife time.Duration

	// Now is the clock. Nil means [time.Now].
	Now func() time.Time
}

// accessTokenLife is the longest that Cognito allows, with a clock that differs.
const accessTokenLife = 24*time.Hour + 5*time.Minute

const defaultRefreshTokenLife = 30 * 24 * time.Hour

// A SignOuts is a list of the users whose access Cognito has ended. It is for
// APIs: without it, the token of a disabled user verifies until it expires. An
// entry is kept for as long as an older token could be valid. A SignOuts is
// safe for concurrent use.
type SignOuts struct {
	cfg   SignOutsConfig
	turns flight.Turns[string]
}

// NewSignOuts returns the list that cfg.Store keeps, with the entries that it
// already has.
func NewSignOuts(cfg SignOutsConfig) (*SignOuts, error) {
	errs := problems.New((&cognito.ConfigError{Package: "poolevents"}).At)
	if isnil.Value(cfg.Store) {
		errs.Add("SignOutsConfig.Store", "missing: the store that all processes of the API share")
	}
	if cfg.RefreshTokenLife < 0 {
		errs.Add("SignOutsConfig.RefreshTokenLife", "a lifetime cannot be negative")
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if cfg.RefreshTokenLife == 0 {
		cfg.RefreshTokenLife = defaultRefreshTokenLife
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &SignOuts{cfg: cfg}, nil
}

// Format implements [fmt.Formatter]: a SignOuts prints nothing of its
// configuration.
func (s *SignOuts) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "poolevents.SignOuts") }

// End adds an event to the list. UserPoolID and Subject say whose tokens end, and
// Time up to when: it is required except for "RevokeToken". A [Handler] calls
// End. If your app has revoked a refresh token, it may call End too, with the
// name "RevokeToken" and the OriginJTI of the sign-in. The error is
// [ErrMalformed] for an event that ends nothing or has a time in the future, or
// it comes from the store.
func (s *SignOuts) End(ctx context.Context, e Event) error {
	now := s.cfg.Now()
	switch kind := operations[e.Name]; {
	case kind == 0 || e.Subject == "" || e.UserPoolID == "" || kind == endsOne && e.OriginJTI == "":
		return fmt.Errorf("%w: %.40q does not end a token, or does not say whose", ErrMalformed, e.Name)
	case kind != endsOne && e.Time.Unix() <= 0:
		return fmt.Errorf("%w: %s without a Time ends no token", ErrMalformed, e.Name)
	case e.Time.Sub(now) > maxAhead:
		return fmt.Errorf("%w: its time %v is in the future: check this machine's clock", ErrMalformed, e.Time)
	}
	id := recordID(e.UserPoolID, e.Subject)
	leave, err := s.turns.Enter(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	if s.cfg.Locker != nil {
		held, unlock, err := s.cfg.Locker.Lock(ctx, hashed("cognito-go token sign-outs lock", e.UserPoolID, e.Subject))
		if err != nil {
			return err
		}
		defer unlock()
		ctx = held
	}
	n, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	if !n.add(&e, now, now.Add(accessTokenLife)) {
		return nil
	}
	return s.cfg.Store.Commit(ctx, id, n.encode(), s.until(n, now))
}

// until is when no token can be there any more that the record ends.
func (s *SignOuts) until(n *noted, now time.Time) time.Time {
	until := now.Add(accessTokenLife)
	if at := n.signedIn.At(); !at.IsZero() {
		if last := at.Add(s.cfg.RefreshTokenLife + accessTokenLife); last.After(until) {
			return last
		}
	}
	return until
}

func (s *SignOuts) find(ctx context.Context, id string) (*noted, error) {
	b, found, err := s.cfg.Store.Find(ctx, id)
	if err != nil || !found {
		return new(noted), err
	}
	return decodeNoted(b)
}

// Check returns a [cognito.VerifyError] with [cognito.CheckSignedOut] for
// claims of a token that has ended. Any other error comes from the store: then
// it is not known whether the token is good.
func (s *SignOuts) Check(ctx context.Context, claims *cognito.RegisteredClaims) error {
	n, err := s.find(ctx, recordID(poolOf(claims.Issuer), claims.Subject))
	if err != nil {
		return fmt.Errorf("poolevents: the list of sign-outs cannot be read: %w", err)
	}
	if n.covers(claims.IssuedAt, claims.AuthTime, claims.OriginJWTID) {
		return cognito.CheckSignedOut.Failed("the user was disabled, deleted or signed out, or has a new password")
	}
	return nil
}

// Verifier returns v with a check against the list: a token that has ended is
// refused with [cognito.CheckSignedOut], which a Guard answers with 401
// invalid_token. While the store cannot be reached, a Guard answers 503
// credentials_unchecked. An app client's own tokens (client_credentials) belong
// to no user and are not looked up.
func (s *SignOuts) Verifier(v cognito.TokenVerifier) cognito.TokenVerifier {
	return &verifier{v, s}
}

type verifier struct {
	cognito.TokenVerifier
	list *SignOuts
}

// VerifyAccess implements [cognito.TokenVerifier].
func (v *verifier) VerifyAccess(ctx context.Context, token cognito.AccessToken) (*cognito.AccessClaims, error) {
	if isnil.Value(v.TokenVerifier) {
		return nil, errNoVerifier
	}
	claims, err := v.TokenVerifier.VerifyAccess(ctx, token)
	if err != nil || claims == nil || claims.Machine() {
		return claims, err
	}
	if err := v.list.Check(ctx, &claims.RegisteredClaims); err != nil {
		return nil, err
	}
	return claims, nil
}

// Unwrap returns the verifier without the list. A Guard uses it to find the
// verifier's Observer.
func (v *verifier) Unwrap() cognito.TokenVerifier { return v.TokenVerifier }

var errNoVerifier = errors.New("poolevents: SignOuts.Verifier was given no verifier")

// poolOf is the id of the user pool that an issuer belongs to.
func poolOf(issuer string) string { return issuer[strings.LastIndexByte(issuer, '/')+1:] }

// recordID is the id of a user's record in the store.
func recordID(pool, subject string) string {
	return hashed("cognito-go token sign-outs", pool, subject)
}

func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64url.Encode(sum[:])
}
