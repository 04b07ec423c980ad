package request

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// PeekForm reads the form in the body of r, and leaves a body that can be
// read again.
func PeekForm(r *http.Request) url.Values {
	form, _ := url.ParseQuery(string(PeekBody(r))) // the pool refuses a bad one
	return form
}

// PeekBody reads the body of r, and leaves one that can be read again. It is
// nil where the pool will refuse it.
func PeekBody(r *http.Request) []byte {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), rest}
	if err != nil || len(body) > maxBody {
		return nil
	}
	return body
}

// PeekPayload is the payload of a signed token that is not verified.
func PeekPayload(token string) []byte {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > maxBody {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return payload
}

// Audience is the aud that a token claims. Nothing else follows from it: the
// pool verifies the token.
func Audience(token string) string {
	var claims struct{ Aud string }
	if json.Unmarshal(PeekPayload(token), &claims) != nil {
		return ""
	}
	return claims.Aud
}
