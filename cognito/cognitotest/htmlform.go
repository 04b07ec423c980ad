package cognitotest

import (
	"html"
	"net/url"
	"regexp"
	"strings"
)

// An htmlForm is a form of a hosted page with the values that a browser would
// send when its first button is pressed.
type htmlForm struct {
	page   *url.URL
	action string
	fields url.Values
	names  map[string]bool // of all its fields, buttons included
}

// The hosted pages are the package's own, so that their HTML is known to be
// regular: attributes in double quotes, no form within a form.
var (
	formElement    = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	fieldElement   = regexp.MustCompile(`<(input|select|button)\b([^>]*)>`)
	attribute      = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	alertElement   = regexp.MustCompile(`(?s)<[a-z]+[^>]* role="alert"[^>]*>(.*?)</`)
	headingElement = regexp.MustCompile(`(?s)<h1>(.*?)</h1>`)
	linkElement    = regexp.MustCompile(`<a\b([^>]*)>`)
)

// findForm returns the first form with fields of all these names, or nil.
func findForm(page string, fields ...string) *htmlForm {
	for _, m := range formElement.FindAllStringSubmatch(page, -1) {
		form := parseForm(m[1], m[2])
		if form.hasAll(fields) {
			return form
		}
	}
	return nil
}

func parseForm(tag, inner string) *htmlForm {
	form := &htmlForm{action: attributesOf(tag)["action"], fields: make(url.Values), names: make(map[string]bool)}
	for _, m := range fieldElement.FindAllStringSubmatch(inner, -1) {
		element, a := m[1], attributesOf(m[2])
		form.names[a["name"]] = true
		off := (a["type"] == "radio" || a["type"] == "checkbox") && !strings.HasSuffix(m[2], " checked")
		if element == "input" && !off {
			form.fields.Set(a["name"], a["value"])
		}
	}
	return form
}

func (f *htmlForm) hasAll(names []string) bool {
	for _, name := range names {
		if !f.names[name] {
			return false
		}
	}
	return true
}

// attributesOf returns the attributes of a tag that have a value.
func attributesOf(tag string) map[string]string {
	all := make(map[string]string)
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

// alertText returns what the error banner of a page says, or "".
func alertText(page string) string { return elementText(alertElement, page) }

// headingText returns the heading of a page, or "".
func headingText(page string) string { return elementText(headingElement, page) }

func elementText(element *regexp.Regexp, page string) string {
	m := element.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(m[1]))
}

// providerLinkOf returns where the button of a provider on the sign-in page
// leads, or "".
func providerLinkOf(page, provider string) string {
	for _, m := range linkElement.FindAllStringSubmatch(page, -1) {
		if a := attributesOf(m[1]); a["data-provider"] == provider {
			return a["href"]
		}
	}
	return ""
}
