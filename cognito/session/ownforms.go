package session

import (
	"net/http"
	"path"

	"github.com/seed75762126/cognito-go/internal/web"
)

// ReturnPath is for the sign-in page that an app draws itself. It returns raw,
// such as the page's parameter return_to, if that is a path of this site with
// an optional query. It returns fallback if raw leads to another site, however
// it is written, or has a control character or more than 1,024 bytes. It also
// returns fallback for a path in the folder of Config.LoginPath, such as
// "/auth/". Call it each time the value comes from the browser. Package
// hostedui does that for you.
func (m *Manager) ReturnPath(raw, fallback string) string {
	own := m.cfg.loginPath()
	if folder := path.Dir(own); folder != "/" {
		own = folder + "/"
	}
	return web.ReturnPath(raw, fallback, m.site.Outside(own))
}

// ServeForget is for the signed-out page that an app draws itself. It makes the
// browser drop the pages of this site that it keeps for its Back button.
// Chromium keeps some pages even with Cache-Control: no-store. A browser stores
// a page for Back when it shows the next page. So the signed-out page must
// request this handler after it is shown:
//
//	w.Header().Set("Link", "</auth/forget>; rel=preload; as=image")
//
// Requests from other sites have no effect. Package hostedui already serves
// it.
func (m *Manager) ServeForget(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w.Header())
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	w.WriteHeader(http.StatusNoContent)
}
