package web

import (
	"net/http"
	"strings"
)

// Names in a User-Agent header, the first that is there counts: most browsers
// claim to be others as well.
var (
	browserNames = []struct{ part, name string }{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systemNames = []struct{ part, name string }{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Macintosh", "Mac"}, {"Linux", "Linux"},
	}
)

// BrowserName names a browser and its system in a few words, such as "Firefox
// on Windows". It has nothing that would tell one user's machine from
// another's.
func BrowserName(r *http.Request) string {
	agent := r.UserAgent()
	agent = agent[:min(len(agent), 512)]
	find := func(names []struct{ part, name string }) string {
		for _, n := range names {
			if strings.Contains(agent, n.part) {
				return n.name
			}
		}
		return ""
	}
	browser, system := find(browserNames), find(systemNames)
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
