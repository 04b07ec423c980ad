package account

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/internal/strangers"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

// onPool is the pages on a pool, as the shop has them.
func onPool(pool cognito.Config) (http.Handler, error) {
	client, err := userpool.New(userpool.Config{Pool: pool})
	if err != nil {
		return nil, err
	}
	keys := []session.Key{session.NewKey()}
	sessions, err := session.New(session.Config{Pool: pool, Keys: keys, BaseURL: strangers.BaseURL, Refresher: client})
	if err != nil {
		return nil, err
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: keys, BaseURL: strangers.BaseURL})
	if err != nil {
		return nil, err
	}
	pages, err := site.New(site.Config{Name: "Shop", LoginPath: Prefix + "login", LogoutPath: Prefix + "logout"}, Pages())
	if err != nil {
		return nil, err
	}
	return New(Config{Client: client, Sessions: sessions, Pending: pending, Site: pages, BaseURL: strangers.BaseURL, AppName: "Shop", EmailCodes: true}), nil
}

// TestU3_Strangers: over every page and form, all kinds of accounts and no
// account look the same.
func TestU3_Strangers(t *testing.T) {
	post := func(path string, pairs ...string) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			v.Post(path, append([]string{"username", v.Name, "email", v.Name}, pairs...)...)
		}
	}
	get := func(path string) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) { v.Get(path + "?username=" + v.Name) }
	}
	p := &pages{Config: Config{EmailCodes: true}}
	strangers.Run(t, strangers.App{
		New:  onPool,
		Open: slices.Collect(maps.Keys(p.open())), SignedIn: append(slices.Collect(maps.Keys(p.signedIn())), slices.Collect(maps.Keys(p.recent()))...),
		Forms: map[string]func(*strangers.Visitor){
			"POST /auth/login":       post("/auth/login", "password", "Wr0ng-password"),
			"POST /auth/login/email": post("/auth/login/email"),
			"GET /auth/challenge":    func(v *strangers.Visitor) { post("/auth/login/email")(v); v.Get("/auth/challenge") },
			"POST /auth/challenge": func(v *strangers.Visitor) {
				post("/auth/login/email")(v)
				v.Post("/auth/challenge", "challenge", v.Challenge(), "code", "00000000")
			},
			"POST /auth/signup":          post("/auth/signup", "password", "N3w-password"),
			"GET /auth/confirm":          get("/auth/confirm"),
			"POST /auth/confirm":         post("/auth/confirm", "code", "000000"),
			"POST /auth/confirm/resend":  post("/auth/confirm/resend"),
			"GET /auth/forgot-password":  get("/auth/forgot-password"),
			"POST /auth/forgot-password": post("/auth/forgot-password"),
			"GET /auth/reset-password":   get("/auth/reset-password"),
			"POST /auth/reset-password":  post("/auth/reset-password", "code", "000000", "password", "N3w-password"),
		},
		Nameless: map[string]string{
			"GET /auth/login": "it shows what the browser sent", "GET /auth/signup": "it is an empty form", "GET /auth/logout": "it asks for a button",
			"POST /auth/logout": "it ends the session there is", "GET /auth/signed-out": "it is a text", "GET /auth/forget": "it is an image",
		},
	})
}
