package session_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// FuzzCookies sends any Cookie header at all. There is no panic and no error,
// and a session only where the header has exactly what was sealed. In the
// header, $i, $1 and $2 mean the cookies of one session. $I and $J mean those
// of another, which a fuzzer could not find. $s is the id of a session in a
// store.
func FuzzCookies(f *testing.F) {
	app := newApp(f, &authority{size: 1200}, nil)
	own, other := signedIn(f, app), signedIn(f, app)
	stored := newApp(f, nil, in(session.NewMemoryStore(nil)))
	inStore := signedIn(f, stored)
	value := func(b *browser, suffix string) string { return b.jar["__Host-session"+suffix].value }
	fill := strings.NewReplacer(
		"$i", value(own, ""), "$1", value(own, "-1"), "$2", value(own, "-2"),
		"$I", value(other, ""), "$J", value(other, "-1"), "$s", value(inStore, ""))

	const whole = "__Host-session=$i; __Host-session-1=$1; __Host-session-2=$2"
	for _, header := range []string{
		"", whole, whole + "x", whole + "=", "a=b;" + whole + ";;", strings.ReplaceAll(whole, "; ", "\t;"), strings.Replace(whole, "$1", "$J", 1),
		strings.Replace(whole, "$i", "$I", 1), whole + "; __Host-session-1=$1", whole + "; __Host-session=$I", strings.Replace(whole, "$1", "\"$1\"", 1),
		strings.Replace(whole, "-2=$2", "-2=$1", 1), strings.Replace(whole, "$1", "4$1", 1), "__Host-session=$s", "__Host-session=$s; __Host-session=$i",
		"__Host-session=$i$i; __Host-session-1=$1$2", "__Host-session", "=;=", "__Host-session-1=1.1..", strings.Replace(whole, "$i", "$i\n", 1),
	} {
		f.Add(header)
	}
	// sent reports whether every cookie of that name in the header is value.
	sent := func(header, name, value string) bool {
		found := false
		for pair := range strings.SplitSeq(header, ";") {
			if v, named := strings.CutPrefix(strings.Trim(pair, " \t"), name+"="); named {
				if found = true; v != value {
					return false
				}
			}
		}
		return found
	}
	f.Fuzz(func(t *testing.T, header string) {
		header = fill.Replace(header)
		r := newBrowser(t, app).request("GET", "/account")
		r.Header.Set("Cookie", header)

		s, err := app.FromRequest(r)
		switch {
		case err == nil:
			if !sent(header, "__Host-session", value(own, "")) && !sent(header, "__Host-session", value(other, "")) {
				t.Fatalf("FromRequest(%q) = %v, whose identity was not sent", header, s)
			}
			if _, err := s.Tokens(t.Context()); err == nil {
				whole := false
				for _, b := range []*browser{own, other} {
					whole = whole || sent(header, "__Host-session", value(b, "")) && sent(header, "__Host-session-1", value(b, "-1")) && sent(header, "__Host-session-2", value(b, "-2"))
				}
				if !whole {
					t.Fatalf("Tokens(%q) = nil, want the three cookies of one session for that", header)
				}
			} else if !errors.Is(err, session.ErrNoSession) {
				t.Fatalf("Tokens(%q) = %v, want ErrNoSession", header, err)
			}
		case !errors.Is(err, session.ErrNoSession):
			t.Fatalf("FromRequest(%q) = %v, want ErrNoSession", header, err)
		}
		want := http.StatusFound
		if err == nil {
			want = http.StatusOK
		}
		if got := serve(app, r); got.status != want && got.status != http.StatusTeapot { // the handler's answer if tokens do not open
			t.Fatalf("GET /account (%q) = %d, want %d", header, got.status, want)
		}

		switch s, err := stored.FromRequest(r); {
		case err == nil && !sent(header, "__Host-session", value(inStore, "")):
			t.Fatalf("FromRequest(%q) in store mode = %v, whose id was not sent", header, s)
		case err != nil && !errors.Is(err, session.ErrNoSession):
			t.Fatalf("FromRequest(%q) in store mode = %v, want ErrNoSession", header, err)
		}
	})
}
