package cognitotest

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Time-based one-time passwords (RFC 6238) as Cognito has them: SHA-1, six
// digits, a new one every thirty seconds.
const (
	totpDigits = 6
	totpPeriod = 30 * time.Second
)

// totpWindow is how many periods an authenticator's clock may be off.
const totpWindow = 1

// totpStep numbers the period that contains t.
func totpStep(t time.Time) int64 { return t.Unix() / int64(totpPeriod/time.Second) }

// hotp is the one-time password of a counter (RFC 4226 section 5.3).
func hotp(key []byte, counter int64, digits int) string {
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(counter)))
	sum := mac.Sum(nil)
	value := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & 0x7fffffff
	modulus := uint32(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, value%modulus)
}

// base32Secret is how secrets are written: no padding, upper case.
var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// maxTOTPSecret bounds a secret in characters.
const maxTOTPSecret = 256

var errTOTPSecret = errors.New("a TOTP secret is base32 of 10 to 160 bytes, such as GEZDGNBVGY3TQOJQ")

// decodeTOTPSecret accepts lower case, spaces and padding, as people type
// secrets.
func decodeTOTPSecret(secret string) ([]byte, error) {
	if len(secret) > maxTOTPSecret {
		return nil, errTOTPSecret
	}
	secret = strings.ToUpper(strings.Join(strings.Fields(secret), ""))
	key, err := base32Secret.DecodeString(strings.TrimRight(secret, "="))
	if err != nil || len(key) < 10 {
		return nil, errTOTPSecret
	}
	return key, nil
}

// newTOTPKey returns a key of the length that Cognito's have: 32 bytes.
func newTOTPKey() []byte { return randomBytes(32) }

// A totpFactor is a user's authenticator app. The zero value is none.
type totpFactor struct {
	key  []byte
	used int64 // the last period whose code was accepted
}

// check accepts the code of the present period, or of a neighbour, once. It
// returns the period that the code belongs to.
func (f totpFactor) check(code string, now time.Time) (step int64, err error) {
	current := totpStep(now)
	for step := current - totpWindow; step <= current+totpWindow; step++ {
		if subtle.ConstantTimeCompare([]byte(hotp(f.key, step, totpDigits)), []byte(code)) != 1 {
			continue
		}
		if step <= f.used {
			return 0, errTOTPUsed
		}
		return step, nil
	}
	return 0, errMFACode
}

// next returns the code to enter now: the first that was not used yet.
func (f totpFactor) next(now time.Time) string {
	return hotp(f.key, max(totpStep(now), f.used+1), totpDigits)
}

// TOTP returns the code that the authenticator app of a user would show by
// the pool's clock: for the secret of [User.TOTPSecret], or for the one that
// the enrolment page shows. A code serves once, so after a sign-in TOTP
// returns the following one; for a third sign-in within half a minute,
// [Pool.Advance] the clock.
//
// It panics if there is no such user, or the user has no secret.
func (p *Pool) TOTP(username string) string {
	a := p.mustUser(username)
	f := a.factors.totp
	if a.factors.pending != nil {
		f = totpFactor{key: a.factors.pending}
	}
	if f.key == nil {
		panic(fmt.Sprintf("cognitotest: user %q has no TOTP secret: set User.TOTPSecret, or open the enrolment page first", username))
	}
	return f.next(p.Now())
}
