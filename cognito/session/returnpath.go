package session

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/internal/web"
)

// ReturnPath returns raw, such as the parameter return_to that a visitor
// comes to a sign-in page with, if it is a path of this site, with an
// optional query; and fallback if there is anything odd about it: another
// site's URL in any disguise, a control character, more than 1,024 bytes, or
// a path below own, such as "/auth/", to which no sign-in should lead back.
// An app that draws its own sign-in page calls it each time the value has
// been to the browser.
func ReturnPath(raw, own, fallback string) string {
	return web.ReturnPath(raw, fallback, strings.TrimSuffix(own, "/")+"/")
}

// ServeForget has the browser drop what it keeps of this site's pages, those
// behind its Back button included: Chromium keeps some there in spite of
// no-store. The page that was left last is put there only when the next one is
// shown, so no header of the logout or the signed-out page itself could reach
// it; the signed-out page has the browser call this once it is there:
//
//	w.Header().Set("Link", "</auth/forget>; rel=preload; as=image")
//
// Other sites may not. Package hostedui serves it already.
func ServeForget(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w.Header())
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	w.WriteHeader(http.StatusNoContent)
}
