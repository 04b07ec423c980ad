package session_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestS1_Attributes(t *testing.T) {
	tests := []struct {
		base   string
		name   string
		secure bool
	}{
		{base: "https://app.example.com", name: "__Host-session", secure: true},
		{base: "https://app.example.com:8443", name: "__Host-session_8443", secure: true},
		{base: "https://localhost:8443", name: "__Host-cognito_session_8443", secure: true},
		{base: "https://127.0.0.1", name: "__Host-cognito_session", secure: true},
		{base: "http://localhost:8080", name: "cognito_session_8080"},
		{base: "http://127.0.0.1:8080", name: "cognito_session_8080"},
		{base: "http://[::1]:8080", name: "cognito_session_8080"},
	}
	for _, tt := range tests {
		for _, mode := range modes {
			t.Run(tt.base+"/"+mode.name, func(t *testing.T) {
				app := newApp(t, nil, func(c *session.Config) { c.BaseURL, c.Store = tt.base, mode.store() })
				b := newBrowser(t, app)
				check := func(what string, r reply, gone bool) {
					t.Helper()
					if len(r.cookies) == 0 {
						t.Errorf("%s set no cookie", what)
					}
					for i, k := range r.cookies {
						want := "; Path=/; Max-Age="
						if gone {
							want += "0"
						} else {
							want += fmt.Sprint(k.MaxAge)
						}
						want += "; HttpOnly"
						if tt.secure {
							want += "; Secure"
						}
						want += "; SameSite=Lax"
						line := r.header["Set-Cookie"][i]
						if got := line[strings.Index(line, ";"):]; got != want {
							t.Errorf("%s: attributes of %s = %q, want %q", what, k.Name, got, want)
						}
						if k.Name != tt.name && !strings.HasPrefix(k.Name, tt.name+"-") {
							t.Errorf("%s set %s, want %s and its chunks", what, k.Name, tt.name)
						}
						if gone != (k.Value == "") {
							t.Errorf("%s set %s to %q", what, k.Name, k.Value)
						}
					}
				}
				check("GET /login", b.get("/login"), false)
				b.get("/account").wantStatus(t, "GET /account", 200)
				check("GET /logout", b.get("/logout"), true)
				if got := b.names(); len(got) != 0 {
					t.Errorf("cookies left after /logout: %v", got)
				}
			})
		}
	}
}

// TestS1_LoopbackOnly: plain http anywhere else does not start.
func TestS1_LoopbackOnly(t *testing.T) {
	for _, base := range []string{"http://app.example.com", "http://10.0.0.1", "http://localhost.example.com", "ftp://localhost", "app.example.com", ""} {
		if _, err := session.New(session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: base}); err == nil || !strings.Contains(err.Error(), "BaseURL") {
			t.Errorf("New(BaseURL %q) = %v, want an error about BaseURL", base, err)
		}
	}
}

// TestL5_NoHeaderDecidesAttributes: what a request or a proxy says changes
// nothing about the cookies.
func TestL5_NoHeaderDecidesAttributes(t *testing.T) {
	app := newApp(t, nil, nil)
	r := newBrowser(t, app).request("GET", "/login", "X-Forwarded-Proto", "http", "X-Forwarded-Host", "evil.example", "Forwarded", "proto=http;host=evil.example")
	r.Host = "localhost"
	for _, k := range serve(app, r).cookies {
		if !k.Secure || !strings.HasPrefix(k.Name, "__Host-") || k.Domain != "" {
			t.Errorf("Set-Cookie %s: Secure %v, Domain %q, want __Host-, Secure and no domain", k.Name, k.Secure, k.Domain)
		}
	}
}

// chunked returns an app with a signed-in browser whose tokens part takes two
// cookies.
func chunked(t testing.TB) (*app, *browser) {
	t.Helper()
	app := newApp(t, &authority{size: 1200}, nil)
	b := signedIn(t, app)
	if got, want := b.names(), []string{"__Host-session", "__Host-session-1", "__Host-session-2"}; !slices.Equal(got, want) {
		t.Fatalf("cookies = %v, want %v", got, want)
	}
	return app, b
}

// noTokens fails the test if the browser has a session that opens.
func noTokens(t *testing.T, app *app, b *browser, what string) {
	t.Helper()
	s, err := b.session(app.Manager)
	if err == nil {
		_, err = s.Tokens(t.Context())
	}
	wantNoSession(t, what, err)
}

