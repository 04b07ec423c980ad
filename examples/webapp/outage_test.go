//go:build unix

package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// recheck has the next request to /readyz look anew.
func (h *health) recheck() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checked = time.Time{}
}

func (v *visit) ready() answer {
	v.t.Helper()
	v.s.app.health.recheck()
	return v.get("/readyz")
}

// TestOutage_Database: without its PostgreSQL the app has a page that says so
// for everything. An order that was under way can be sent again and is placed
// once, and when the database is back, so is the app.
func TestOutage_Database(t *testing.T) {
	t.Parallel()
	for _, flow := range []string{optionHosted, optionCustom} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel() // retries wait
			pg := servers.NewPostgres(t)
			s := open(t, flow, func(cfg *settings) { cfg.databaseURL = pg.URL })
			joe, pat := s.visit(), s.visit()
			joe.signIn("joe@example.com")
			order := []string{"product", "cup", "quantity", "2", "key", joe.shown("/", `name="key" value="(\w+-cup)"`)}
			joe.want(joe.post("/orders", "product", "filter", "quantity", "1", "key", "earlier"), 200, "Your order is placed.")

			pg.Kill()
			joe.want(joe.get("/healthz"), 200, "ok")
			joe.want(joe.ready(), 503, `"database":"unreachable","keys":"ok"`)
			for _, path := range []string{"/", "/orders", "/profile"} {
				joe.want(joe.get(path), 503, away.Title)
			}
			joe.want(joe.get("/api/orders"), 503, "Please try again in a moment")
			joe.want(joe.get("/files"), 200, "Your files") // which needs no database
			again := joe.post("/orders", order...)
			joe.want(again, 503, "it is placed only once, even if you send it several times")
			pat.want(pat.tryIn("pat@example.com"), 503, "again in a moment")
			if a := pat.get("/profile"); a.path == "/profile" && a.status == 200 {
				t.Errorf("pat is signed in, and has no row in the table")
			}

			pg.Start()
			joe.want(joe.ready(), 200, `"database":"ok"`)
			var form []string
			for _, m := range regexp.MustCompile(`type="hidden" name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(again.body, -1) {
				form = append(form, m[1], m[2])
			}
			for range 2 {
				joe.want(joe.post("/orders", form...), 200, "Your order is placed.")
			}
			list := joe.get("/orders")
			joe.want(list, 200, "Paper filters")
			if n := strings.Count(list.body, "Stoneware cup"); n != 1 {
				t.Errorf("the order is there %d times, want once", n)
			}
			pat.signIn("pat@example.com")
		})
	}
}

// TestOutage_Cognito: without Cognito whoever is signed in goes on until their
// tokens end, and then gets a page that says so; nobody is signed out.
func TestOutage_Cognito(t *testing.T) {
	t.Parallel()
	for _, flow := range []string{optionHosted, optionCustom} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel() // retries wait
			s := open(t, flow)
			joe, pat := s.visit(), s.visit()
			joe.signIn("joe@example.com")
			joe.want(joe.get("/files"), 200, "The folder is empty.")
			joe.want(joe.ready(), 200, `"keys":"ok"`)
			addr := strings.TrimPrefix(s.cognito.url, "http://")
			_ = s.cognito.Close()

			joe.want(joe.get("/profile"), 200, "Joe Doe")
			joe.want(joe.get("/files"), 200, "The folder is empty.")           // the credentials are kept
			joe.want(joe.ready(), 200, `"database":"ok","keys":"unreachable"`) // joe is served all the same
			pat.want(pat.get("/"), 200, "Good coffee at home")
			if flow == optionCustom {
				pat.want(pat.tryIn("pat@example.com"), 503, "Try again in a moment")
			} else {
				// The browser cannot get to the Hosted UI, and comes back with
				// a code that cannot be redeemed.
				callback := pat.callback()
				pat.want(pat.get(callback), 502, "To the shop")
			}
			pat.want(pat.post("/files/open"), 503, "Your files cannot be reached")

			s.pool.Advance(61 * time.Minute)
			joe.want(joe.get("/profile"), 503, "Try again")
			joe.want(joe.get("/api/orders"), 503, "")
			joe.want(joe.get("/files"), 503, "They are not lost")
			joe.want(joe.post("/files/open"), 503, "They are not lost") // and not a guest's

			var err error
			if s.cognito, err = serveLoopbackAt(addr, s.pool); err != nil {
				t.Fatal(err)
			}
			s.pool.Advance(time.Minute) // the app does not ask all the time
			joe.want(joe.ready(), 200, `"keys":"ok"`)
			joe.want(joe.get("/profile"), 200, "Joe Doe") // and was not asked to sign in
			joe.want(joe.get("/files"), 200, "The folder is empty.")
			pat.signIn("pat@example.com")
		})
	}
}

// callback begins a login and returns where the Hosted UI would send the
// browser.
func (v *visit) callback() string {
	v.t.Helper()
	b := *v.browser
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req, err := http.NewRequest("GET", v.s.url+"/auth/login", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	resp, err := b.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	_ = resp.Body.Close()
	at, err := resp.Location()
	if err != nil {
		v.t.Fatalf("GET /auth/login = %d, %v", resp.StatusCode, err)
	}
	return "/auth/callback?code=00000000-0000-0000-0000-000000000000&state=" + at.Query().Get("state")
}
