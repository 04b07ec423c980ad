//go:build unix

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// TestFleet: the shop runs as two processes that share a Redis and a
// PostgreSQL. Each request of a browser goes to the other one, in both login
// modes. After the outage Redis has its data in one, and has lost it in the
// other.
func TestFleet(t *testing.T) {
	browser.New(t) // without which there is nothing to start
	database := servers.StartPostgres(t)
	t.Run(optionHosted, func(t *testing.T) {
		f := openFleet(t, optionHosted, database, "--appendonly", "yes")
		f.walk()
		f.everywhere()
		f.outage(true)
	})
	t.Run(optionCustom, func(t *testing.T) {
		f := openFleet(t, optionCustom, database)
		f.walk()
		f.everywhere()
		f.outage(false)
	})
}

// walk signs in, looks around, orders, stays for some refreshes, and signs
// out.
func (f *fleet) walk() {
	b := browser.New(f.t)
	f.signInAt(b, "pat@example.com")
	for _, page := range []struct{ path, title string }{
		{"/", "Good coffee at home"}, {"/orders", "Your orders"}, {"/offers", "Offers for premium members"}, {"/profile", "Your profile"},
	} {
		for range f.addrs {
			status := b.Open(f.url + page.path)
			if title := b.Eval(`document.querySelector("h1").innerText`); status != http.StatusOK || title != page.title {
				f.t.Errorf("%s = %d %q, want 200 %q", page.path, status, title, page.title)
			}
		}
	}
	f.buy(b, "premium")
	f.refreshTogether(b, 3)
	b.Open(f.url + "/orders")
	f.wantText(b, "Reserve lot")
	f.wantServed("walk")

	cookie := b.Cookie(f.sessionCookie())
	b.Click(`header form button`)
	f.wantText(b, "signed out")
	f.wantServed("sign-out")
	f.wantSession("a copy of the cookie after the sign-out", cookie, false)
}

// everywhere ends sessions from another browser: one of them, all others, then
// all.
func (f *fleet) everywhere() {
	const joe = "joe@example.com"
	here, there := browser.New(f.t), browser.New(f.t)
	f.signInAt(here, joe)
	f.signInAt(there, joe)
	f.wantSession("the other browser", there.Cookie(f.sessionCookie()), true)
	const end = `form[action="/profile/end-session"]`
	here.Open(f.url + "/profile")
	f.wantText(here, "this browser")
	if n := here.Eval(`String(document.querySelectorAll('` + end + `').length)`); n != "1" {
		f.t.Errorf("the profile has %s sessions to end, want 1", n)
	}
	for _, problem := range here.PhoneProblems() {
		f.t.Errorf("the profile with sessions: %s", problem)
	}
	here.Look("profile with sessions")
	here.Click(end + " button")
	f.wantText(here, "That session has ended.")
	f.wantServed("the end of a session")
	f.wantSession("the session that was ended elsewhere", there.Cookie(f.sessionCookie()), false)
	f.wantSession("the session that has ended another", here.Cookie(f.sessionCookie()), true)

	f.signInAgain(there, joe)
	here.Open(f.url + "/profile")
	here.Click(`form[action="/profile/end-others"] button`)
	f.wantText(here, "All other sessions have ended.")
	f.wantServed("the end of all others")
	f.wantSession("the other browser after that", there.Cookie(f.sessionCookie()), false)
	f.wantSession("the session that has ended all others", here.Cookie(f.sessionCookie()), true)

	f.signInAgain(there, joe)
	mine := here.Cookie(f.sessionCookie())
	here.Open(f.url + "/profile")
	if f.login == optionHosted {
		here.Click(`form[action="/auth/logout-everywhere"] button`)
	} else {
		here.Click(`a[href="/account/sign-out-everywhere"]`)
		here.Click(`form[action="/account/sign-out-everywhere"] button`)
	}
	f.wantText(here, "signed out")
	f.wantServed("sign-out everywhere")
	f.wantSession("the other browser after sign-out everywhere", there.Cookie(f.sessionCookie()), false)
	f.wantSession("a copy of the cookie after sign-out everywhere", mine, false)
	f.signInAgain(there, joe)
	f.wantServed("a sign-in after sign-out everywhere")
}