// TestS2_EveryBit flips each bit of each cookie. A change to the identity
// part is no session at once; one to the tokens part when it is opened.
func TestS2_EveryBit(t *testing.T) {
	app, b := chunked(t)
	for _, n := range b.names() {
		value := b.jar[n].value
		for i := 0; i < len(value)*8; i += thorough.Or(21, 1) { // 21 comes to each of the eight bits
			changed := []byte(value)
			changed[i/8] ^= 1 << (i % 8)
			c := b.clone()
			c.jar[n] = keptCookie{string(changed), time.Now().Add(time.Hour)}
			s, err := c.session(app.Manager)
			if n != "__Host-session" && err == nil {
				_, err = s.Tokens(t.Context())
			}
			if !errors.Is(err, session.ErrNoSession) {
				t.Fatalf("%s, bit %d flipped = %v, want ErrNoSession", n, i, err)
			}
			if i%497 == 0 && n == "__Host-session" {
				if got := c.get("/account"); got.status != 302 {
					t.Fatalf("GET /account (%s, bit %d flipped) = %d %s, want 302", n, i, got.status, got.body)
				}
			}
		}
	}
	b.get("/account").want(t, "GET /account with the cookies as they were", 200, "jane access-00001")
}

// TestS2_ChangedTokensAtRefresh: a tokens part that does not open is noticed
// at the refresh too, sends nothing to Cognito and leaves the real session
// alone.
func TestS2_ChangedTokensAtRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, b := chunked(t)
		thief := b.clone()
		k := thief.jar["__Host-session-1"]
		last := k.value[len(k.value)-2]
		k.value = k.value[:len(k.value)-2] + string(last^1) + k.value[len(k.value)-1:]
		thief.jar["__Host-session-1"] = k

		time.Sleep(56 * time.Minute)
		got := thief.get("/account")
		got.wantStatus(t, "GET /account with a changed chunk", 302)
		wantCalls(t, app.authority)
		if left := thief.names(); len(left) != 0 {
			t.Errorf("cookies left after the refusal: %v", left)
		}
		b.get("/account").want(t, "GET /account with the real cookies", 200, "jane access-00002")
	})
}

// TestS2_Mixed puts cookies in the wrong place. A chunk that is missing,
// swapped or foreign is noticed without opening anything.
func TestS2_Mixed(t *testing.T) {
	const id, first, second = "__Host-session", "__Host-session-1", "__Host-session-2"
	type jar = map[string]keptCookie
	tests := []struct {
		name  string
		mix   func(own, other jar)
		later bool // only seen when the tokens are opened
	}{
		{name: "identity missing", mix: func(own, _ jar) { delete(own, id) }},
		{name: "first chunk missing", mix: func(own, _ jar) { delete(own, first) }},
		{name: "second chunk missing", mix: func(own, _ jar) { delete(own, second) }},
		{name: "all chunks missing", mix: func(own, _ jar) { delete(own, first); delete(own, second) }},
		{name: "chunks swapped", mix: func(own, _ jar) { own[first], own[second] = own[second], own[first] }},
		{name: "first chunk repeated", mix: func(own, _ jar) { own[second] = own[first] }},
		{name: "second chunk repeated", mix: func(own, _ jar) { own[first] = own[second] }},
		{name: "first chunk of another session", mix: func(own, other jar) { own[first] = other[first] }},
		{name: "second chunk of another session", mix: func(own, other jar) { own[second] = other[second] }},
		{name: "all chunks of another session", mix: func(own, other jar) { own[first], own[second] = other[first], other[second] }},
		{name: "identity of another session", mix: func(own, other jar) { own[id] = other[id] }},
		{name: "chunk of another session with our head", mix: func(own, other jar) {
			own[second] = keptCookie{own[second].value[:13] + other[second].value[13:], other[second].until}
		}, later: true},
		{name: "all chunks of another session with our heads", mix: func(own, other jar) {
			for _, n := range []string{first, second} {
				own[n] = keptCookie{own[n].value[:13] + other[n].value[13:], other[n].until}
			}
		}, later: true},
		{name: "chunk cut short", mix: func(own, _ jar) { own[second] = keptCookie{own[second].value[:100], own[second].until} }, later: true},
		{name: "empty chunk", mix: func(own, _ jar) { own[second] = keptCookie{"", own[second].until} }},
		{name: "identity for tokens", mix: func(own, _ jar) {
			own[first] = keptCookie{"1.1" + own[first].value[3:13] + own[id].value, own[first].until}
			delete(own, second)
		}, later: true},
		{name: "tokens for identity", mix: func(own, _ jar) {
			own[id] = keptCookie{own[first].value[13:] + own[second].value[13:], own[first].until}
		}},
		{name: "one chunk said to be all", mix: func(own, _ jar) {
			own[first] = keptCookie{"1" + own[first].value[1:], own[first].until}
		}, later: true},
		{name: "more chunks said than there are", mix: func(own, _ jar) {
			own[first] = keptCookie{"3" + own[first].value[1:], own[first].until}
		}},
		{name: "number of chunks out of range", mix: func(own, _ jar) {
			own[first] = keptCookie{"9" + own[first].value[1:], own[first].until}
		}},
		{name: "no number of chunks", mix: func(own, _ jar) {
			own[first] = keptCookie{"0" + own[first].value[1:], own[first].until}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, own := chunked(t)
			other := signedIn(t, app)
			tt.mix(own.jar, other.jar)
			_, err := own.session(app.Manager)
			if tt.later && err != nil {
				t.Errorf("FromRequest = %v, want this case to reach the opening of the tokens", err)
			} else if !tt.later {
				wantNoSession(t, "FromRequest", err)
				own.get("/account").wantStatus(t, "GET /account", 302)
				own.get("/open").want(t, "GET /open", 200, "guest")
			}
			noTokens(t, app, own, "Tokens")
		})
	}
}

