package page_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
)

// TestAccount: an address is text, and hidden fields are in the first form.
func TestAccount(t *testing.T) {
	got := page.Account(`<b>HIDDEN</b>@example.com`, `<input type="hidden" name="_csrf" value="x">`)
	if !strings.Contains(got, "<h1>Hello &lt;b&gt;HIDDEN&lt;/b&gt;@example.com</h1>") {
		t.Errorf("the address is not text:\n%s", got)
	}
	if !strings.Contains(got, `action="/note"><input type="hidden" name="_csrf" value="x"><input id="text"`) || strings.Count(got, "_csrf") != 1 {
		t.Errorf("the hidden field is not in the form of the note:\n%s", got)
	}
	if got := page.Account("jane@example.com"); strings.Contains(got, "HIDDEN") || strings.Contains(got, "EMAIL") {
		t.Errorf("without hidden fields:\n%s", got)
	}
}
