// Package look has the styles of pages. These are the colours that the
// library's own pages, the emulator and the examples share, and the brand of an
// app.
package look

import (
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/markup"
)

// Palette is the part of a style sheet that names the colours, in light and in
// dark. Examples have a copy: a test compares them.
//
//go:embed palette.css
var Palette string

// The accent and its ground, as in palette.css.
const (
	defaultAccent = "#1f5fbf"
	lightCard     = "#ffffff"
	darkCard      = "#1a212b"
)

// maxName is how long the name of an app may be, in bytes.
const maxName = 60

// A Brand is what an app changes in the built-in pages. The zero Brand changes
// nothing.
type Brand struct {
	Name string
	Logo string // absolute URL, or "" for none
	CSS  string // follows the style sheet of a page, or ""

	icon string
}

// CheckName reports what is wrong with the name of an app.
func CheckName(name string) error {
	switch {
	case len(name) > maxName || !utf8.ValidString(name):
		return fmt.Errorf("a name has at most %d bytes", maxName)
	case strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return errors.New("a name has no space at its ends and no line breaks")
	}
	return nil
}

// SetAccent gives buttons and the icon a colour, such as "#1f5fbf" or "#06c".
// Text on it is white or black, whichever reads better. Where the colour is
// hard to tell from the page, a border of a lighter or darker one shows it.
func (b *Brand) SetAccent(accent string) error {
	c, err := parseColour(accent)
	if err != nil {
		return err
	}
	on := c.textOn()
	strong := c.towards(on.opposite(), 20)
	fill := "--accent:" + c.hex() + ";--accent-strong:" + strong.hex() + ";--on-accent:" + on.hex() + ";--ring:"
	b.CSS = ":root{" + fill + c.seenOn(lightCard).hex() + "}" +
		"@media (prefers-color-scheme:dark){:root{" + fill + c.seenOn(darkCard).hex() + "}}"
	b.icon = icon(b.Name, c.hex(), on.hex())
	return nil
}

// ParseLogo returns the absolute URL of a logo: a path below an app's base URL,
// or an https URL.
func ParseLogo(logo, base string) (string, error) {
	u, err := url.Parse(logo)
	if err != nil || strings.ContainsAny(logo, "\\\r\n\t") || u.User != nil || u.Fragment != "" {
		return "", errors.New("it is not the URL of an image")
	}
	if u.Scheme == "" && u.Host == "" && strings.HasPrefix(logo, "/") && !strings.HasPrefix(logo, "//") {
		return strings.TrimSuffix(base, "/") + u.String(), nil
	}
	if u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !hosts.IsLoopback(u.Hostname())) {
		return "", errors.New("it must be a path of this site, such as /logo.svg, or begin with https://")
	}
	return u.String(), nil
}

// ImageSource is the logo in a Content-Security-Policy: this one image. The
// query is left out. It is "" where there is no logo.
func (b *Brand) ImageSource() string {
	u, err := url.Parse(b.Logo)
	if err != nil || b.Logo == "" {
		return ""
	}
	path := strings.NewReplacer(";", "%3B", ",", "%2C", "'", "%27").Replace(u.EscapedPath())
	return u.Scheme + "://" + u.Host + path
}

// Icon is the page's icon as a data URL: a browser that finds none asks the app
// for /favicon.ico.
func (b *Brand) Icon() string {
	if b.icon == "" {
		return icon(b.Name, defaultAccent, "#ffffff")
	}
	return b.icon
}

// icon draws the first letter of a name, or a keyhole.
func icon(name, fill, on string) string {
	sign := `<circle cx="16" cy="13" r="4.5"/><path d="M16 13l3.5 11h-7z"/>`
	if first, _ := utf8.DecodeRuneInString(name); name != "" {
		sign = `<text x="16" y="22.5" text-anchor="middle" font-family="system-ui,sans-serif" font-size="19" font-weight="700">` +
			markup.Escape(string(unicode.ToUpper(first))) + `</text>`
	}
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="` + fill + `"/><g fill="` + on + `">` + sign + `</g></svg>`
	return "data:image/svg+xml," + strings.ReplaceAll(url.QueryEscape(svg), "+", "%20")
}
