package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

//go:embed page.css
var pageCSS string

//go:embed page.html
var pageHTML string

var (
	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
	styleHash    = styleSource(pageCSS)
)

// A Page is one of the built-in pages: a heading, a few sentences and what
// the visitor can do next. It works without JavaScript.
type Page struct {
	Title   string
	Text    []string
	Actions []Action
	Code    string // shown small, for a report to the app's people

	// LoadsImage allows an image of this origin, or what a Link header has the
	// browser fetch as one.
	LoadsImage bool

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

// Write answers with the page.
func (p Page) Write(w http.ResponseWriter, status int) {
	var body bytes.Buffer
	err := pageTemplate.Execute(&body, struct {
		Page
		Style template.CSS
	}{p, template.CSS(pageCSS)})
	if err != nil { // a Page holds nothing that the template cannot write
		http.Error(w, p.Title, status)
		return
	}
	h := w.Header()
	NoStore(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	images := ""
	if p.LoadsImage {
		images = "img-src 'self'; "
	}
	h.Set("Content-Security-Policy", "default-src 'none'; "+images+"style-src "+styleHash+
		"; form-action "+strings.Join(append([]string{"'self'"}, p.FormTargets...), " ")+
		"; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// styleSource names an inline style sheet in a Content-Security-Policy.
func styleSource(css string) string {
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
