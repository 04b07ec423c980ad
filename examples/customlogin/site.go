package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

//go:embed layout.html style.css
var look embed.FS

// A siteConfig describes the app whose pages are drawn.
type siteConfig struct {
	// Name is the app's, in the header and the titles.
	Name string

	// Nav returns the links of the header for a visitor, who is nil for a
	// guest.
	Nav func(who *cognito.Identity) []Link

	// LoginPath and LogoutPath are where the header's buttons lead.
	LoginPath, LogoutPath string

	// Footer is the line at the bottom.
	Footer string

	// Note tells guests of a demo which users they can sign in as; "" means
	// none. It is shown only above the page NotePage.
	Note     template.HTML
	NotePage string

	// FormTargets are the origins beside the site's own that its forms may
	// lead to, such as the user-pool domain.
	FormTargets []string

	// Scripts allows scripts from the site itself, such as the one for
	// passkeys. Nothing inline ever runs.
	Scripts bool

	Logger *slog.Logger
}

// A Link leads to a page.
type Link struct{ Label, Path string }

// A Site draws pages.
type Site struct {
	cfg       siteConfig
	pages     map[string]*template.Template
	style     []byte
	stylePath string
	policy    string
}

// newSite returns a Site with the pages in sets. Each file in a set is a page,
// under its name without ".html", and defines the template "main".
func newSite(cfg siteConfig, sets ...fs.FS) (*Site, error) {
	s := &Site{cfg: cfg, pages: make(map[string]*template.Template)}
	if s.cfg.Logger == nil {
		s.cfg.Logger = slog.Default()
	}
	var err error
	if s.style, err = look.ReadFile("style.css"); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(s.style)
	s.stylePath = "/style-" + hex.EncodeToString(sum[:6]) + ".css"
	s.policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action " +
		strings.Join(append([]string{"'self'"}, cfg.FormTargets...), " ")
	if cfg.Scripts {
		s.policy += "; script-src 'self'"
	}
	layout, err := template.ParseFS(look, "layout.html")
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		if err := s.add(layout, set); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Site) add(layout *template.Template, set fs.FS) error {
	names, err := fs.Glob(set, "*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		page, err := template.Must(layout.Clone()).ParseFS(set, name)
		if err != nil {
			return fmt.Errorf("page %s: %w", name, err)
		}
		s.pages[strings.TrimSuffix(name, ".html")] = page
	}
	return nil
}

// A View is what a page shows.
type View struct {
	Title   string
	Notice  string // what has just been done
	Problem string // what went wrong
	Status  int    // zero means 200
	Narrow  bool   // a form rather than a page to read
	Data    any    // the page's own
}

// shown is what the templates see.
type shown struct {
	View
	App       siteConfig
	Style     string
	Path      string
	User      *cognito.Identity
	Links     []Link
	Note      template.HTML
	SignedOut bool // no button to sign in: the page is about that
}

// Show writes a page. It is the last thing that a handler does.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, name string, v View) {
	who := cognito.FromContext(r.Context())
	data := shown{View: v, App: s.cfg, Style: s.stylePath, Path: r.URL.Path, User: who, SignedOut: v.Narrow && who == nil}
	if s.cfg.NotePage == name && who == nil {
		data.Note = s.cfg.Note
	}
	if s.cfg.Nav != nil {
		data.Links = s.cfg.Nav(who)
	}
	page := s.pages[name]
	if page == nil {
		s.fail(w, r, fmt.Errorf("no page %q", name))
		return
	}
	var body bytes.Buffer
	if err := page.ExecuteTemplate(&body, "layout.html", data); err != nil {
		s.fail(w, r, err)
		return
	}
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(v.Status)
	_, _ = body.WriteTo(w)
}

// failure is the page for an error in a template, which needs no template.
const failure = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Something went wrong</title>
<link rel="stylesheet" href="%s">
<link rel="icon" href="data:,">
</head>
<body>
<main class="narrow">
<article>
<h1>Something went wrong</h1>
<p>The page could not be made. The people who run this app find the reason in its log.</p>
<p><a class="button" href="/">Home</a></p>
</article>
</main>
</body>
</html>
`

func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.cfg.Logger.ErrorContext(r.Context(), "page", "path", r.URL.Path, "err", err)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = fmt.Fprintf(w, failure, s.stylePath)
}

// Secured adds the headers that every page should have, and serves the style
// sheet.
func (s *Site) Secured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", s.policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		if r.URL.Path == s.stylePath {
			header.Set("Content-Type", "text/css; charset=utf-8")
			header.Set("Cache-Control", "public, max-age=31536000, immutable")
			_, _ = w.Write(s.style)
			return
		}
		h.ServeHTTP(w, r)
	})
}
