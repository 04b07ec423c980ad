package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// AccessTokenHash is at_hash: the left half of the access token's SHA-256
// (OpenID Connect Core section 3.1.3.6).
func AccessTokenHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func TokenHeader(kid, alg string) []byte {
	return EscapeSlashes(struct {
		Kid string `json:"kid"`
		Alg string `json:"alg"`
	}{kid, alg})
}

// EscapeSlashes encodes v as JSON with \/ for every slash. In what
// encoding/json writes, a slash is always within a string, and unescaped.
func EscapeSlashes(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("cognitotest: claims: " + err.Error())
	}
	return bytes.ReplaceAll(bytes.TrimSpace(b.Bytes()), []byte("/"), []byte(`\/`))
}
