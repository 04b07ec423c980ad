package hostedui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestS4_AnswersFitProxies: whatever the number of groups up to 20, no answer
// of a sign-in has more than 3,800 bytes of headers. The browser keeps at most
// 6 KiB.
func TestS4_AnswersFitProxies(t *testing.T) {
	for groups := 0; groups <= 20; groups += 5 {
		pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
		user := cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}
		for n := range groups {
			user.Groups = append(user.Groups, fmt.Sprintf("department-%02d", n+1))
		}
		if _, err := pool.AddUser(user); err != nil {
			t.Fatal(err)
		}
		client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/auth/", client)
		mux.Handle("/", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
		largest := 0
		b := pool.Browser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mux.ServeHTTP(w, r)
			size := len("HTTP/1.1 303 See Other\r\nDate: Sun, 29 Nov 2026 08:00:00 GMT\r\nContent-Length: 0\r\n\r\n")
			for name, values := range w.Header() {
				for _, v := range values {
					size += len(name) + len(v) + len(": \r\n")
				}
			}
			largest = max(largest, size)
		}), base)
		if res, err := pool.SignIn(b, base+"/account", "jane", user.Password); err != nil || res.StatusCode != 200 {
			t.Fatalf("%d groups: sign-in = %v, %v", groups, res, err)
		}
		u, _ := url.Parse(base)
		kept := 0
		for _, c := range b.Jar.Cookies(u) {
			kept += len(c.Name) + len(c.Value) + len("=; ")
		}
		t.Logf("%d groups: answer of %d bytes, %d kept", groups, largest, kept)
		if largest > 3800 || kept > 6<<10 {
			t.Errorf("%d groups: an answer has %d bytes of headers, the browser keeps %d: want 3800 and 6144 at most", groups, largest, kept)
		}
	}
}
