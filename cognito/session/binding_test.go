package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestS2_BoundToPoolAndClient: apps that share keys, cookie name and store, but
// not the user pool or the app client, reject each other's sessions. A pool's
// other issuer and its replicas change nothing.
func TestS2_BoundToPoolAndClient(t *testing.T) {
	const (
		id      = "eu-west-1_aB3dE5gH7"
		other   = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + id
		replica = "https://cognito-idp.eu-central-1.amazonaws.com/" + id
	)
	bound := cognito.Config{UserPoolID: id, ClientID: "client1"}
	replicated := bound
	replicated.ReplicaRegions = []string{"eu-central-1"}
	tests := []struct {
		name     string
		issuer   string // of the session; empty means jane's
		by, with cognito.Config
		opens    bool
	}{
		{name: "its own", by: bound, with: bound, opens: true},
		{name: "its own, with other settings", by: bound, with: replicated, opens: true},
		{name: "the pool's other issuer", issuer: other, by: bound, with: bound, opens: true},
		{name: "a replica", issuer: replica, by: replicated, with: replicated, opens: true},
		{name: "a replica that is no longer configured", issuer: replica, by: replicated, with: bound},
		{name: "another client", by: bound, with: cognito.Config{UserPoolID: id, ClientID: "client2"}},
		{name: "another client that lists it among others", by: bound, with: cognito.Config{UserPoolID: id, ClientID: "client2", OtherClientIDs: []string{"client1"}}},
		{name: "another pool", by: bound, with: cognito.Config{UserPoolID: "eu-west-1_Other0000", ClientID: "client1"}},
		{name: "another pool that claims the issuer", by: bound, with: cognito.Config{UserPoolID: "eu-west-1_Other0000", ClientID: "client1", Issuer: jane().Issuer}},
	}
	for _, tt := range tests {
		for _, mode := range modes {
			store := mode.store()
			manager := func(p cognito.Config) *session.Manager {
				m, err := session.New(session.Config{Pool: p, Keys: []session.Key{key(1)}, BaseURL: baseURL, Options: session.Options{Store: store}})
				if err != nil {
					t.Fatal(err)
				}
				return m
			}
			who := jane()
			if tt.issuer != "" {
				who.Issuer = tt.issuer
			}
			rec := httptest.NewRecorder()
			if err := manager(tt.by).Start(rec, httptest.NewRequest("GET", baseURL, nil), who, new(authority).issue()); err != nil {
				t.Fatalf("%s, %s: Start = %v", tt.name, mode.name, err)
			}
			r := httptest.NewRequest("GET", baseURL+"/", nil)
			for _, c := range rec.Result().Cookies() {
				r.AddCookie(c)
			}
			s, err := manager(tt.with).FromRequest(r)
			if !tt.opens {
				wantNoSession(t, tt.name+", "+mode.name+": FromRequest", err)
			} else if err != nil || s.Identity().Issuer != who.Issuer {
				t.Errorf("%s, %s: FromRequest = %v, %v, want the session", tt.name, mode.name, s, err)
			}
		}
	}
}

// TestS2_TokensAreBound: the tokens part is sealed for the app client too. A
// record that was moved below another client's session does not open.
func TestS2_TokensAreBound(t *testing.T) {
	for _, client := range []string{"client1", "client2"} {
		a := newApp(t, nil, nil)
		b := newApp(t, nil, func(c *session.Config) { c.Pool = pool(client) })
		if got, want := session.OpensTokens(b.Manager, session.SealTokens(a.Manager)), client == "client1"; got != want {
			t.Errorf("tokens sealed for client1 open for %s: %v, want %v", client, got, want)
		}
	}
}

// TestS2_StartElsewhere: no session starts for an identity of another pool, or
// of another app client.
func TestS2_StartElsewhere(t *testing.T) {
	for name, edit := range map[string]func(*cognito.Identity){
		"another pool": func(who *cognito.Identity) {
			who.Issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0000"
		},
		"another client":   func(who *cognito.Identity) { who.ClientID = "client2" },
		"no client":        func(who *cognito.Identity) { who.ClientID = "" },
		"an issuer's look": func(who *cognito.Identity) { who.Issuer += "/" },
		"a replica not listed": func(who *cognito.Identity) {
			who.Issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-west-1_aB3dE5gH7"
		},
	} {
		for _, mode := range modes {
			p := newApp(t, nil, in(mode.store()))
			p.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
				who := jane()
				edit(who)
				if err := p.Start(w, r, who, p.authority.issue()); err == nil {
					t.Errorf("%s, %s: Start = nil, want an error", name, mode.name)
				}
			})
			b := newBrowser(t, p)
			b.get("/start")
			if names := b.names(); len(names) != 0 {
				t.Errorf("%s, %s: cookies %v, want none", name, mode.name, names)
			}
		}
	}
}
