package tokenform_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/tokenform"
	"github.com/seed75762126/cognito-go/internal/wire"
)

func encoded(parts ...string) string {
	for i, part := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(part))
	}
	return strings.Join(parts, ".")
}

// What Append writes, Read reads to the letter, whatever the text is.
func TestRoundTrip(t *testing.T) {
	jwt := encoded(`{"alg":"RS256","kid":"abc"}`, `{"sub":"jane","token_use":"access","scope":"openid"}`, "signature")
	for _, token := range []string{"", "not base64url.", "a", "YR", jwt, encoded("a", "b", "c", "d", "e"), strings.Repeat("x", 5000), jwt + ".", "." + jwt} {
		for _, compress := range []bool{false, true} {
			r := wire.NewReader(string(tokenform.Append(nil, token, compress)))
			if got := tokenform.Read(r); got != token || !r.Done() {
				t.Errorf("Read(Append(%.40q, %v)) = %.40q, all read: %v", token, compress, got, r.Done())
			}
		}
	}
	if n := len(tokenform.Append(nil, jwt, true)); n > len(jwt)*3/4 {
		t.Errorf("Append(a JWT of %d bytes) = %d bytes, want three quarters at most", len(jwt), n)
	}
}

// A form that is unknown, cut short, or of broken bytes fails the reader.
func TestBroken(t *testing.T) {
	whole := tokenform.Append(nil, encoded("{}", `{"sub":"jane"}`, "s"), true)
	for _, b := range []string{"", "\x09", "\x02\x05hello\x01s", string(whole[:len(whole)-1]), string(whole[:3])} {
		r := wire.NewReader(b)
		if got := tokenform.Read(r); got != "" && r.Done() {
			t.Errorf("Read(%q) = %q and no failure", b, got)
		} else if r.Done() {
			t.Errorf("Read(%q) has not failed", b)
		}
	}
}

// Inflate returns 64 KiB at most.
func TestInflateBound(t *testing.T) {
	text, err := tokenform.Inflate(string(tokenform.Deflate(make([]byte, 1<<20))))
	if err != nil || len(text) != 64<<10 {
		t.Errorf("Inflate(1 MiB) = %d bytes, %v, want 64 KiB", len(text), err)
	}
}
