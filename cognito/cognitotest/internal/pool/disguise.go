package pool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// Disguised derives bytes from the name of an unknown user. They are the same
// each time, so that a second call gets the same answer, as for a user.
func (p *Pool) Disguised(purpose, name string) []byte {
	mac := hmac.New(sha256.New, p.disguiseKey())
	mac.Write([]byte(purpose + " " + directory.Fold(name)))
	return mac.Sum(nil)
}

// DisguisedName is a made-up username for a name that no user has.
func (p *Pool) DisguisedName(name string) string {
	h := hex.EncodeToString(p.Disguised("username", name)[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// DisguisedVerifier is a verifier of no password at all.
func (p *Pool) DisguisedVerifier(name string) srp.Verifier {
	var value []byte
	for i := range byte(11) { // 352 bytes, which is less than N
		value = append(value, p.Disguised("verifier "+string('a'+rune(i)), name)...)
	}
	return srp.Verifier{Salt: p.Disguised("salt", name)[:16], Value: value}
}

func (p *Pool) disguiseKey() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.disguise
}

func (p *Pool) setDisguiseKey(key []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.disguise = key
}