// outage kills Redis and starts it again, with what it knew or empty. No
// process is started anew.
func (f *fleet) outage(kept bool) {
	const jane = "jane@example.com"
	b, guest := browser.New(f.t), browser.New(f.t)
	f.signInAt(b, jane)
	f.ready(http.StatusOK, "ok")
	f.wantServed("before the outage")

	f.redis.Kill()
	f.ready(http.StatusServiceUnavailable, unreachable)
	for _, path := range []string{"/", "/orders", "/profile"} {
		for range f.addrs {
			if status := b.Open(f.url + path); status != http.StatusServiceUnavailable || !b.Has("Try again") {
				f.t.Errorf("%s without Redis = %d, want 503 and a way to try again:\n%s", path, status, b.Text())
			}
		}
	}
	b.Look("Redis away")
	for range f.addrs {
		if status := guest.Open(f.url + "/"); status != http.StatusOK {
			f.t.Errorf("/ without Redis and session = %d, want 200: nothing has to be looked up", status)
		}
	}
	for _, e := range f.take() {
		if e.status == http.StatusServiceUnavailable && e.retryAfter == "" {
			f.t.Errorf("%s %s = 503 without Retry-After", e.method, e.path)
		}
	}

	f.redis.Start()
	f.ready(http.StatusOK, "ok")
	f.wantSession("the user of before the outage", b.Cookie(f.sessionCookie()), kept)
	f.take()
	if kept {
		f.refreshTogether(b, 1)
	} else {
		f.signInAgain(b, jane)
	}
	for range f.addrs {
		b.Open(f.url + "/users")
		f.wantText(b, "jane@example.com")
	}
	f.wantServed("after the outage")
}

// signInAt opens the login and signs in.
func (f *fleet) signInAt(b *browser.Tab, email string) {
	f.t.Helper()
	b.Open(f.url + "/auth/login")
	f.signIn(b, email)
	f.wantText(b, "Good coffee at home")
}

// signInAgain signs in by way of a page for users alone. Cognito's own session
// in that browser, which would do without the password, has ended meanwhile.
func (f *fleet) signInAgain(b *browser.Tab, email string) {
	f.t.Helper()
	if err := f.pool.EndPageSessions(email); err != nil {
		f.t.Fatal(err)
	}
	b.Open(f.url + "/orders")
	f.signIn(b, email)
	f.wantText(b, "Your orders")
}

// wantSession asks each process whether a cookie is that of a session.
func (f *fleet) wantSession(whose, cookie string, want bool) {
	f.t.Helper()
	if cookie == "" {
		f.t.Fatalf("%s: the browser has no cookie", whose)
	}
	status := http.StatusUnauthorized
	if want {
		status = http.StatusOK
	}
	for range f.addrs {
		if got := f.ask(cookie); got != status {
			f.t.Errorf("%s: /api/orders = %d, want %d in each process", whose, got, status)
		}
	}
	f.take()
}

// ask is what a script of a page gets for the user's orders.
func (f *fleet) ask(cookie string) (status int) {
	req, err := http.NewRequest(http.MethodGet, f.url+"/api/orders", nil)
	if err != nil {
		return 0
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Cookie", f.sessionCookie()+"="+cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// together is how many requests of a page are under way at a time.
const together = 8

// refreshTogether has scripts of a page ask both processes, eight at a time,
// until the session's tokens have been refreshed n times.
func (f *fleet) refreshTogether(b *browser.Tab, n int) {
	f.t.Helper()
	cookie := b.Cookie(f.sessionCookie())
	before, _ := f.refreshes()
	for deadline := time.Now().Add(patience); ; {
		answers := make(chan int)
		for range together {
			go func() { answers <- f.ask(cookie) }()
		}
		for range together {
			if status := <-answers; status != http.StatusOK {
				f.t.Fatalf("/api/orders around a refresh = %d, want 200", status)
			}
		}
		granted, refused := f.refreshes()
		if refused > 0 {
			f.t.Fatalf("the pool has refused %d refreshes, want none", refused)
		}
		if granted >= before+n {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("%d refreshes in %v, want %d", granted-before, patience, n)
		}
	}
}

// refreshes are those that the pool has granted and refused.
func (f *fleet) refreshes() (granted, refused int) {
	for _, e := range f.pool.Events() {
		switch {
		case e.Op != "GetTokensFromRefreshToken" && (e.Op != "token" || e.Params.Get("grant_type") != "refresh_token"):
		case e.Status == http.StatusOK:
			granted++
		default:
			refused++
		}
	}
	return granted, refused
}

// ready asks each process until it says that it is as ready as that.
func (f *fleet) ready(status int, sessions string) {
	f.t.Helper()
	for _, addr := range f.addrs {
		for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) { // it looks once in two seconds
			got, state := readyz(f.t, addr)
			if got == status && state.Sessions == sessions {
				break
			}
			if time.Now().After(deadline) {
				f.t.Fatalf("/readyz = %d %+v, want %d and sessions %s", got, state, status, sessions)
			}
		}
	}
}

func readyz(t *testing.T, addr string) (status int, state readiness) {
	t.Helper()
	res, err := http.Get("http://" + addr + "/readyz")
	if err == nil {
		defer func() { _ = res.Body.Close() }()
		err = json.NewDecoder(res.Body).Decode(&state)
	}
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, state
}

// sessionCookie is the name of the session's cookie: it has the port, since
// cookies ignore ports.
func (f *fleet) sessionCookie() string {
	return "cognito_session_" + f.url[strings.LastIndexByte(f.url, ':')+1:]
}
