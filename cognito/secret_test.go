package cognito_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

const treasure = "hunter2-eyJraWQiOiJ4"

// secrets are values that hold the treasure in every way that fmt, slog and
// JSON can see.
func secrets() map[string]any {
	secret, id, access, refresh := cognito.Secret(treasure), cognito.IDToken(treasure), cognito.AccessToken(treasure), cognito.RefreshToken(treasure)
	type nested struct {
		Name    string
		Number  int
		Inner   struct{ Secret cognito.Secret }
		Pointer *cognito.AccessToken
		Any     any
		List    []cognito.IDToken
		Map     map[string]cognito.RefreshToken
	}
	n := nested{Name: "shop", Pointer: &access, Any: refresh, List: []cognito.IDToken{id}, Map: map[string]cognito.RefreshToken{"a": refresh}}
	n.Inner.Secret = secret
	return map[string]any{
		"Secret": secret, "IDToken": id, "AccessToken": access, "RefreshToken": refresh,
		"*Secret": &secret, "*IDToken": &id, "*AccessToken": &access, "*RefreshToken": &refresh,
		"[]Secret": []cognito.Secret{secret}, "[1]Secret": [1]cognito.Secret{secret}, "map": map[string]cognito.IDToken{"a": id},
		"[]any":  []any{secret, id, access, refresh},
		"Tokens": cognito.Tokens{ID: id, Access: access, Refresh: refresh, Expiry: time.Unix(1700000000, 0), Nonce: "n"},
		"Config": cognito.Config{UserPoolID: poolID, ClientID: clientID, ClientSecret: secret},
		"nested": n, "*nested": &n,
		"error":         fmt.Errorf("sign in with %s: %w", secret, io.EOF),
		"joined errors": errors.Join(fmt.Errorf("%v %q", access, id), fmt.Errorf("%x", refresh)),
		"in an any":     struct{ C any }{secret},
	}
}

// leaks reports whether s shows the treasure, in any spelling fmt knows.
func leaks(s string) bool {
	s = strings.ToLower(s)
	for _, form := range []string{treasure, fmt.Sprintf("%x", treasure), fmt.Sprintf("% x", treasure), fmt.Sprintf("%d", []byte(treasure)), "hunter2"} {
		if strings.Contains(s, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

// TestE1_RedactedInEveryVerb leaves out %p and %w. fmt refuses both for such
// values before it asks them how they want to be printed, and go vet reports
// the mistake.
func TestE1_RedactedInEveryVerb(t *testing.T) {
	verbs := "abcdefghijklmnoqrstuvxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!é"
	flags := []string{"", "+", "-", "#", " ", "0", "+#", "# ", "-08.3", "100", ".200", "#100.1", "[1]"}
	for name, value := range secrets() {
		for _, verb := range verbs {
			for _, flag := range flags {
				format := "%" + flag + string(verb)
				if got := fmt.Sprintf(format, value); leaks(got) {
					t.Errorf("Sprintf(%q, %s) = %q, want no secret", format, name, got)
				}
			}
		}
		for call, got := range map[string]string{
			"Sprint":             fmt.Sprint(value),
			"Sprintln":           fmt.Sprintln(value),
			"Sprintf, a width":   fmt.Sprintf("%*d", value, 1),
			"Sprintf, misplaced": fmt.Sprintf("%[3]*.[2]*[1]f", value, value, value),
			"Sprintf, left over": fmt.Sprintf(leftOver, value),
		} {
			if leaks(got) {
				t.Errorf("%s(%s) = %q, want no secret", call, name, got)
			}
		}
	}
}

// leftOver is a format with too few verbs; vet does not look into a variable.
var leftOver = "signed in"

func TestE1_RedactedText(t *testing.T) {
	for name, value := range map[string]any{
		"Secret": cognito.Secret(treasure), "IDToken": cognito.IDToken(treasure), "AccessToken": cognito.AccessToken(treasure), "RefreshToken": cognito.RefreshToken(treasure),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c"} {
			if got := fmt.Sprintf(verb, value); got != "[redacted]" {
				t.Errorf("Sprintf(%q, %s) = %q, want [redacted]", verb, name, got)
			}
		}
		if got := value.(fmt.Stringer).String(); got != "[redacted]" {
			t.Errorf("%s.String() = %q, want [redacted]", name, got)
		}
		if got, err := json.Marshal(value); string(got) != `"[redacted]"` || err != nil {
			t.Errorf("json.Marshal(%s) = %s, %v, want [redacted]", name, got, err)
		}
		if got := value.(slog.LogValuer).LogValue(); got.String() != "[redacted]" {
			t.Errorf("%s.LogValue() = %v, want [redacted]", name, got)
		}
	}
	for name, value := range map[string]any{
		"Secret": cognito.Secret(""), "IDToken": cognito.IDToken(""), "AccessToken": cognito.AccessToken(""), "RefreshToken": cognito.RefreshToken(""),
	} {
		text, err := json.Marshal(value)
		if got := fmt.Sprintf("%v %s", value, text); got != ` ""` || err != nil {
			t.Errorf("the empty %s prints as %q (%v), want nothing", name, got, err)
		}
	}
	if string(cognito.Secret(treasure)) != treasure || string(cognito.AccessToken(treasure)) != treasure {
		t.Error("string(secret) is not the value")
	}
}

func TestE1_RedactedInLogs(t *testing.T) {
	for name, value := range secrets() {
		var b bytes.Buffer
		for _, h := range []slog.Handler{
			slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil),
			slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a }}),
		} {
			l := slog.New(h)
			l.Info("signed in", "value", value)
			l.With("value", value).WithGroup("g").Info("signed in", slog.Group("h", "value", value))
		}
		log.New(&b, "", 0).Print(value)
		if leaks(b.String()) {
			t.Errorf("logs of %s show the secret:\n%s", name, b.String())
		}
		if n := strings.Count(b.String(), "\n"); n < 7 {
			t.Errorf("logs of %s have %d lines, want 7 and more", name, n)
		}
	}
}

