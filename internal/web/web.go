// Package web has the HTTP code that session and hostedui share. It
// distinguishes page navigations from other requests, and has safe return
// paths, JSON problems and the built-in pages.
package web

import (
	"encoding/json"
	"net/http"
)

// RetrySoon says that a failed request may succeed in a few seconds.
func RetrySoon(h http.Header) { h.Set("Retry-After", "5") }

// NoStore marks an answer of ours as one that no cache may keep.
func NoStore(h http.Header) { h.Set("Cache-Control", "no-store") }

// NoContent is the Content-Security-Policy of an answer that is not a page.
const NoContent = "default-src 'none'; frame-ancestors 'none'"

// Describe sets the headers that each answer of ours with a body has.
func Describe(h http.Header, contentType, contentSecurityPolicy string) {
	NoStore(h)
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", contentSecurityPolicy)
}

// Redirect sends the browser on. [http.Redirect] would write a body.
func Redirect(w http.ResponseWriter, status int, location string) {
	w.Header().Set("Location", location)
	w.WriteHeader(status)
}

// A Problem is the body of an error answer to a program (RFC 9457).
type Problem struct {
	Status   int    `json:"status"`
	Title    string `json:"title"`
	Detail   string `json:"detail,omitempty"`
	Code     string `json:"code"`                // stays the same between releases
	LoginURL string `json:"login_url,omitempty"` // where a person signs in
}

// Challenge sets the challenge that RFC 9110 section 15.5.2 asks of a 401, if
// none is set.
func Challenge(h http.Header, status int) {
	if status == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", "Cookie")
	}
}

// WriteProblem answers with p as application/problem+json.
func WriteProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	Describe(h, "application/problem+json", NoContent)
	Challenge(h, p.Status)
	body, _ := json.Marshal(p) // strings and an int always marshal
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}
