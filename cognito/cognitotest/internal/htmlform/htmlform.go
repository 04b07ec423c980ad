// Package htmlform finds forms, links and messages in the HTML of the hosted
// pages.
package htmlform

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A Form is a form of a hosted page with the values that a browser would
// send when its first button is pressed.
type Form struct {
	Page   *url.URL
	action string
	Fields url.Values
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

// Find returns the first form with fields of all these names, or nil.
func Find(page string, fields ...string) *Form {
	for _, m := range formElement.FindAllStringSubmatch(page, -1) {
		form := parseForm(m[1], m[2])
		if form.hasAll(fields) {
			return form
		}
	}
	return nil
}

func parseForm(tag, inner string) *Form {
	form := &Form{action: attributesOf(tag)["action"], Fields: make(url.Values), names: make(map[string]bool)}
	for _, m := range fieldElement.FindAllStringSubmatch(inner, -1) {
		element, a := m[1], attributesOf(m[2])
		form.names[a["name"]] = true
		off := (a["type"] == "radio" || a["type"] == "checkbox") && !strings.HasSuffix(m[2], " checked")
		if element == "input" && !off {
			form.Fields.Set(a["name"], a["value"])
		}
	}
	return form
}

func (f *Form) hasAll(names []string) bool {
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

// Alert returns what the error banner of a page says, or "".
func Alert(page string) string { return elementText(alertElement, page) }

// Heading returns the heading of a page, or "".
func Heading(page string) string { return elementText(headingElement, page) }

func elementText(element *regexp.Regexp, page string) string {
	m := element.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(m[1]))
}

// ProviderLink returns where the button of a provider on the sign-in page
// leads, or "".
func ProviderLink(page, provider string) string {
	for _, m := range linkElement.FindAllStringSubmatch(page, -1) {
		if a := attributesOf(m[1]); a["data-provider"] == provider {
			return a["href"]
		}
	}
	return ""
}

// Send posts the form as a browser does.
func (f *Form) Send(browser *http.Client) (*http.Response, error) {
	target, err := f.Page.Parse(f.action)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: action of the form on %s: %w", f.Page.Path, err)
	}
	req, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(f.Fields.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", f.Page.Scheme+"://"+f.Page.Host)
	return browser.Do(req)
}
