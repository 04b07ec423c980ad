package wycheproof_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	vectors "github.com/c2sp/wycheproof"

	"github.com/seed75762126/cognito-go/internal/jws"
)

// read decodes a file of vectors.
func read(t *testing.T, name string, into any) {
	t.Helper()
	doc, err := fs.ReadFile(vectors.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, into); err != nil {
		t.Fatal(err)
	}
}

// keySet is a JWKS document with one key.
func keySet(key json.RawMessage) []byte { return fmt.Appendf(nil, `{"keys":[%s]}`, key) }

// TestT1_RSASignatures: PKCS #1 v1.5 with SHA-256, over keys of all sizes. The
// key comes as a JWK, as in a pool's key set.
func TestT1_RSASignatures(t *testing.T) {
	for _, bits := range []int{2048, 3072, 4096, 8192} {
		var file struct {
			NumberOfTests int
			TestGroups    []struct {
				SHA     string
				KeyJWK  map[string]any
				KeySize int
				Tests   []struct {
					TCID    int
					Comment string
					Msg     string
					Sig     string
					Result  string
				}
			}
		}
		read(t, fmt.Sprintf("rsa_signature_%d_sha256_test.json", bits), &file)
		done, valid := 0, 0
		for _, group := range file.TestGroups {
			if group.SHA != "SHA-256" || group.KeySize != bits {
				t.Fatalf("%d bits: a group for %s and %d bits", bits, group.SHA, group.KeySize)
			}
			group.KeyJWK["kid"] = "k"
			raw, err := json.Marshal(group.KeyJWK)
			if err != nil {
				t.Fatal(err)
			}
			keys, err := jws.ParseKeys(keySet(raw))
			if err != nil {
				t.Fatalf("%d bits: ParseKeys(%s) = %v, want nil", bits, raw, err)
			}
			for _, v := range group.Tests {
				msg, err1 := hex.DecodeString(v.Msg)
				sig, err2 := hex.DecodeString(v.Sig)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				// "acceptable" are encodings of old that RFC 8017 section 8.2.2
				// leaves out: RS256 has no use for them.
				err := jws.Verify(keys["k"], string(msg), sig)
				if (err == nil) != (v.Result == "valid") {
					t.Errorf("%d bits, vector %d (%s, %s): Verify = %v", bits, v.TCID, v.Comment, v.Result, err)
				}
				done++
				if v.Result == "valid" {
					valid++
				}
			}
		}
		if done != file.NumberOfTests || valid == 0 || valid == done {
			t.Errorf("%d bits: %d vectors, %d of them valid, want %d and some of each", bits, done, valid, file.NumberOfTests)
		}
	}
}

// A vector is a token and the key it is to be verified with.
type vector struct {
	TCID    int
	Comment string
	JWS     json.RawMessage
	Result  string
}

// verify goes the way a token goes: the key set, the token, the key by its
// kid, the signature. It names the step that refuses.
func verify(key json.RawMessage, compact string) (step string) {
	keys, _ := jws.ParseKeys(keySet(key)) // a set without a usable key is empty
	token, err := jws.Parse(compact)
	if err != nil {
		return "token"
	}
	found := keys[token.KeyID]
	if found == nil {
		return "key"
	}
	if token.Verify(found) != nil {
		return "signature"
	}
	return ""
}

// TestT1_JSONWebSignatures: what is valid and RS256 is accepted, and nothing
// else. Three vectors are good tokens but for their key, which is for
// encryption or another algorithm: the key set refuses them.
func TestT1_JSONWebSignatures(t *testing.T) {
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			Comment         string
			Public, Private json.RawMessage
			Tests           []vector
		}
	}
	read(t, "json_web_signature_test.json", &file)
	done := 0
	steps := map[string][]int{}
	for _, group := range file.TestGroups {
		key := group.Public
		if key == nil { // a secret
			key = group.Private
		}
		for _, v := range group.Tests {
			var compact string
			if json.Unmarshal(v.JWS, &compact) != nil {
				compact = string(v.JWS) // JSON serialization
			}
			step := verify(key, compact)
			if want := v.Result == "valid" && isRS256(key); (step == "") != want {
				t.Errorf("vector %d (%s, %s, %s): refused by %q, want it accepted: %v", v.TCID, group.Comment, v.Comment, v.Result, step, want)
			}
			steps[step] = append(steps[step], v.TCID)
			if step == "key" && v.Result == "invalid" && verify(unrestricted(t, key), compact) == "" {
				steps["key alone"] = append(steps["key alone"], v.TCID)
			}
			done++
		}
	}
	if done != file.NumberOfTests || len(steps[""]) < 3 || len(steps["signature"]) < 100 || len(steps["token"]) < 100 {
		t.Errorf("of %d vectors %v, want %d, and many refused by token and by signature", done, steps, file.NumberOfTests)
	}
	t.Logf("accepted %d, refused by token %d, by key %d, by signature %d", len(steps[""]), len(steps["token"]), len(steps["key"]), len(steps["signature"]))
	if got, want := steps["key alone"], []int{332, 353, 355}; !slices.Equal(got, want) {
		t.Errorf("the key set alone refuses the vectors %v, want %v", got, want)
	}
}

func isRS256(key json.RawMessage) bool { return strings.Contains(string(key), `"RS256"`) }

// unrestricted is the key without what it says it is for.
func unrestricted(t *testing.T, key json.RawMessage) json.RawMessage {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(key, &members); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"use", "alg", "key_ops"} {
		delete(members, name)
	}
	raw, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
