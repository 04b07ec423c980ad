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

// Languages are the values of lang that Cognito documents. The catalogue has
// two of them; the others are remembered, and their pages are in English.
var Languages = []string{"de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"}

// TextLanguage is the language that texts for lang are really in.
func TextLanguage(lang string) string {
	if lang != "en" && Catalogue[lang] == nil {
		return "en"
	}
	return lang
}

// translate returns a text in a language. Texts that the catalogue lacks stay
// as they are. One that fits an entry with %s, such as a message around the
// name of an attribute, is translated around and within it.
func translate(lang, text string) string {
	texts := Catalogue[lang]
	if translated, ok := texts[text]; ok {
		return translated
	}
	for _, pattern := range patterns {
		before, after, _ := strings.Cut(pattern, "%s")
		if len(text) < len(before)+len(after) || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
			continue
		}
		if translated, ok := texts[pattern]; ok {
			return strings.Replace(translated, "%s", translate(lang, text[len(before):len(text)-len(after)]), 1)
		}
	}
	return text
}

// T is a text in the page's language, with the arguments in the place of its
// %s.
func (pg Page) T(text string, args ...string) string {
	text = translate(pg.Lang, text)
	for _, arg := range args {
		text = strings.Replace(text, "%s", arg, 1)
	}
	return text
}

// Strong is T with the argument set in bold.
func (pg Page) Strong(text, arg string) template.HTML {
	before, after, _ := strings.Cut(translate(pg.Lang, text), "%s")
	return template.HTML(template.HTMLEscapeString(before) + "<strong>" + template.HTMLEscapeString(arg) + "</strong>" + template.HTMLEscapeString(after))
}

// PolicyHint says in words what a new password has to look like.
func PolicyHint(lang string, policy credential.Policy, minimum string) string {
	var parts []string
	for _, rule := range []struct {
		wanted bool
		text   string
	}{
		{policy.RequireUppercase, "an upper-case letter"},
		{policy.RequireLowercase, "a lower-case letter"},
		{policy.RequireNumbers, "a number"},
		{policy.RequireSymbols, "a symbol"},
	} {
		if rule.wanted {
			parts = append(parts, translate(lang, rule.text))
		}
	}
	pg := Page{Lang: lang}
	switch n := len(parts); n {
	case 0:
		return pg.T("At least %s characters.", minimum)
	case 1:
		return pg.T("At least %s characters, with %s.", minimum, parts[0])
	default:
		list := strings.Join(parts[:n-1], ", ") + pg.T(" and ") + parts[n-1]
		return pg.T("At least %s characters, with %s.", minimum, list)
	}
}
