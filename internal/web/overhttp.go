package web

import (
	"net/http"
	"strconv"
	"strings"
)

// fetchMetadataSince has the versions since which browsers send Sec-Fetch
// headers. They send them only to https and to loopback hosts (Fetch Metadata
// section 2). The first name that is there counts: most browsers claim to be
// Safari as well.
var fetchMetadataSince = []struct {
	name  string
	major int
}{{"Firefox/", 90}, {"Chrome/", 80}, {"Version/", 17}}

// OverHTTP reports whether a browser has opened a page over plain http on a
// host that is not loopback. It is a guess, made where a proxy may have ended
// TLS. The browser is one that sends Sec-Fetch headers over https, and it has
// sent none.
func OverHTTP(r *http.Request) bool {
	if r.TLS != nil || r.Header.Get("Sec-Fetch-Mode")+r.Header.Get("Sec-Fetch-Dest")+r.Header.Get("Sec-Fetch-Site") != "" {
		return false
	}
	agent := r.UserAgent()
	for _, since := range fetchMetadataSince {
		if _, version, found := strings.Cut(agent, since.name); found {
			major, _, _ := strings.Cut(version, ".")
			n, err := strconv.Atoi(major)
			return err == nil && n >= since.major
		}
	}
	return false
}
