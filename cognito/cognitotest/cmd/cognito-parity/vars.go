package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/srp"
)

// vars are the values of a story's placeholders on one side. Some, such as
// {srp-signature}, are computed from others when they are asked for.
type vars struct {
	set map[string]string

	srp    *srp.Client
	unsent bool      // the value A of srp has been filled in, but not yet sent
	proved string    // the SECRET_BLOCK that proof answers
	proof  srp.Proof //
}

// clone is a copy for a story, which has values of its own.
func (v *vars) clone() *vars { return &vars{set: maps.Clone(v.set)} }

var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9-]*\}`)

// fill replaces the placeholders of a text, and escapes what it puts in. It
// reports the first that has no value.
func (v *vars) fill(text string, escape func(string) string) (string, error) {
	var err error
	filled := placeholder.ReplaceAllStringFunc(text, func(name string) string {
		value, valueErr := v.value(strings.Trim(name, "{}"))
		if valueErr != nil && err == nil {
			err = valueErr
		}
		return escape(value)
	})
	return filled, err
}

// value is the value of one placeholder.
func (v *vars) value(name string) (string, error) {
	if value, ok := v.set[name]; ok {
		return value, nil
	}
	switch name {
	case "user-upper":
		return strings.ToUpper(v.set["user"]), nil
	case "hash":
		return v.secretHash("user", "secret-secret")
	case "hash-2":
		return v.secretHash("user", "secret-2")
	case "hash-username":
		return v.secretHash("username", "secret-secret")
	case "challenge":
		sum := sha256.Sum256([]byte(v.set["verifier"]))
		return base64.RawURLEncoding.EncodeToString(sum[:]), nil
	case "basic", "basic-wrong":
		secret := v.set["secret-secret"]
		if name == "basic-wrong" {
			secret = "wrong"
		}
		return base64.StdEncoding.EncodeToString([]byte(v.set["secret"] + ":" + secret)), nil
	case "srp-a":
		if !v.unsent { // each request has a value of its own, however often its body is filled in
			v.srp, v.unsent, v.proved = srp.NewClient(), true, ""
		}
		return v.srp.Public(), nil
	case "srp-signature", "srp-time":
		if err := v.prove(); err != nil {
			return "", err
		}
		if name == "srp-time" {
			return v.proof.Timestamp, nil
		}
		return v.proof.Signature, nil
	case "totp", "totp-next", "totp-old":
		return v.totp(map[string]int{"totp": 0, "totp-next": 1, "totp-old": -20}[name])
	}
	return "", fmt.Errorf("{%s} has no value: an earlier answer lacks it", name)
}

// secretHash is SECRET_HASH of a name for the client {secret}.
func (v *vars) secretHash(name, secret string) (string, error) {
	if v.set[name] == "" || v.set[secret] == "" {
		return "", fmt.Errorf("{%s} or {%s} has no value", name, secret)
	}
	mac := hmac.New(sha256.New, []byte(v.set[secret]))
	mac.Write([]byte(v.set[name] + v.set["secret"]))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// prove answers the challenge PASSWORD_VERIFIER that was kept last.
func (v *vars) prove() error {
	block := v.set["block"]
	if v.srp == nil || block == "" {
		return fmt.Errorf("there is no challenge PASSWORD_VERIFIER to answer")
	}
	if v.proved == block {
		return nil
	}
	_, pool, _ := strings.Cut(v.set["pool"], "_")
	proof, err := v.srp.Prove(srp.Account{Pool: pool, Name: v.set["srp-user"]}, v.set["password"],
		srp.Challenge{Salt: v.set["salt"], Public: v.set["srp-b"], SecretBlock: block}, time.Now())
	v.proof, v.proved = proof, block
	return err
}

// totp is the code of an authenticator app, some steps of 30 seconds from now
// (RFC 6238).
func (v *vars) totp(step int) (string, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(v.set["totp-secret"], "="))
	if err != nil || len(key) == 0 {
		return "", fmt.Errorf("{totp-secret} has no value")
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, time.Now().Unix()/30+int64(step))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000), nil
}

// neutral replaces the values of this side by their placeholders, the longest
// first, so that texts of two sides can be compared.
func (v *vars) neutral(text string) string {
	names := slices.SortedFunc(maps.Keys(v.set), func(a, b string) int {
		if d := len(v.set[b]) - len(v.set[a]); d != 0 {
			return d
		}
		return strings.Compare(b, a) // so that {domain} wins over {api}, where they are one
	})
	for _, name := range names {
		if value := v.set[name]; len(value) >= 4 && neutralNames[name] {
			text = strings.ReplaceAll(text, value, "{"+name+"}")
		}
	}
	return uuid.ReplaceAllString(text, "UUID")
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// neutralNames are the values that differ from side to side and may be shown.
var neutralNames = func() map[string]bool {
	names := make(map[string]bool)
	for _, name := range strings.Fields(`user email email-2 sub username pool region-host domain issuer api prefix run
		public secret legacy narrow bare rotating grace machine group account`) {
		names[name] = true
	}
	return names
}()
