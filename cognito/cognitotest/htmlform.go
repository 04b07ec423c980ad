package cognitotest

import (
	"html"
	"net/url"
	"regexp"
	"strings"
)

// An htmlForm is a form of a hosted page with the values it came with.
type htmlForm struct {
	page   *url.URL
	action string
	fields url.Values
}

// The hosted pages are the package's own, so that their HTML is known to be
// regular: attributes in double quotes, no form within a form.
var (
	formElement  = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	inputElement = regexp.MustCompile(`<input\b([^>]*)>`)
	attribute    = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	alertElement = regexp.MustCompile(`(?s)<[a-z]+[^>]* role="alert"[^>]*>(.*?)</`)
)

// findForm returns the first form with a field of that name, or nil.
func findForm(page, field string) *htmlForm {
	for _, m := range formElement.FindAllStringSubmatch(page, -1) {
		form := &htmlForm{action: attributesOf(m[1])["action"], fields: make(url.Values)}
		for _, input := range inputElement.FindAllStringSubmatch(m[2], -1) {
			a := attributesOf(input[1])
			form.fields.Set(a["name"], a["value"])
		}
		if form.fields.Has(field) {
			return form
		}
	}
	return nil
}

func attributesOf(tag string) map[string]string {
	all := make(map[string]string)
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

// alertText returns what the error banner of a page says, or "".
func alertText(page string) string {
	m := alertElement.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(m[1]))
}
