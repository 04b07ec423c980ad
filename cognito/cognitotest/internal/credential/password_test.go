package credential_test

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// A snapshot says how many rounds its hashes have. Old ones do not say it,
// and have 1,000. A number that would keep the emulator busy is
// refused.
func TestSavedHash(t *testing.T) {
	salt := []byte("0123456789abcdef")
	of := func(rounds int) []byte {
		sum, err := pbkdf2.Key(sha256.New, "Correct-horse-1", salt, rounds, sha256.Size)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	for name, tt := range map[string]struct {
		saved credential.SavedHash
		want  bool
	}{
		"new":          {credential.HashPassword("Correct-horse-1").Save(), true},
		"old":          {credential.SavedHash{Salt: salt, Sum: of(1000)}, true},
		"seven rounds": {credential.SavedHash{Salt: salt, Sum: of(7), Rounds: 7}, true},
		"wrong rounds": {credential.SavedHash{Salt: salt, Sum: of(7), Rounds: 8}, false},
		"no password":  {credential.SavedHash{}, false},
	} {
		h, err := tt.saved.Read()
		if err != nil {
			t.Errorf("%s: Read = %v", name, err)
		}
		if got := h.Matches("Correct-horse-1"); got != tt.want {
			t.Errorf("%s: Matches = %v, want %v", name, got, tt.want)
		}
		if h.Matches("Correct-horse-2") || h.Matches("") {
			t.Errorf("%s: another password matches", name)
		}
	}
	for _, rounds := range []int{-1, 1001, 1 << 40} {
		if _, err := (credential.SavedHash{Salt: salt, Sum: of(1), Rounds: rounds}).Read(); err == nil {
			t.Errorf("Read of %d rounds = nil, want an error", rounds)
		}
	}
}
