package oauth

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/internal/redact"
)

// leastSecret is the length, in bytes, from which a value of a request is taken
// for a secret. A shorter one may be part of any text.
const leastSecret = 8

// quoting returns a text of the answer to r. If it quotes a secret of r, it is
// replaced as a whole.
func quoting(r *http.Request, text string) string {
	if r == nil || text == "" {
		return text
	}
	return redact.Message(text, secretsOf(r)...)
}

// secretsOf are the secrets that a request to an OAuth endpoint carries.
func secretsOf(r *http.Request) []string {
	_, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	secrets := []string{credentials}
	if _, password, ok := r.BasicAuth(); ok {
		secrets = append(secrets, password, unescaped(password))
	}
	form := formOf(r)
	for _, name := range []string{"code", "code_verifier", "refresh_token", "token", "client_secret"} {
		secrets = append(secrets, form.Get(name))
	}
	long := secrets[:0]
	for _, secret := range secrets {
		if len(secret) >= leastSecret {
			long = append(long, secret)
		}
	}
	return long
}

// unescaped is a part of the credentials as it was before it was encoded (RFC
// 6749 section 2.3.1).
func unescaped(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return plain
}

// formOf is the form that a request was sent with, or nil.
func formOf(r *http.Request) url.Values {
	if r.GetBody == nil {
		return nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(body)
	if err != nil {
		return nil
	}
	form, _ := url.ParseQuery(string(text)) // what can be read
	return form
}
