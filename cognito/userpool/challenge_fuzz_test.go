package userpool_test

import (
	"compress/flate"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// openSealed opens a challenge's cookie as only its key can.
func openSealed(t testing.TB, value string) string {
	t.Helper()
	box, err := seal.NewBox([][]byte{sealKey(1)}, "sign-in challenge")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.Decode(value)
	if err != nil {
		t.Fatal(err)
	}
	plain, _, err := box.Open(t.Context(), sealed, poolID+" "+clientID+" "+pendingName)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// inflate is the record in what openSealed returns.
func inflate(t testing.TB, packed string) string {
	t.Helper()
	plain, err := io.ReadAll(flate.NewReader(strings.NewReader(packed[1:])))
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// FuzzE3_PendingCookie: no cookie but one of ours is a challenge.
func FuzzE3_PendingCookie(f *testing.F) {
	a, c := newAPI(f, "")
	p, browser := newPending(f, c), jar{}
	browser.save(f, p, meet(f, a, c, challenged("SMS_MFA", nil)))
	value := browser[pendingName]
	f.Add("")
	f.Add("AAAA")
	f.Add(flip(value, 3))
	f.Add(value[:len(value)/2])
	f.Fuzz(func(t *testing.T, cookie string) {
		if cookie == value {
			return
		}
		ch, err := p.Peek(jar{pendingName: cookie}.request())
		if err == nil || ch != nil || !errors.Is(err, userpool.ErrSessionExpired) {
			t.Fatalf("Peek(%q) = %v, %v, want ErrSessionExpired", cookie, ch, err)
		}
	})
}

// FuzzE3_PendingRecord feeds what is sealed: anything is a challenge that can
// be saved again, or an error.
func FuzzE3_PendingRecord(f *testing.F) {
	a, c := newAPI(f, "")
	p := newPending(f, c, func(cfg *userpool.PendingConfig) { cfg.Life = 0 })
	for _, ex := range exchanges {
		browser := jar{}
		browser.save(f, p, meet(f, a, c, challenged(ex.name, ex.params, ex.available...)))
		f.Add([]byte(openSealed(f, browser[pendingName])))
	}
	f.Add([]byte{})
	f.Add([]byte{1, 0})
	f.Add([]byte("\x01\x00\xa2\xa7\x87\xf2\xd8\x06\x10zwXfMbT5xGLbyRn-\x15NEW_PASSWORD_REQUIRED\tsession-1\x10jane@example.com\x00\x00\x00")) // of the year 9259
	box, err := seal.NewBox([][]byte{sealKey(1)}, "sign-in challenge")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		value := seal.Encode(box.Seal(record, poolID+" "+clientID+" "+pendingName))
		ch, err := p.Peek(jar{pendingName: value}.request())
		if err != nil {
			if !errors.Is(err, userpool.ErrSessionExpired) || ch != nil {
				t.Fatalf("Peek = %v, %v, want ErrSessionExpired", ch, err)
			}
			return
		}
		back, err := throughCookie(t, p, p, ch)
		if errors.Is(err, session.ErrTooLarge) {
			return // it was packed more tightly than ours are
		}
		if err != nil || back.Name() != ch.Name() || back.ID() != ch.ID() {
			t.Fatalf("Take(Save) = %v, %v, want the challenge %s", back, err, ch.Name())
		}
	})
}

// FuzzE3_ChallengeParameters: whatever an answer's parameters say, there is a
// challenge or a bad_answer, and never a proof made of nonsense.
func FuzzE3_ChallengeParameters(f *testing.F) {
	for _, name := range []string{"NEW_PASSWORD_REQUIRED", "SELECT_MFA_TYPE", "MFA_SETUP", "WEB_AUTHN", "PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER", "X", ""} {
		f.Add(name, `["SMS_MFA"]`, `{"email":"jane@example.com"}`, "499602d2", "AAAA", "jane")
		f.Add(name, `[`, `[1]`, "", "", "")
	}
	f.Add("PASSWORD_VERIFIER", "0", "0", strings.Repeat("F", 768), strings.Repeat("A", 9000), "")
	a, c := newAPI(f, clientSecret)
	f.Fuzz(func(t *testing.T, name, list, object, number, block, username string) {
		params := map[string]string{
			"MFAS_CAN_CHOOSE": list, "MFAS_CAN_SETUP": list, "requiredAttributes": list,
			"userAttributes": object, "CREDENTIAL_REQUEST_OPTIONS": object,
			"SALT": number, "SRP_B": number, "SECRET_BLOCK": block, "USER_ID_FOR_SRP": username,
		}
		a.script(challenged(name, params), challenged("CUSTOM_CHALLENGE", nil))
		who := userpool.Credentials{Username: "jane", Password: "secret-word", Device: &userpool.Device{Key: "k", GroupKey: "g", Secret: "s"}}
		if name != "PASSWORD_VERIFIER" {
			who.Flow = plainly // which makes more inputs a second
		}
		step, err := c.SignIn(t.Context(), who)
		if err != nil {
			e, ok := errors.AsType[*userpool.Error](err)
			if !ok || step != nil || e.Reason != "bad_answer" && e.Reason != "bad_request" {
				t.Fatalf("SignIn = %v, %v, want bad_answer", step, err)
			}
			return
		}
		if step.Challenge == nil || step.Identity != nil || step.Tokens != (cognito.Tokens{}) {
			t.Fatalf("SignIn = %+v, want a challenge", step)
		}
	})
}
