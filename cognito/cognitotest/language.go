package cognitotest

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// language is the language the browser wants: lang in the query, if that is
// one of the languages, else the one it wanted last.
func (c *call) language() string {
	if lang, ok := c.askedLanguage(); ok {
		return lang
	}
	if lang := c.cookie(pages.LanguageCookie); slices.Contains(pages.Languages, lang) {
		return lang
	}
	return "en"
}

func (c *call) askedLanguage() (string, bool) {
	asked := c.query["lang"]
	if len(asked) != 1 || !slices.Contains(pages.Languages, asked[0]) {
		return "", false
	}
	return asked[0], true
}

// rememberLanguage keeps the language that the query asks for.
func (c *call) rememberLanguage() {
	if lang, ok := c.askedLanguage(); ok {
		c.setCookie(pages.LanguageCookie, lang, pages.LanguageLife)
	}
}
