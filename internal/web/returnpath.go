package web

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MaxReturnPath is the longest return path kept, in bytes.
const MaxReturnPath = 1024

// ReturnPath returns raw if it is a path of this site, with an optional query,
// and fallback if anything about the path is odd. Odd is another site's URL in
// any disguise, before and after decoding, and before and after dot segments
// are resolved. So are a control character, a fragment, and one of our own
// endpoints. Own are their paths; one that ends with a slash covers all below
// it. A query that is odd, or that makes the whole longer than [MaxReturnPath]
// bytes, is left out.
func ReturnPath(raw, fallback string, own ...string) string {
	rawPath, query, _ := strings.Cut(raw, "?")
	if len(rawPath) > MaxReturnPath || !visible(rawPath) || !sitePath(rawPath, own) {
		return fallback
	}
	decoded, err := url.QueryUnescape(query)
	if err != nil || control(decoded) || !visible(query) || len(raw) > MaxReturnPath {
		raw = rawPath
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" {
		return fallback
	}
	return raw
}

// sitePath checks a path as it is and as each further decoding would make it,
// until nothing changes: some router may decode twice.
func sitePath(p string, own []string) bool {
	for range 5 {
		if !decentPath(p, own) {
			return false
		}
		decoded := unescape(p)
		if decoded == p {
			return true
		}
		p = decoded
	}
	return false
}

// unescape decodes what can be decoded, as lenient decoders do: a lone percent
// sign stays.
func unescape(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '%' && i+2 < len(p) {
			if c, err := strconv.ParseUint(p[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

func decentPath(p string, own []string) bool {
	if !oneSlash(p) || control(p) || strings.Contains(p, "\\") {
		return false
	}
	// Where dot segments meet empty ones, a browser and path.Clean disagree.
	if strings.Contains(p, "//") && strings.Contains(p, "/.") {
		return false
	}
	clean := path.Clean(p)
	return oneSlash(clean) && !slices.ContainsFunc(own, func(o string) bool { return covers(o, clean) })
}

func oneSlash(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//")
}

// covers reports whether the clean path p is own or, where own ends with a
// slash, below it. The case is ignored: some routers fold it.
func covers(own, p string) bool {
	folder, tree := strings.CutSuffix(own, "/")
	if folder == "" || len(p) < len(folder) || !strings.EqualFold(p[:len(folder)], folder) {
		return false
	}
	return len(p) == len(folder) || tree && p[len(folder)] == '/'
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

// control reports whether s has a control character, or a byte that UTF-8 never
// has: lenient decoders read those as other characters. Other text, such as
// that of older encodings, is not changed.
func control(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == 0xC0 || c == 0xC1 || c >= 0xF5 {
			return true
		}
	}
	return strings.ContainsFunc(s, unicode.IsControl)
}
