package cognitotest_test

import (
	"regexp"
	"slices"
	"testing"
)

// Each field names what a browser may fill in with one word of the HTML
// standard. Two words, such as "username email", are not valid.
func TestAutocompleteIsValid(t *testing.T) {
	valid := []string{
		"off", "username", "current-password", "new-password", "one-time-code", "name", "given-name",
		"family-name", "additional-name", "nickname", "email", "tel", "bday", "sex", "url", "photo", "street-address",
	}
	v := newVisitor(t, newPool(t))
	for _, path := range []string{"/login", "/signup", "/forgotPassword"} {
		found := regexp.MustCompile(`autocomplete="([^"]*)"`).FindAllStringSubmatch(v.get(path+query()).body, -1)
		if len(found) == 0 {
			t.Errorf("%s has no field", path)
		}
		for _, m := range found {
			if !slices.Contains(valid, m[1]) {
				t.Errorf("%s: autocomplete=%q is not one word of the standard", path, m[1])
			}
		}
	}
}
