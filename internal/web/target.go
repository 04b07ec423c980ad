package web

import (
	"net/http"
	"net/url"
	"strings"
)

// RefererTarget is the path and query of the page that a request was made from.
// It is "" if the browser does not say, or the page is not of the site at base.
// It is also "" for a path that a link cannot have: see [Site.Target].
func RefererTarget(r *http.Request, base string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil || u.Scheme != b.Scheme || !strings.EqualFold(u.Host, b.Host) || u.Path != "" && !sitePath(u.EscapedPath(), nil) {
		return ""
	}
	return u.RequestURI()
}

// ReturnTarget is the page that a sign-in should lead back to, for a site at
// base. For a form or a frame it is the page of this site that has it, where the
// browser names that. A script decides for itself: "".
func (s Site) ReturnTarget(r *http.Request, base string) string {
	target := s.Target(r)
	switch {
	case IsNavigation(r):
	case !WantsPage(r):
		return ""
	default:
		if page := RefererTarget(r, base); page != "" {
			target = page
		}
	}
	if len(target) > MaxReturnPath {
		target, _, _ = strings.Cut(target, "?")
	}
	if len(target) > MaxReturnPath {
		return ""
	}
	return target
}
