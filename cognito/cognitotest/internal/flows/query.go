package flows

import (
	"net/url"
	"strings"
)

// AddQuery appends parameters to a URL, in the order given and without the
// empty ones.
func AddQuery(target string, pairs ...string) string {
	query := EncodePairs(pairs)
	switch {
	case query == "":
		return target
	case strings.HasSuffix(target, "?") || strings.HasSuffix(target, "&"):
		return target + query
	case strings.Contains(target, "?"):
		return target + "&" + query
	}
	return target + "?" + query
}

func EncodePairs(pairs []string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}
