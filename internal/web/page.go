package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed75762126/cognito-go/internal/look"
	"github.com/seed75762126/cognito-go/internal/markup"
)

//go:embed page.css
var pageRules string

// pageCSS is the style sheet of every page. That of a brand follows it.
var (
	pageCSS   = look.Palette + pageRules
	styleHash = styleSource(pageCSS)
)

// A Page is one of the built-in pages: a heading, a few sentences and what
// the visitor can do next. It works without JavaScript.
type Page struct {
	Title   string
	Text    []string
	Actions []Action
	Code    string // shown small, for a report to the app's people
	Brand   look.Brand

	// LoadsImage allows an image of this origin, or what a Link header has the
	// browser fetch as one.
	LoadsImage bool

	// Framed says that the page is shown in a frame of another page. Its links
	// leave the frame, since neither the login nor a page behind it can be
	// shown there. Such a page has no forms that another site could have a
	// visitor click on.
	Framed bool

	// FormTargets are the origins, beside this one, that posting a form of
	// the page may lead to by redirects.
	FormTargets []string
}

// An Action is a link, or a button that posts an empty form.
type Action struct {
	Label   string
	URL     string
	Post    bool
	Primary bool
}

// TryAgain loads the page's own address again, as the browser knows it: a proxy
// may have taken the first part of its path away.
var TryAgain = Action{Label: "Try again", Primary: true}

// MayTryAgain reports whether the same request may succeed a moment later, and
// may be sent again by a link.
func MayTryAgain(r *http.Request, status int) bool {
	return status == http.StatusServiceUnavailable && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// Write answers with the page.
func (p *Page) Write(w http.ResponseWriter, status int) {
	body := p.html()
	h := w.Header()
	Describe(h, "text/html; charset=utf-8", p.policy())
	Challenge(h, status)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Referrer-Policy", p.referrerPolicy())
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// policy is the page's Content-Security-Policy.
func (p *Page) policy() string {
	images := "data:" // the icon
	if p.LoadsImage {
		images = "'self' data:"
	}
	if logo := p.Brand.ImageSource(); logo != "" {
		images += " " + logo
	}
	styles := styleHash
	if p.Brand.CSS != "" {
		styles += " " + styleSource(p.Brand.CSS)
	}
	forms := strings.Join(append([]string{"'self'"}, p.FormTargets...), " ")
	ancestors := "; frame-ancestors 'none'"
	if p.framed() {
		ancestors = ""
	}
	return "default-src 'none'; img-src " + images + "; style-src " + styles + "; form-action " + forms + "; base-uri 'none'" + ancestors
}

// framed reports whether other pages may show this one in a frame.
func (p *Page) framed() bool { return p.Framed && !p.hasForm() }

// referrerPolicy is no-referrer, except on pages with a form: it would have the
// browser send "Origin: null" with it, which looks like another site's.
func (p *Page) referrerPolicy() string {
	if p.hasForm() {
		return "same-origin"
	}
	return "no-referrer"
}

func (p *Page) hasForm() bool {
	return slices.ContainsFunc(p.Actions, func(a Action) bool { return a.Post })
}

// html is the page. It is written by hand: a program that links html/template
// is 2 MB larger, since the linker then keeps every exported method.
func (p *Page) html() string {
	text := markup.Escape
	page := `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>` + text(p.title()) + `</title>
<link rel="icon" href="` + p.Brand.Icon() + `">
<style>` + pageCSS + "</style>\n"
	if p.Brand.CSS != "" {
		page += "<style>" + p.Brand.CSS + "</style>\n"
	}
	page += `</head>
<body>
<main>
` + p.banner() + `<h1>` + text(p.Title) + "</h1>\n"
	for _, t := range p.Text {
		page += "<p>" + text(t) + "</p>\n"
	}
	if len(p.Actions) > 0 {
		page += "<div class=\"actions\">\n"
		for _, a := range p.Actions {
			page += a.html(p.framed())
		}
		page += "</div>\n"
	}
	if p.Code != "" {
		page += `<p class="code">Reference: ` + text(p.Code) + "</p>\n"
	}
	return page + "</main>\n</body>\n</html>\n"
}

// title is what the browser shows above the page.
func (p *Page) title() string {
	if p.Brand.Name == "" {
		return p.Title
	}
	return p.Title + " · " + p.Brand.Name
}

// banner shows whose page it is.
func (p *Page) banner() string {
	name := markup.Escape(p.Brand.Name)
	switch {
	case p.Brand.Logo != "":
		return `<p class="brand"><img src="` + markup.Escape(p.Brand.Logo) + `" alt="` + name + `"></p>` + "\n"
	case name != "":
		return `<p class="brand">` + name + "</p>\n"
	}
	return ""
}

func (a Action) html(framed bool) string {
	class, link, label := "button", a.link(), markup.Escape(a.Label)
	if a.Primary {
		class = "button primary"
	}
	if a.Post {
		return `<form method="post" action="` + link + `"><button class="` + class + `">` + label + "</button></form>\n"
	}
	target := ""
	if framed {
		target = ` target="_top"`
	}
	return `<a class="` + class + `" href="` + link + `"` + target + `>` + label + "</a>\n"
}

// link is the action's URL for an attribute. Whatever is neither a path nor
// http leads nowhere. Another host needs a scheme: "//other.example" is a path
// that somebody has made up.
func (a Action) link() string {
	u, err := url.Parse(a.URL)
	if err != nil || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" || u.Scheme == "" && u.Host != "" {
		return "#"
	}
	return markup.Escape(u.String())
}

// styleSource names an inline style sheet in a Content-Security-Policy.
func styleSource(css string) string {
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
