package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed75762126/cognito-go/internal/web"
)

// processes is how many logins checkAppProcesses begins.
const processes = 8

func checkAppLogin(ctx context.Context, e *examination) finding {
	a := e.signIn(ctx)
	if a.err != nil {
		return fail("%s cannot be reached: %v", e.loginURL(), a.err).so("start the app, or look at APP_URL")
	}
	want := e.pool.DomainURL() + "/oauth2/authorize"
	if a.location == nil || a.where() != want {
		return fail("%s leads to %s, not to %s", e.loginURL(), a.where(), want)
	}
	q := a.location.Query()
	for _, p := range []struct{ name, want string }{
		{"client_id", e.pool.ClientID},
		{"redirect_uri", e.cfg.CallbackURL},
		{"scope", strings.Join(e.cfg.Scopes, " ")},
		{"code_challenge_method", "S256"},
	} {
		if got := q.Get(p.name); got != p.want {
			return fail("the app's login has %s=%q, want %q", p.name, got, p.want)
		}
	}
	return ok("it leads to %s", want)
}

func (a answer) cookies() []*http.Cookie { return (&http.Response{Header: a.header}).Cookies() }

func checkAppCookies(ctx context.Context, e *examination) finding {
	cookies := e.signIn(ctx).cookies()
	if len(cookies) == 0 {
		return fail("the login sets no cookie")
	}
	secure := strings.HasPrefix(e.cfg.BaseURL, "https:")
	var path string // of BaseURL
	if u, err := url.Parse(e.cfg.BaseURL); err == nil {
		path = u.Path
	}
	for _, c := range cookies {
		switch {
		case !covers(c.Path, path):
			return fail("the cookie %s has Path=%s: browsers do not send it to %s", c.Name, c.Path, e.cfg.BaseURL)
		case !c.HttpOnly:
			return fail("the cookie %s is not HttpOnly", c.Name)
		case secure && !c.Secure:
			return fail("the cookie %s is not Secure", c.Name)
		case c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode:
			return fail("the cookie %s is not SameSite=Lax", c.Name)
		case secure && !strings.HasPrefix(c.Name, "__Host-") && !strings.HasPrefix(c.Name, "__Secure-"):
			return warn("the cookie %s has neither the prefix __Host- nor __Secure-", c.Name)
		}
	}
	return ok("HttpOnly, SameSite=Lax%s", map[bool]string{true: ", Secure", false: ""}[secure])
}

// covers reports whether browsers send a cookie with this Path to the pages
// below another path (RFC 6265 section 5.1.4).
func covers(cookie, path string) bool {
	return strings.HasPrefix(strings.TrimSuffix(path, "/")+"/", strings.TrimSuffix(cookie, "/")+"/")
}

func checkAppCache(ctx context.Context, e *examination) finding {
	if got := e.signIn(ctx).header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		return fail("the login has Cache-Control %q, want no-store", got)
	}
	return ok("Cache-Control is no-store")
}

func checkAppHSTS(ctx context.Context, e *examination) finding {
	if !strings.HasPrefix(e.cfg.BaseURL, "https:") {
		return ok("the app is on a loopback host without TLS")
	}
	if e.signIn(ctx).header.Get("Strict-Transport-Security") == "" {
		return warn("the login has no Strict-Transport-Security")
	}
	return ok("Strict-Transport-Security is set")
}

// What an answer of a sign-in has at most, and what apps with cookies of their
// own may need. The app's own headers are part of both.
const (
	signInHeaders = 3800
	largeHeaders  = 8 << 10
	otherHeaders  = 400
)

// checkAppHeaders asks the app for answers with large headers, and looks
// whether they arrive.
func checkAppHeaders(ctx context.Context, e *examination) finding {
	for _, size := range []int{signInHeaders, largeHeaders} {
		padding := size - otherHeaders
		a := e.me(ctx, web.PaddingHeader, strconv.Itoa(padding))
		got := len(a.header.Get(web.PaddingHeader))
		seen := a.where()
		if a.err != nil {
			seen = a.err.Error()
		}
		switch {
		case a.err == nil && a.status == http.StatusUnauthorized && got == padding:
		case a.err == nil && a.status == http.StatusUnauthorized:
			return unknown("the app answers with small headers: it may be of an older release, or a proxy drops the header %s", web.PaddingHeader)
		case size == signInHeaders:
			return fail("an answer with %d bytes of headers ends as: %s. The answer of a sign-in can have that many", size, seen)
		default:
			return warn("an answer with %d bytes of headers ends as: %s. A sign-in has %d at most, plus the app's own cookies", size, seen, signInHeaders)
		}
	}
	return ok("answers with %d bytes of headers arrive", largeHeaders)
}

// me asks the app, as a script does, who is signed in.
func (e *examination) me(ctx context.Context, header ...string) answer {
	return e.get(ctx, e.meURL(), append(header,
		"Accept", "application/json", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin")...)
}

func checkAppScript(ctx context.Context, e *examination) finding {
	a := e.me(ctx)
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	if a.status != http.StatusUnauthorized {
		return fail("%s answers a script without a session with %s, want status 401", e.meURL(), a.where())
	}
	return ok("%s answers 401", e.meURL())
}

// checkAppProcesses begins logins, and comes back from each without a code, on
// new connections: a process that cannot open the cookie begins the login
// again.
func checkAppProcesses(ctx context.Context, e *examination) finding {
	if !strings.HasPrefix(e.cfg.CallbackURL, strings.TrimSuffix(e.cfg.BaseURL, "/")+"/") {
		return unknown("the callback URL is not below %s, whose cookies it needs", e.cfg.BaseURL)
	}
	for range processes {
		begun := e.navigate(ctx, e.loginURL(), "Connection", "close")
		if begun.err != nil || begun.location == nil {
			return unknown("the login does not begin")
		}
		var pairs []string
		for _, c := range begun.cookies() {
			if c.MaxAge >= 0 {
				pairs = append(pairs, c.Name+"="+c.Value)
			}
		}
		back := e.navigate(ctx, e.cfg.CallbackURL+"?"+url.Values{"state": {begun.location.Query().Get("state")}}.Encode(),
			"Cookie", strings.Join(pairs, "; "), "Connection", "close")
		if back.err != nil {
			return unknown("no answer: %v", back.err)
		}
		if back.location != nil {
			return fail("a login that one process began is unknown to another")
		}
	}
	return ok("the app recognized all %d logins that came back", processes)
}
