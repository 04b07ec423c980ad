package pages

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
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
	names, err := fs.Glob(files, "html/*.html")
	if err != nil || len(names) < 10 {
		t.Fatalf("templates = %v, %v", names, err)
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
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

func wantTranslated(t *testing.T, where, text string) {
	t.Helper()
	for lang, texts := range Catalogue {
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
		policy credential.Policy
		want   string
	}{
		{"en", credential.DefaultPolicy(), "At least 8 characters, with an upper-case letter, a lower-case letter, a number and a symbol."},
		{"de", credential.DefaultPolicy(), "Mindestens 8 Zeichen, darunter ein Großbuchstabe, ein Kleinbuchstabe, eine Ziffer und ein Sonderzeichen."},
		{"en", credential.Policy{}, "At least 8 characters."},
		{"de", credential.Policy{RequireNumbers: true}, "Mindestens 8 Zeichen, darunter eine Ziffer."},
	}
	for _, tt := range tests {
		if got := PolicyHint(tt.lang, tt.policy, "8"); got != tt.want {
			t.Errorf("policyHint(%s) = %q, want %q", tt.lang, got, tt.want)
		}
	}
}
