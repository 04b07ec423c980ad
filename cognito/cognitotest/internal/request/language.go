package request

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// language is the language the browser wants: lang in the query, if that is
// one of the languages, else the one it wanted last.
func (c *Call) language() string {
	if lang, ok := c.askedLanguage(); ok {
		return lang
	}
	if lang := c.Cookie(pages.LanguageCookie); slices.Contains(pages.Languages, lang) {
		return lang
	}
	return "en"
}

func (c *Call) askedLanguage() (string, bool) {
	asked := c.Query["lang"]
	if len(asked) != 1 || !slices.Contains(pages.Languages, asked[0]) {
		return "", false
	}
	return asked[0], true
}

// RememberLanguage keeps the language that the query asks for.
func (c *Call) RememberLanguage() {
	if lang, ok := c.askedLanguage(); ok {
		c.SetCookie(pages.LanguageCookie, lang, pages.LanguageLife)
	}
}