// TestS2_EarlierChunk mixes the chunks of one session from before and after a
// refresh.
func TestS2_EarlierChunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, b := chunked(t)
		before := b.clone()
		time.Sleep(56 * time.Minute)
		b.get("/account").want(t, "GET /account", 200, "jane access-00002")
		for _, n := range []string{"__Host-session-1", "__Host-session-2"} {
			mixed := b.clone()
			mixed.jar[n] = before.jar[n]
			noTokens(t, app, mixed, "Tokens with an earlier "+n)
		}
	})
}

// TestS2_SentTwice: a name with two values is not guessed at, one with the
// same value twice is.
func TestS2_SentTwice(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			app := newApp(t, nil, in(mode.store()))
			b, other := signedIn(t, app), signedIn(t, app)
			for _, n := range b.names() {
				r := b.request("GET", "/account")
				r.Header.Add("Cookie", n+"="+b.jar[n].value)
				serve(app, r).wantStatus(t, "GET /account with "+n+" twice", 200)
				for _, value := range []string{other.jar[n].value, "", "x"} {
					r := b.request("GET", "/account")
					r.Header.Add("Cookie", "a=b; "+n+"="+value+" ;c=d")
					serve(app, r).wantStatus(t, fmt.Sprintf("GET /account with %s twice, then %.5q", n, value), 302)
				}
			}
		})
	}
}

// TestS2_OtherName: what was sealed under one cookie name, or for one
// purpose, is nothing under another.
func TestS2_OtherName(t *testing.T) {
	configs := map[string]func(*session.Config){
		"__Host-session":       nil,
		"__Host-other":         func(c *session.Config) { c.CookieName = "other" },
		"cognito_session_8080": func(c *session.Config) { c.BaseURL = "http://localhost:8080" },
	}
	for from, edit := range configs {
		b := signedIn(t, newApp(t, nil, edit))
		for to, edit := range configs {
			moved := newBrowser(t, newApp(t, nil, edit))
			for n, k := range b.jar {
				moved.jar[to+strings.TrimPrefix(n, from)] = k
			}
			want := 302
			if from == to {
				want = 200
			}
			moved.get("/account").wantStatus(t, "GET /account with cookies of "+from+" sent as "+to, want)
		}
	}
}

// TestS2_Modes: a cookie of one mode is nothing in the other.
func TestS2_Modes(t *testing.T) {
	cookies, store := newApp(t, nil, nil), newApp(t, nil, in(session.NewMemoryStore(nil)))
	b := signedIn(t, cookies)
	b.h = store
	b.get("/account").wantStatus(t, "GET /account of a store app with sealed cookies", 302)
	b = signedIn(t, store)
	b.h = cookies
	b.get("/account").wantStatus(t, "GET /account of a cookie app with an id", 302)
}

