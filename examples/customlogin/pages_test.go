package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	formElement  = regexp.MustCompile(`(?s)<form.*?</form>`)
	inputElement = regexp.MustCompile(`(?s)<input[^>]*>`)
)

// A password manager saves a new password under the name in the same form.
// It reads text fields alone and passes over fields of type hidden.
func TestPasswordManagersFindTheName(t *testing.T) {
	files, err := filepath.Glob("pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("pages = %v, %v", files, err)
	}
	for _, file := range files {
		html, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, input := range inputElement.FindAllString(string(html), -1) {
			if strings.Contains(input, `type="hidden"`) && strings.Contains(input, "autocomplete=") {
				t.Errorf("%s: %s: a password manager does not read it", file, input)
			}
		}
		for _, form := range formElement.FindAllString(string(html), -1) {
			asksForNew := strings.Contains(form, `autocomplete="new-password"`)
			// The page for a challenge has the name in its session alone.
			if asksForNew && !strings.Contains(form, `autocomplete="username"`) && !strings.HasSuffix(file, "challenge.html") {
				t.Errorf("%s: the form with a new password has no field for the username", file)
			}
		}
	}
}
