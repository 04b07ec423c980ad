package main

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/strangers"
)

// TestU3_Strangers: over every page and form, all kinds of accounts and no
// account look the same: status, headers, cookies, page, calls to Cognito and
// time.
func TestU3_Strangers(t *testing.T) {
	post := func(path string, pairs ...string) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			v.Post(path, append([]string{"username", v.Name, "email", v.Name}, pairs...)...)
		}
	}
	get := func(path string) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) { v.Get(path + "?username=" + v.Name) }
	}
	answer := func(first, field, value string) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			v.Post(first, "username", v.Name)
			v.Post("/auth/challenge", "challenge", v.Challenge(), field, value)
		}
	}
	// A cookie that says that the user has a passkey in this browser, as a
	// stranger could write it.
	forged := func(next func(*strangers.Visitor)) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			for _, name := range []string{"passkey-users", "__Host-sign-in-passkeys"} {
				v.Cookie(name, v.ForgedOwner())
			}
			next(v)
		}
	}
	p := &pages{accountConfig: accountConfig{EmailCodes: true, RelyingPartyID: strangers.RelyingPartyID}}
	strangers.Run(t, strangers.App{
		New: func(cfg cognito.Config) (http.Handler, error) {
			return newApp(settings{pool: cfg, baseURL: strangers.BaseURL, keys: []session.Key{session.NewKey()}, emailCodes: true, passkeys: strangers.RelyingPartyID})
		},
		Open:     slices.Collect(maps.Keys(p.open())),
		SignedIn: append(slices.Collect(maps.Keys(p.signedIn())), slices.Collect(maps.Keys(p.recent()))...),
		Forms: map[string]func(*strangers.Visitor){
			"GET /auth/login (forged cookie)":           forged(get("/auth/login")),
			"POST /auth/login":                          post("/auth/login", "password", "Wr0ng-password"),
			"POST /auth/login/email":                    post("/auth/login/email"),
			"POST /auth/login/passkey":                  post("/auth/login/passkey"),
			"POST /auth/login/passkey (forged cookie)":  forged(post("/auth/login/passkey")),
			"GET /auth/challenge":                       func(v *strangers.Visitor) { post("/auth/login/email")(v); v.Get("/auth/challenge") },
			"POST /auth/challenge (code)":               answer("/auth/login/email", "code", "00000000"),
			"POST /auth/challenge (passkey)":            answer("/auth/login/passkey", "credential", strangers.Credential),
			"POST /auth/challenge (no passkey)":         answer("/auth/login/passkey", "credential", "{}"),
			"POST /auth/signup":                         post("/auth/signup", "password", "N3w-password"),
			"POST /auth/signup (weak password)":         post("/auth/signup", "password", "weak"),
			"GET /auth/confirm":                         get("/auth/confirm"),
			"POST /auth/confirm":                        post("/auth/confirm", "code", "000000"),
			"POST /auth/confirm/resend":                 post("/auth/confirm/resend"),
			"GET /auth/forgot-password":                 get("/auth/forgot-password"),
			"POST /auth/forgot-password":                post("/auth/forgot-password"),
			"GET /auth/reset-password":                  get("/auth/reset-password"),
			"POST /auth/reset-password":                 post("/auth/reset-password", "code", "000000", "password", "N3w-password"),
			"POST /auth/reset-password (weak password)": post("/auth/reset-password", "code", "000000", "password", "weak"),
		},
		Nameless: map[string]string{
			"GET /auth/login":      "it shows what the browser sent",
			"GET /auth/signup":     "it is an empty form",
			"GET /auth/logout":     "it asks for a button",
			"POST /auth/logout":    "it ends the session there is",
			"GET /auth/signed-out": "it is a text",
			"GET /auth/forget":     "it is an image",
			"GET " + passkeyScript: "it is a script",
		},
	})
}
