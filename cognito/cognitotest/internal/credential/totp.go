package credential

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

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
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

// Base32 is how secrets are written: no padding, upper case.
var Base32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// maxTOTPSecret bounds a secret in characters.
const maxTOTPSecret = 256

var errTOTPSecret = errors.New("a TOTP secret is base32 of 10 to 160 bytes, such as GEZDGNBVGY3TQOJQ")

// DecodeTOTPSecret accepts lower case, spaces and padding, as people type
// secrets.
func DecodeTOTPSecret(secret string) ([]byte, error) {
	if len(secret) > maxTOTPSecret {
		return nil, errTOTPSecret
	}
	secret = strings.ToUpper(strings.Join(strings.Fields(secret), ""))
	key, err := Base32.DecodeString(strings.TrimRight(secret, "="))
	if err != nil || len(key) < 10 {
		return nil, errTOTPSecret
	}
	return key, nil
}

// NewTOTPKey returns a key of the length that Cognito's have: 32 bytes.
func NewTOTPKey() []byte { return random.Bytes(32) }

// A TOTP is a user's authenticator app. The zero value is no secret.
type TOTP struct {
	Key  []byte
	Used int64 // the last period whose code was accepted
}

// Check accepts the code of the present period, or of a neighbour, once. It
// returns the period that the code belongs to.
func (f TOTP) Check(code string, now time.Time) (step int64, err error) {
	current := totpStep(now)
	for step := current - totpWindow; step <= current+totpWindow; step++ {
		if subtle.ConstantTimeCompare([]byte(hotp(f.Key, step, totpDigits)), []byte(code)) != 1 {
			continue
		}
		if step <= f.Used {
			return 0, refusal.TOTPUsed
		}
		return step, nil
	}
	return 0, refusal.MFACode
}

// Next returns the code to enter now: the first that was not used yet.
func (f TOTP) Next(now time.Time) string {
	return hotp(f.Key, max(totpStep(now), f.Used+1), totpDigits)
}