func TestS2_Keys(t *testing.T) {
	tests := []struct {
		name string
		keys []session.Key
		ok   bool
	}{
		{name: "nil"},
		{name: "none", keys: []session.Key{}},
		{name: "empty", keys: []session.Key{nil}},
		{name: "short", keys: []session.Key{key(1)[:31]}},
		{name: "old one short", keys: []session.Key{key(1), key(2)[:16]}},
		{name: "32 bytes", keys: []session.Key{key(1)}, ok: true},
		{name: "longer", keys: []session.Key{append(key(1), 1)}, ok: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := session.New(session.Config{Pool: pool("client1"), Keys: tt.keys, BaseURL: baseURL})
			if tt.ok != (err == nil) || tt.ok != (m != nil) {
				t.Errorf("New = %v, %v, want it to start: %v", m, err, tt.ok)
			}
			if err != nil && !strings.Contains(err.Error(), "Keys") {
				t.Errorf("New = %q, want the field named", err)
			}
		})
	}
}

func TestS2_OtherKey(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			store := mode.store()
			b := signedIn(t, newApp(t, nil, in(store)))
			b.h = newApp(t, nil, func(c *session.Config) { c.Keys, c.Store = []session.Key{key(2)}, store })
			b.get("/account").wantStatus(t, "GET /account with another key", 302)
		})
	}
}

func TestS3_Rotation(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := mode.store()
				a := &authority{}
				with := func(keys ...session.Key) *app {
					return newApp(t, a, func(c *session.Config) { c.Keys, c.Store = keys, store })
				}
				before, rotated, after := with(key(1)), with(key(2), key(1)), with(key(2))
				b := signedIn(t, before)
				answers := func(app *app) int {
					c := b.clone()
					c.h = app
					return c.get("/account").status
				}

				b.h = rotated
				b.get("/account").want(t, "GET /account with the old key behind", 200, "jane access-00001")
				if got := answers(after); got != 302 {
					t.Errorf("GET /account with the new key alone, nothing written = %d, want 302", got)
				}

				time.Sleep(6 * time.Minute) // the identity part is written anew
				b.get("/account").want(t, "GET /account six minutes later", 200, "jane access-00001")
				if got := answers(before); got != 302 {
					t.Errorf("GET /account with the old key alone, after a write = %d, want 302", got)
				}
				s, err := b.session(after.Manager)
				if err != nil {
					t.Fatalf("FromRequest with the new key alone = %v, want the identity part sealed anew", err)
				}
				_, err = s.Tokens(t.Context())
				wantNoSession(t, "Tokens with the new key alone, before they were written", err)

				time.Sleep(50 * time.Minute) // the tokens part too
				b.get("/account").want(t, "GET /account after the refresh", 200, "jane access-00002")
				b.h = after
				b.get("/account").want(t, "GET /account with the new key alone, after the refresh", 200, "jane access-00002")
			})
		})
	}
}

// TestS4_Budget signs in with ever larger tokens. They fit, with every cookie
// and their sum within bounds, or nothing is set and the error says so.
func TestS4_Budget(t *testing.T) {
	largest, refused := 0, 0
	for size := 400; size <= 6000; size += 60 {
		app := newApp(t, &authority{size: size}, nil)
		r := serve(app, newBrowser(t, app).request("GET", "/login"))
		if r.status != 200 {
			refused++
			if len(r.header["Set-Cookie"]) != 0 {
				t.Errorf("Start(tokens of %d) failed and set %d cookies", size, len(r.cookies))
			}
			continue
		}
		if refused > 0 {
			t.Errorf("Start(tokens of %d) = nil, and smaller ones were refused", size)
		}
		sum := 0
		for i, line := range r.header["Set-Cookie"] {
			if len(line) > 4096 {
				t.Errorf("Start(tokens of %d): cookie %d has %d bytes with its attributes, want at most 4096", size, i, len(line))
			}
			sum += len(r.cookies[i].Name) + 1 + len(r.cookies[i].Value) + 2
		}
		if sum > 4<<10 {
			t.Errorf("Start(tokens of %d): cookies have %d bytes together, want at most 4096", size, sum)
		}
		largest = max(largest, sum)
	}
	if refused == 0 || largest < 4000 {
		t.Errorf("%d refused, largest %d bytes: want the budget of 4096 used and kept", refused, largest)
	}
}

