package cognitotest

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

var (
	templateAction = regexp.MustCompile(`\{\{.*?\}\}`)
	templateText   = regexp.MustCompile(`\.(?:T|Strong) "([^"]*)"`)
	templateTag    = regexp.MustCompile(`<[^>]*>`)
	templateStyle  = regexp.MustCompile(`(?s)<style>.*?</style>`)
	letters        = regexp.MustCompile(`\pL{2,}`)
)

// Every text in a template goes through the catalogue, and has a translation.
func TestCatalogueCoversTheTemplates(t *testing.T) {
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil || len(names) < 10 {
		t.Fatalf("templates = %v, %v", names, err)
	}
	for _, name := range names {
		text, err := pageFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range templateText.FindAllStringSubmatch(string(text), -1) {
			wantTranslated(t, name, m[1])
		}
		bare := templateStyle.ReplaceAllString(string(text), "")
		bare = templateTag.ReplaceAllString(templateAction.ReplaceAllString(bare, ""), "")
		for _, line := range strings.Split(bare, "\n") {
			if word := letters.FindString(line); word != "" && !strings.Contains(line, "prompt=") {
				t.Errorf("%s has a text outside the catalogue: %q", name, strings.TrimSpace(line))
			}
		}
	}
}

// Every message, title and label that Go code hands to a page has one too.
func TestCatalogueCoversTheCode(t *testing.T) {
	quoted := regexp.MustCompile(`(?:\b(?:Title|Error|Notice|Detail): |(?:Title|Error|Detail) = |problem: |= message\{\w+, |= message\{"\w+", |return "", |text: )"((?:[^"\\]|\\.)*)"`)
	files := []string{"login.go", "signup.go", "confirm.go", "forgot.go", "message.go", "pages.go", "mfapage.go", "newpassword.go", "playedpage.go", "confirmuser.go"}
	found := 0
	for _, name := range files {
		for _, line := range strings.Split(sourceOf(t, name), "\n") {
			if strings.Contains(line, "event.Error") { // for the log
				continue
			}
			for _, m := range quoted.FindAllStringSubmatch(line, -1) {
				found++
				wantTranslated(t, name, m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("found %d texts, want 40 and more: does the expression still fit the code?", found)
	}
	for _, f := range attributeFields {
		wantTranslated(t, "attribute.go", f.label)
	}
	for _, kind := range []federation.Type{federation.OIDC, federation.SAML} {
		for _, f := range failuresOf(kind) {
			wantTranslated(t, "failure.go", f.label())
		}
	}
	policy := DefaultPasswordPolicy()
	for _, password := range []string{"", strings.Repeat("x", 300), "aaaaaaa1-", "AAAAAAA1-", "AAAAaaaa-", "AAAAaaaa1"} {
		wantTranslated(t, "password.go", policy.broken(password))
	}
}

func wantTranslated(t *testing.T, where, text string) {
	t.Helper()
	for lang, texts := range catalogue {
		if texts[text] == "" {
			t.Errorf("%s: %q has no translation into %s", where, text, lang)
		}
		if strings.Count(texts[text], "%s") != strings.Count(text, "%s") {
			t.Errorf("%s: %q has another number of %%s than %q", lang, texts[text], text)
		}
	}
}

func TestTranslate(t *testing.T) {
	tests := []struct{ lang, text, want string }{
		{"en", "Sign in", "Sign in"},
		{"de", "Sign in", "Anmelden"},
		{"fr", "Sign in", "Sign in"},
		{"de", "no such text", "no such text"},
		{"de", "Password did not conform with policy: Password not long enough", "Das Passwort genügt den Regeln nicht: es ist zu kurz"},
		{"de", "PreSignUp failed with error not you.", "PreSignUp ist fehlgeschlagen: not you."},
		{"de", "Attributes did not conform to the schema: custom:team: The attribute is required", "Es fehlt eine Angabe: custom:team"},
	}
	for _, tt := range tests {
		if got := translate(tt.lang, tt.text); got != tt.want {
			t.Errorf("translate(%s, %q) = %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestPolicyHint(t *testing.T) {
	tests := []struct {
		lang   string
		policy PasswordPolicy
		want   string
	}{
		{"en", DefaultPasswordPolicy(), "At least 8 characters, with an upper-case letter, a lower-case letter, a number and a symbol."},
		{"de", DefaultPasswordPolicy(), "Mindestens 8 Zeichen, darunter ein Großbuchstabe, ein Kleinbuchstabe, eine Ziffer und ein Sonderzeichen."},
		{"en", PasswordPolicy{}, "At least 8 characters."},
		{"de", PasswordPolicy{RequireNumbers: true}, "Mindestens 8 Zeichen, darunter eine Ziffer."},
	}
	for _, tt := range tests {
		if got := policyHint(tt.lang, tt.policy, "8"); got != tt.want {
			t.Errorf("policyHint(%s) = %q, want %q", tt.lang, got, tt.want)
		}
	}
}

func sourceOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
