package cognitotest

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// Every message, title and label that Go code hands to a page has one too.
func TestCatalogueCoversTheCode(t *testing.T) {
	quoted := regexp.MustCompile(`(?:\b(?:Title|Error|Notice|Detail): |(?:Title|Error|Detail) = |problem: |= Message\{\w+, |= Message\{"\w+", |return "", |text: )"((?:[^"\\]|\\.)*)"`)
	files := []string{
		"internal/hosted/login.go", "internal/hosted/signup.go", "internal/hosted/confirm.go", "internal/hosted/forgot.go",
		"internal/refusal/message.go", "internal/request/pages.go", "internal/hosted/mfapage.go", "internal/hosted/newpassword.go",
		"internal/hosted/playedpage.go", "internal/hosted/confirmuser.go",
	}
	found := 0
	for _, name := range files {
		for _, line := range strings.Split(sourceOf(t, name), "\n") {
			if strings.Contains(line, "Event.Error") { // for the log
				continue
			}
			for _, m := range quoted.FindAllStringSubmatch(line, -1) {
				found++
				wantInCatalogue(t, name, m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("found %d texts, want 40 and more: does the expression still fit the code?", found)
	}
	for _, f := range pages.AttributeFields {
		wantInCatalogue(t, "attribute.go", f.Label)
	}
	for _, kind := range []federation.Type{federation.OIDC, federation.SAML} {
		for _, f := range failure.Of(kind) {
			wantInCatalogue(t, "failure.go", f.Label())
		}
	}
	policy := credential.DefaultPolicy()
	for _, password := range []string{"", strings.Repeat("x", 300), "aaaaaaa1-", "AAAAAAA1-", "AAAAaaaa-", "AAAAaaaa1"} {
		wantInCatalogue(t, "password.go", policy.Broken(password))
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

func wantInCatalogue(t *testing.T, where, text string) {
	t.Helper()
	for lang, texts := range pages.Catalogue {
		if texts[text] == "" {
			t.Errorf("%s: %q has no translation into %s", where, text, lang)
		}
	}
}
