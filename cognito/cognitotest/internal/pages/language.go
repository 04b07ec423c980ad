package pages

import (
	"html/template"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// LanguageCookie remembers the language of the pages.
const (
	LanguageCookie = "lang"
	LanguageLife   = 365 * 24 * time.Hour
)

// Languages are the values of lang that Cognito documents. There are texts in
// two of them; the others are remembered, and their pages are in English.
var Languages = []string{"de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"}

// TextLanguage is the language that texts for lang are really in.
func TextLanguage(lang string) string {
	if loadTexts()[lang] == nil {
		return "en"
	}
	return lang
}

// Strong is T with the argument set in bold.
func (pg Page) Strong(key, arg string) template.HTML {
	before, after, _ := strings.Cut(text(pg.Lang, key), "%s")
	return template.HTML(template.HTMLEscapeString(before) + "<strong>" + template.HTMLEscapeString(arg) + "</strong>" + template.HTMLEscapeString(after))
}

// PolicyHint says in words what a new password has to look like.
func PolicyHint(lang string, policy credential.Policy, minimum string) string {
	pg := Page{Lang: lang}
	var parts []string
	for _, rule := range []struct {
		wanted bool
		key    string
	}{
		{policy.RequireUppercase, "policy.uppercase"},
		{policy.RequireLowercase, "policy.lowercase"},
		{policy.RequireNumbers, "policy.number"},
		{policy.RequireSymbols, "policy.symbol"},
	} {
		if rule.wanted {
			parts = append(parts, pg.T(rule.key))
		}
	}
	switch n := len(parts); n {
	case 0:
		return pg.T("policy.length", minimum)
	case 1:
		return pg.T("policy.lengthAndKinds", minimum, parts[0])
	default:
		list := strings.Join(parts[:n-1], ", ") + pg.T("policy.and") + parts[n-1]
		return pg.T("policy.lengthAndKinds", minimum, list)
	}
}
