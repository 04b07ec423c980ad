package hostedui_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestL2_Ports: apps on two ports of one host share the browser's cookie jar,
// since cookies ignore ports. However many logins are pending in one, those of
// the other finish, and so do sign-outs.
func TestL2_Ports(t *testing.T) {
	for name, bases := range map[string][2]string{
		"loopback": {"http://localhost:8080", "http://localhost:8081"},
		"https":    {"https://app.example.com:8443", "https://app.example.com:9443"},
	} {
		t.Run(name, func(t *testing.T) {
			var callbacks, signOuts []string
			for _, base := range bases {
				callbacks = append(callbacks, base+"/auth/callback")
				signOuts = append(signOuts, base+"/auth/signed-out")
			}
			pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: callbacks, LogoutURLs: signOuts}))
			if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
				t.Fatal(err)
			}
			var browsers [2]*http.Client // tabs of one browser
			for i, base := range bases {
				client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
				if err != nil {
					t.Fatal(err)
				}
				mux := http.NewServeMux()
				mux.Handle("/auth/", client)
				mux.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.WriteString(w, base+" "+cognito.FromContext(r.Context()).Username)
				})))
				browsers[i] = pool.Browser(mux, base)
				browsers[i].Jar = browsers[0].Jar
			}
			var pages [2][5]*http.Response
			for n := range pages[0] {
				for i, base := range bases {
					var err error
					if pages[i][n], err = browsers[i].Get(base + "/account"); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, n := range []int{0, 4} {
				for i, base := range bases {
					resp, err := cognitotest.Submit(browsers[i], pages[i][n], "username", "jane", "password", "Passw0rd!")
					if err != nil {
						t.Fatal(err)
					}
					wantPage(t, resp, base+"/account", base+" jane")
				}
			}
			for i, base := range bases { // both are signed in at once, and out one by one
				resp, err := browsers[i].Get(base + "/account")
				if err != nil {
					t.Fatal(err)
				}
				wantPage(t, resp, base+"/account", base+" jane")
			}
			if _, err := browsers[0].PostForm(bases[0]+"/auth/logout", nil); err != nil {
				t.Fatal(err)
			}
			resp, err := browsers[1].Get(bases[1] + "/account")
			if err != nil {
				t.Fatal(err)
			}
			wantPage(t, resp, bases[1]+"/account", bases[1]+" jane")
		})
	}
}

func wantPage(t *testing.T, resp *http.Response, url, body string) {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.Request.URL.String() != url || string(b) != body {
		t.Errorf("the browser is at %s with %.80q (%v), want %s with %q", resp.Request.URL, b, err, url, body)
	}
}
