// Package passkeyscript has the script that forms with passkeys use. The head
// of passkey.js says which attributes a form has.
package passkeyscript

import (
	_ "embed"
	"net/http"
	"strings"
	"time"
)

//go:embed passkey.js
var script string

// Serve answers with the script. It needs script-src 'self' of a
// Content-Security-Policy, and nothing inline.
func Serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(script))
}