// TestS4_KeepIDToken: with the ID token the cookies have a budget of their own,
// since the tokens of one user then take more than 4 KiB.
func TestS4_KeepIDToken(t *testing.T) {
	app := newApp(t, &authority{size: 1200}, func(cfg *session.Config) { cfg.KeepIDToken = true })
	b := newBrowser(t, app)
	answer := b.get("/login")
	sum := 0
	for _, c := range answer.cookies {
		sum += len(c.Name) + len("=") + len(c.Value) + len("; ")
	}
	if sum <= 4096 || sum > 6144 {
		t.Errorf("the session takes %d bytes of a Cookie header, want more than 4,096 and 6,144 at most", sum)
	}
	b.get("/account").wantStatus(t, "GET /account", 200)
}

func TestS4_TooLarge(t *testing.T) {
	large := jane()
	for i := range 300 {
		large.Groups = append(large.Groups, fill(fmt.Sprint(i), 24))
	}
	tests := []struct {
		name   string
		size   int
		id     *cognito.Identity
		remedy string
	}{
		{name: "tokens", size: 7000, id: jane(), remedy: "Store"},
		{name: "identity", size: 100, id: large, remedy: "fewer groups"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, &authority{size: tt.size}, nil)
			b := signedInSmall(t, app)
			app.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) {
				err := app.Start(w, r, tt.id, app.authority.issue())
				if !errors.Is(err, session.ErrTooLarge) || !strings.Contains(err.Error(), tt.remedy) {
					t.Errorf("Start = %v, want ErrTooLarge with the remedy %q", err, tt.remedy)
				}
			})
			if got := b.get("/large"); len(got.cookies) != 0 {
				t.Errorf("Start failed and set %d cookies, want none", len(got.cookies))
			}
			b.get("/account").wantStatus(t, "GET /account with the session from before", 200)
		})
	}
}

// signedInSmall signs in with tokens that fit, whatever the authority gives.
func signedInSmall(t testing.TB, app *app) *browser {
	t.Helper()
	small := &authority{size: 200, life: app.authority.lifetime()}
	b := newBrowser(t, app)
	app.HandleFunc("/small", func(w http.ResponseWriter, r *http.Request) {
		tokens := small.issue()
		app.authority.set(func(a *authority) { a.live = map[cognito.RefreshToken]bool{tokens.Refresh: true} })
		if err := app.Start(w, r, jane(), tokens); err != nil {
			t.Errorf("Start(small tokens) = %v", err)
		}
	})
	b.get("/small")
	return b
}

// TestS4_StaleChunks: a session that shrinks, at a refresh or at a new
// sign-in, leaves no chunk behind.
func TestS4_StaleChunks(t *testing.T) {
	for _, how := range []string{"refresh", "sign-in"} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app, b := chunked(t)
				app.authority.size = 200
				want := "jane access-00002"
				if how == "refresh" {
					time.Sleep(56 * time.Minute)
					b.get("/account").want(t, "GET /account", 200, want)
				} else {
					b.get("/login").wantStatus(t, "GET /login", 200)
				}
				if got := b.names(); !slices.Equal(got, []string{"__Host-session", "__Host-session-1"}) {
					t.Errorf("cookies after the %s = %v, want the second chunk cleared", how, got)
				}
				b.get("/account").want(t, "GET /account once more", 200, want)
			})
		})
	}
}

// TestS4_StoreClearsChunks: an app that moves its sessions to a store does not
// leave chunks in the browsers.
func TestS4_StoreClearsChunks(t *testing.T) {
	_, b := chunked(t)
	b.h = newApp(t, nil, in(session.NewMemoryStore(nil)))
	b.get("/login").wantStatus(t, "GET /login", 200)
	if got := b.names(); !slices.Equal(got, []string{"__Host-session"}) {
		t.Errorf("cookies = %v, want the id alone", got)
	}
}

