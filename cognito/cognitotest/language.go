package cognitotest

import (
	"html/template"
	"slices"
	"strings"
	"time"
)

// languageCookie remembers the language of the pages.
const (
	languageCookie = "lang"
	languageLife   = 365 * 24 * time.Hour
)

// languages are the values of lang that Cognito documents. The catalogue has
// two of them; the others are remembered, and their pages are in English.
var languages = []string{"de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"}

// language is the language the browser wants: lang in the query, if that is
// one of the languages, else the one it wanted last.
func (c *call) language() string {
	if lang, ok := c.askedLanguage(); ok {
		return lang
	}
	if lang := c.cookie(languageCookie); slices.Contains(languages, lang) {
		return lang
	}
	return "en"
}

func (c *call) askedLanguage() (string, bool) {
	asked := c.query["lang"]
	if len(asked) != 1 || !slices.Contains(languages, asked[0]) {
		return "", false
	}
	return asked[0], true
}

// rememberLanguage keeps the language that the query asks for.
func (c *call) rememberLanguage() {
	if lang, ok := c.askedLanguage(); ok {
		c.setCookie(languageCookie, lang, languageLife)
	}
}

// textLanguage is the language that texts for lang are really in.
func textLanguage(lang string) string {
	if lang != "en" && catalogue[lang] == nil {
		return "en"
	}
	return lang
}

// translate returns a text in a language. Texts that the catalogue lacks stay
// as they are. One that fits an entry with %s, such as a message around the
// name of an attribute, is translated around and within it.
func translate(lang, text string) string {
	texts := catalogue[lang]
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
func (pg page) T(text string, args ...string) string {
	text = translate(pg.Lang, text)
	for _, arg := range args {
		text = strings.Replace(text, "%s", arg, 1)
	}
	return text
}

// Strong is T with the argument set in bold.
func (pg page) Strong(text, arg string) template.HTML {
	before, after, _ := strings.Cut(translate(pg.Lang, text), "%s")
	return template.HTML(template.HTMLEscapeString(before) + "<strong>" + template.HTMLEscapeString(arg) + "</strong>" + template.HTMLEscapeString(after))
}

// policyHint says in words what a new password has to look like.
func policyHint(lang string, policy PasswordPolicy, minimum string) string {
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
	pg := page{Lang: lang}
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
