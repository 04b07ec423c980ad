package web

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxReturnPath is the longest return path kept, in bytes.
const MaxReturnPath = 1024

// ReturnPath returns raw if it is a path of this site, with an optional
// query, and fallback if there is anything odd about it: another site's URL
// in any disguise (before and after decoding, before and after dot segments
// are resolved), a control character, a fragment, more than [MaxReturnPath]
// bytes, or a path below own, which are our own endpoints.
func ReturnPath(raw, own, fallback string) string {
	if len(raw) > MaxReturnPath || !visible(raw) {
		return fallback
	}
	rawPath, query, _ := strings.Cut(raw, "?")
	decoded, err := url.QueryUnescape(query)
	if err != nil || control(decoded) || !sitePath(rawPath, own) {
		return fallback
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" {
		return fallback
	}
	return raw
}

// sitePath checks a path as it stands and as each further decoding would
// make it, until nothing changes: some router may decode twice.
func sitePath(p, own string) bool {
	if !decentPath(p, own) {
		return false
	}
	for range 4 {
		decoded, err := url.PathUnescape(p)
		if err != nil || decoded == p {
			return err == nil
		}
		if p = decoded; !decentPath(p, own) {
			return false
		}
		if _, err := url.PathUnescape(p); err != nil {
			return true // a lone percent sign: there is no further decoding
		}
	}
	return false
}

func decentPath(p, own string) bool {
	if !oneSlash(p) || control(p) || strings.Contains(p, "\\") {
		return false
	}
	// Where dot segments meet empty ones, a browser and path.Clean disagree.
	if strings.Contains(p, "//") && strings.Contains(p, "/.") {
		return false
	}
	clean := path.Clean(p)
	return oneSlash(clean) && !below(clean, own)
}

func oneSlash(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//")
}

// below reports whether p is the folder own or in it, whatever the case: some
// routers fold it.
func below(p, own string) bool {
	own = strings.TrimSuffix(own, "/")
	if own == "" || len(p) < len(own) {
		return false
	}
	return strings.EqualFold(p[:len(own)], own) && (len(p) == len(own) || p[len(own)] == '/')
}

// visible reports whether s is visible ASCII with neither backslash nor
// fragment. A browser sends everything else percent-encoded.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '\\' || s[i] == '#' {
			return false
		}
	}
	return true
}

// control reports whether s has a control character or is not UTF-8.
func control(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}
