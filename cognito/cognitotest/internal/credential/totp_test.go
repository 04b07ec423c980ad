package credential

import (
	"errors"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The secret of RFC 6238 appendix B and of RFC 4226 appendix D.
var rfcKey = []byte("12345678901234567890")

func TestTOTPVectors(t *testing.T) {
	tests := []struct {
		seconds int64
		want    string // eight digits, as the RFC prints them
	}{
		{59, "94287082"},
		{1111111109, "07081804"},
		{1111111111, "14050471"},
		{1234567890, "89005924"},
		{2000000000, "69279037"},
		{20000000000, "65353130"},
	}
	for _, tt := range tests {
		step := totpStep(time.Unix(tt.seconds, 0))
		if got := hotp(rfcKey, step, 8); got != tt.want {
			t.Errorf("TOTP at %d = %q, want %q", tt.seconds, got, tt.want)
		}
		if got := hotp(rfcKey, step, totpDigits); got != tt.want[2:] {
			t.Errorf("TOTP at %d = %q, want %q", tt.seconds, got, tt.want[2:])
		}
	}
}

func TestHOTPVectors(t *testing.T) {
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(rfcKey, int64(counter), 6); got != want {
			t.Errorf("HOTP of %d = %q, want %q", counter, got, want)
		}
	}
}

// doc: which TOTP codes are accepted
func TestTOTPWindow(t *testing.T) {
	now := time.Unix(1_800_000_015, 0)
	step := totpStep(now)
	tests := []struct {
		name string
		used int64
		at   int64 // of the code, in periods from now
		want error
	}{
		{"now", 0, 0, nil},
		{"the one before", 0, -1, nil},
		{"the next", 0, 1, nil},
		{"two before", 0, -2, refusal.MFACode},
		{"two after", 0, 2, refusal.MFACode},
		{"used", step, 0, refusal.TOTPUsed},
		{"older than the one used", step, -1, refusal.TOTPUsed},
		{"newer than the one used", step, 1, nil},
	}
	for _, tt := range tests {
		f := TOTP{Key: rfcKey, Used: tt.used}
		if _, err := f.Check(hotp(rfcKey, step+tt.at, totpDigits), now); !errors.Is(err, tt.want) {
			t.Errorf("check(%s) = %v, want %v", tt.name, err, tt.want)
		}
	}
	for _, code := range []string{"", "0", hotp(rfcKey, step, 7)} {
		if _, err := (TOTP{Key: rfcKey}).Check(code, now); err != refusal.MFACode {
			t.Errorf("check(%q) = %v, want %v", code, err, refusal.MFACode)
		}
	}
}

func TestDecodeTOTPSecret(t *testing.T) {
	for _, secret := range []string{"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ===="} {
		if key, err := DecodeTOTPSecret(secret); err != nil || string(key) != string(rfcKey) {
			t.Errorf("decodeTOTPSecret(%q) = %q, %v", secret, key, err)
		}
	}
	for _, secret := range []string{"", "GEZDGNBV", "1EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", string(make([]byte, 300))} {
		if _, err := DecodeTOTPSecret(secret); err == nil {
			t.Errorf("decodeTOTPSecret(%q) = nil, want an error", secret)
		}
	}
}
