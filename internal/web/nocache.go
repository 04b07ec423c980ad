package web

import "net/http"

// NoCache keeps an answer that depends on the session out of every cache,
// unless the handler sets headers of its own.
func NoCache(h http.Header) {
	NoStore(h)
	for _, v := range h["Vary"] {
		if v == "Cookie" {
			return
		}
	}
	h["Vary"] = append(h["Vary"], "Cookie")
}
