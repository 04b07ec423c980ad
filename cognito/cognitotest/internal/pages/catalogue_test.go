package pages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

var (
	templateAction = regexp.MustCompile(`\{\{.*?\}\}`)
	templateText   = regexp.MustCompile(`\.(?:T|Strong) "([^"]*)"`)
	templateTag    = regexp.MustCompile(`<[^>]*>`)
	templateStyle  = regexp.MustCompile(`(?s)<style>.*?</style>`)
	letters        = regexp.MustCompile(`\pL{2,}`)
)

// Every text in a template goes through the catalogue.
func TestTemplatesHaveNoText(t *testing.T) {
	for name, text := range templateSources(t) {
		bare := templateStyle.ReplaceAllString(text, "")
		bare = templateTag.ReplaceAllString(templateAction.ReplaceAllString(bare, ""), "")
		for _, line := range strings.Split(bare, "\n") {
			if word := letters.FindString(line); word != "" && !strings.Contains(line, "prompt=") {
				t.Errorf("%s has a text outside the catalogue: %q", name, strings.TrimSpace(line))
			}
		}
	}
}

// Every key is in each language, with as many %s, and something uses it; and
// every key that is used is there. Only refusals have their English in the code.
func TestKeys(t *testing.T) {
	used := usedKeys(t)
	if len(used) < 150 {
		t.Fatalf("found %d keys in templates and code: do the expressions still fit?", len(used))
	}
	texts := loadTexts()
	for key, where := range used {
		for lang, byKey := range texts {
			if _, ok := byKey[key]; ok == (lang == "en" && strings.HasPrefix(key, "refusal.")) {
				t.Errorf("%s uses %s: in text/%s.json: %v", where, key, lang, ok)
			}
		}
	}
	for lang, byKey := range texts {
		for key, text := range byKey {
			if used[key] == "" {
				t.Errorf("text/%s.json: nothing uses %s", lang, key)
			}
			if en, ok := texts["en"][key]; ok && strings.Count(en, "%s") != strings.Count(text, "%s") {
				t.Errorf("text/%s.json: %s has another number of %%s than in English: %q", lang, key, text)
			}
			if text == "" {
				t.Errorf("text/%s.json: %s is empty", lang, key)
			}
			if lang == "de" && strings.HasPrefix(key, "refusal.") && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "%s") {
				t.Errorf("text/%s.json: %s is a sentence without a full stop: %q", lang, key, text)
			}
		}
	}
}

// usedKeys are the keys in templates and in the code of the emulator, with
// where each is used.
func usedKeys(t *testing.T) map[string]string {
	used := make(map[string]string)
	for name, text := range templateSources(t) {
		for _, m := range templateText.FindAllStringSubmatch(text, -1) {
			used[m[1]] = name
		}
	}
	groups := make(map[string]bool)
	for _, byKey := range loadTexts() {
		for key := range byKey {
			group, _, _ := strings.Cut(key, ".")
			groups[group] = true
		}
	}
	quoted := regexp.MustCompile(`"((?:` + strings.Join(slices.Sorted(maps.Keys(groups)), "|") + `)\.[A-Za-z_]+)"`)
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
			used[m[1]] = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return used
}

func templateSources(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(files, "html/*.html")
	if err != nil || len(names) < 10 {
		t.Fatalf("templates = %v, %v", names, err)
	}
	sources := make(map[string]string)
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(text)
	}
	return sources
}

// No file has a key twice: encoding/json would take the last.
func TestKeysOnce(t *testing.T) {
	for lang := range loadTexts() {
		source, err := textFiles.ReadFile("text/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[any]bool)
		dec := json.NewDecoder(bytes.NewReader(source))
		_, err = dec.Token()
		for err == nil && dec.More() {
			var key json.Token
			if key, err = dec.Token(); seen[key] {
				t.Errorf("text/%s.json has %s twice", lang, key)
			}
			seen[key] = true
			var text string
			err = errors.Join(err, dec.Decode(&text))
		}
		if err != nil || len(seen) == 0 {
			t.Errorf("text/%s.json: %v", lang, err)
		}
	}
}

// The refusals of package refusal, which the pages show, have texts in every
// language.
func TestRefusalsHaveKeys(t *testing.T) {
	source, err := os.ReadFile("../refusal/message.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\t[A-Z]\w+ += (?:Message|New|shown|broken)\b.*$`).FindAllString(string(source), -1)
	if len(declared) < 35 {
		t.Fatalf("found %d refusals: does the expression still fit?", len(declared))
	}
	for _, line := range declared {
		if !strings.Contains(line, `("refusal.`) {
			t.Errorf("refusal/message.go: no key: %s", strings.TrimSpace(line))
		}
	}
}

func TestSay(t *testing.T) {
	tests := []struct {
		lang string
		err  error
		want string
	}{
		{"en", Problem("error.notFound"), "There is no such page here."},
		{"de", Problem("error.notFound"), "Diese Seite gibt es hier nicht."},
		{"en", refusal.WrongPassword, "Incorrect username or password."},
		{"de", refusal.WrongPassword, "Benutzername oder Passwort ist falsch."},
		{"de", fmt.Errorf("sign-up: %w", refusal.PasswordShort), "Das Passwort genügt den Regeln nicht: Es ist zu kurz."},
		{"de", refusal.HookFailed("PreSignUp", errors.New("not you")), "PreSignUp ist fehlgeschlagen: not you."},
		{"de", refusal.HookFailed("PreSignUp", errors.New("100 %s")), "PreSignUp ist fehlgeschlagen: 100 %s."},
		{"en", refusal.HookFailed("PreSignUp", errors.New("not you")), "PreSignUp failed with error not you."},
		{"de", refusal.New("X", "of the API alone").Keyed("refusal.attributeMissing", "custom:team"), "Es fehlt eine Angabe: custom:team"},
		{"de", refusal.New("X", "of the API alone"), "of the API alone"},
		{"de", errors.New("no text"), "no text"},
	}
	for _, tt := range tests {
		if got := (Page{Lang: tt.lang}).Say(tt.err); got != tt.want {
			t.Errorf("Say(%q) in %s = %q, want %q", tt.err, tt.lang, got, tt.want)
		}
	}
	for lang, want := range map[string]string{"de": "de", "en": "en", "fr": "en", "": "en"} {
		if got := TextLanguage(lang); got != want {
			t.Errorf("TextLanguage(%q) = %q, want %q", lang, got, want)
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