// TestS4_RefreshOutgrowsCookies: tokens that grow too large at a refresh end
// the session. A line in the log says why, and there is no error page and no
// cookie that the browser drops.
func TestS4_RefreshOutgrowsCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 7000}, nil)
		b := signedInSmall(t, app)
		time.Sleep(56 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account", 302)
		if got := b.names(); len(got) != 0 {
			t.Errorf("cookies left = %v, want none", got)
		}
		if got := app.log.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, "configure a Store") {
			t.Errorf("log = %s, want an error with the remedy", got)
		}
	})
}

// TestS4_SetOnce: an answer names each cookie at most once, also where a
// handler ends or replaces the session that its middleware has just written.
func TestS4_SetOnce(t *testing.T) {
	tests := []struct {
		name string
		path string
		want []string // the cookies afterwards
		next int      // the status of /account afterwards
	}{
		{name: "ended", path: "/private/end", want: nil, next: 302},
		{name: "replaced", path: "/private/switch", want: []string{"__Host-session", "__Host-session-1"}, next: 200},
		{name: "required twice", path: "/private/twice", want: []string{"__Host-session", "__Host-session-1", "__Host-session-2"}, next: 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newApp(t, &authority{size: 1200}, nil)
				b := signedInSmall(t, app) // one chunk; the refresh makes it two
				private := http.NewServeMux()
				private.HandleFunc("/private/end", func(w http.ResponseWriter, r *http.Request) {
					if err := app.End(w, r); err != nil {
						t.Errorf("End = %v", err)
					}
				})
				private.HandleFunc("/private/switch", func(w http.ResponseWriter, r *http.Request) {
					app.authority.size = 200
					if err := app.Start(w, r, jane(), app.authority.issue()); err != nil {
						t.Errorf("Start = %v", err)
					}
				})
				private.Handle("/private/twice", app.Require(http.HandlerFunc(whoAmI)))
				app.Handle("/private/", app.Require(private))

				time.Sleep(56 * time.Minute)
				got := b.get(tt.path)
				got.wantStatus(t, "GET "+tt.path, 200)
				seen := map[string]int{}
				for _, k := range got.cookies {
					if seen[k.Name]++; seen[k.Name] > 1 {
						t.Errorf("GET %s sets %s %d times", tt.path, k.Name, seen[k.Name])
					}
				}
				if left := b.names(); !slices.Equal(left, tt.want) {
					t.Errorf("cookies after %s = %v, want %v", tt.path, left, tt.want)
				}
				b.get("/account").wantStatus(t, "GET /account afterwards", tt.next)
			})
		})
	}
}

// TestS4_ForeignCookies: cookies of the app itself stay as they are.
func TestS4_ForeignCookies(t *testing.T) {
	app := newApp(t, nil, nil)
	app.HandleFunc("/bye", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark", MaxAge: 100})
		http.SetCookie(w, &http.Cookie{Name: "__Host-session-9", Value: "mine", MaxAge: 100})
		http.SetCookie(w, &http.Cookie{Name: "__Host-sessions", Value: "mine", MaxAge: 100})
		if err := app.End(w, r); err != nil {
			t.Errorf("End = %v", err)
		}
	})
	b := signedIn(t, app)
	b.jar["lang"] = keptCookie{"en", time.Now().Add(time.Hour)}
	b.get("/bye")
	if got, want := b.names(), []string{"__Host-session-9", "__Host-sessions", "lang", "theme"}; !slices.Equal(got, want) {
		t.Errorf("cookies after End = %v, want %v", got, want)
	}
}

// TestS4_ManyCookies: the session is found among the cookies of an app,
// however the header is cut.
func TestS4_ManyCookies(t *testing.T) {
	app, b := chunked(t)
	pairs := []string{"a=b", "=", "x", "__Host-session-11=q", "X__Host-session=q", "__host-session=q"}
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(b.jar))) {
		pairs = append(pairs, n+"="+b.jar[n].value)
	}
	for _, separator := range []string{"; ", ";", " ;\t", ";;"} {
		r := newBrowser(t, app).request("GET", "/account")
		r.Header.Set("Cookie", strings.Join(pairs, separator))
		serve(app, r).want(t, "GET /account, cookies joined with "+separator, 200, "jane access-00001")
	}
	r := newBrowser(t, app).request("GET", "/account")
	r.Header["Cookie"] = pairs
	serve(app, r).want(t, "GET /account, a header line per cookie", 200, "jane access-00001")
}