func TestE1_RedactedWhenMarshaled(t *testing.T) {
	for name, value := range secrets() {
		if c, ok := value.(cognito.Config); ok {
			value = struct{ Secret cognito.Secret }{c.ClientSecret} // the rest of a Config has functions
		}
		doc, err := json.Marshal(value)
		if err != nil || leaks(string(doc)) {
			t.Errorf("json.Marshal(%s) = %s, %v, want no secret", name, doc, err)
		}
		var page bytes.Buffer
		if err := template.Must(template.New("").Parse(`{{.}} {{printf "%v" .}} {{print .}}`)).Execute(&page, value); err != nil || leaks(page.String()) {
			t.Errorf("a template shows %s: %s (%v)", name, &page, err)
		}
	}
	doc, err := xml.Marshal(cognito.Tokens{ID: treasure, Access: treasure, Refresh: treasure})
	if err != nil || leaks(string(doc)) {
		t.Errorf("xml.Marshal(Tokens) = %s, %v, want no secret", doc, err)
	}
}

// TestE1_ErrorsDoNotQuotePasswords: what stands before an @ in a misplaced URL
// may be one.
func TestE1_ErrorsDoNotQuotePasswords(t *testing.T) {
	for _, raw := range []string{
		"https://app:" + treasure + "@auth.example.com", "ftp://app:" + treasure + "@auth.example.com",
		"https://app:" + treasure + "@auth.example.com:port", "https://app:" + treasure + " @auth.example.com",
	} {
		_, baseErr := hosts.ParseBaseURL(raw)
		_, domainErr := hosts.ParseDomain(raw, "eu-west-1")
		err := cognito.Config{UserPoolID: poolID, ClientID: clientID, Domain: raw, Issuer: raw, Endpoint: raw}.Validate()
		for _, err := range []error{baseErr, domainErr, err} {
			if err == nil || leaks(err.Error()) {
				t.Errorf("%.20s…: %v, want an error without the password", raw, err)
			}
		}
	}
}
