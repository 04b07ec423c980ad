package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// IsNavigation reports whether a person is opening a page in a window of its
// own: only such a request may be sent to the login.
//
// It is a GET or HEAD whose Fetch Metadata says so, or, where a browser sends
// none, one that accepts HTML. A service worker that passes navigations on
// changes what they look like. In Chromium and WebKit the destination becomes
// empty, and scripts cannot ask for mode navigate. In Firefox the mode becomes
// same-origin as well; there the Accept header tells a page from a fetch,
// which sends */* unless a script sets it.
//
// A fetch, an asset, a frame, a prefetch, a WebSocket and a POST are no
// navigations.
func IsNavigation(r *http.Request) bool {
	h := r.Header
	if r.Method != http.MethodGet && r.Method != http.MethodHead || h.Get("Upgrade") != "" || isPrefetch(h) {
		return false
	}
	switch mode, dest := h.Get("Sec-Fetch-Mode"), h.Get("Sec-Fetch-Dest"); mode {
	case "navigate":
		return dest == "document" || dest == "empty" || dest == ""
	case "same-origin":
		return dest == "empty" && acceptsHTML(h) && !fromScript(h)
	case "":
		return dest == "" && acceptsHTML(h) && !fromScript(h)
	}
	return false
}

// WantsPage reports whether a person will see the answer to a request, so that
// it must be an HTML page. That is so for a navigation, a form and a frame.
// Scripts and programs get JSON.
func WantsPage(r *http.Request) bool {
	h := r.Header
	if h.Get("Upgrade") != "" || isPrefetch(h) {
		return false
	}
	switch mode, dest := h.Get("Sec-Fetch-Mode"), h.Get("Sec-Fetch-Dest"); mode {
	case "navigate":
		return h.Get("Accept") == "" || acceptsHTML(h)
	case "same-origin":
		return dest == "empty" && prefersHTML(h) && !fromScript(h)
	case "":
		return dest == "" && prefersHTML(h) && !fromScript(h)
	}
	return false
}

// FromScript reports whether a script or a program has made a request and
// reads the answer itself. Where nothing tells, it is false.
func FromScript(r *http.Request) bool {
	h := r.Header
	switch h.Get("Sec-Fetch-Mode") {
	case "navigate":
		return false
	case "":
		return fromScript(h) || h.Get("Accept") != "" && !prefersHTML(h)
	}
	return !WantsPage(r)
}

// IsFramed reports whether a request loads a page into a frame of another page.
func IsFramed(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "iframe", "frame", "embed", "object", "fencedframe":
		return true
	}
	return false
}

// scriptHeaders are what libraries add that fetch parts of pages as HTML.
var scriptHeaders = []string{"X-Requested-With", "HX-Request", "X-Turbo-Request-Id", "Turbo-Frame", "X-Up-Version", "X-Pjax"}

func fromScript(h http.Header) bool {
	return slices.ContainsFunc(scriptHeaders, func(name string) bool { return h.Get(name) != "" })
}

// acceptsHTML reports whether the Accept header lists HTML.
func acceptsHTML(h http.Header) bool {
	return max(quality(h, "text/html"), quality(h, "application/xhtml+xml")) > 0
}

// prefersHTML reports whether the Accept header lists HTML, and JSON not
// before it.
func prefersHTML(h http.Header) bool {
	return acceptsHTML(h) && quality(h, "text/html") >= max(quality(h, "application/json"), quality(h, "application/problem+json"))
}

// quality is what the Accept header says of a media type that it lists (RFC
// 9110 section 12.4.2): 1 unless there is a q. Types that it does not list
// have 0, whatever its wildcards say.
func quality(h http.Header, mediaType string) float64 {
	best := 0.0
	for _, line := range h.Values("Accept") {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(name), mediaType) {
				best = max(best, qualityParam(params))
			}
		}
	}
	return best
}

func qualityParam(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || q < 0 || q > 1 {
				return 0
			}
			return q
		}
	}
	return 1
}

// isPrefetch reports whether a browser asks for a page before a person does.
func isPrefetch(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		v := strings.ToLower(h.Get(name))
		if strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}
