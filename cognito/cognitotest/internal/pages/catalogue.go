package pages

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// textFiles has one file for each language. A key names the page and the text,
// such as forgot.lead; %s is where a name, an address or a number goes. The
// keys that begin with "refusal." have their English in the code, as Cognito's
// own words: most are in package refusal.
//
//go:embed text
var textFiles embed.FS

// loadTexts reads the texts, by language and key.
var loadTexts = sync.OnceValue(func() map[string]map[string]string {
	all := make(map[string]map[string]string)
	names, err := fs.Glob(textFiles, "text/*.json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		text, err := textFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		var byKey map[string]string
		if err := json.Unmarshal(text, &byKey); err != nil {
			panic("cognitotest: " + name + ": " + err.Error())
		}
		all[strings.TrimSuffix(path.Base(name), ".json")] = byKey
	}
	return all
})

// text returns the text of a key in a language that has texts.
func text(lang, key string) string {
	found, ok := loadTexts()[lang][key]
	if !ok {
		panic("cognitotest: text/" + lang + ".json has no " + key)
	}
	return found
}

// T is the text of a key in the page's language, with the arguments in the
// place of its %s.
func (pg Page) T(key string, args ...string) string {
	found := text(pg.Lang, key)
	for _, arg := range args {
		found = strings.Replace(found, "%s", arg, 1)
	}
	return found
}

// A Problem is an error that only pages show, by its key.
type Problem string

func (p Problem) Error() string { return text("en", string(p)) }

// TextKey is the key itself.
func (p Problem) TextKey() (key string, args []string) { return string(p), nil }

// Say is an error in the page's language, or in Cognito's English if it has no
// text of its own.
func (pg Page) Say(err error) string {
	var keyed interface {
		TextKey() (key string, args []string)
	}
	if pg.Lang != "en" && errors.As(err, &keyed) {
		if key, args := keyed.TextKey(); key != "" {
			return pg.T(key, args...)
		}
	}
	return err.Error()
}
