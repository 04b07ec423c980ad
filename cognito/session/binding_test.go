package session_test

import (
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestT3_SessionsAreBoundToTheirPool: apps of two pools that share keys,
// cookie name and store do not take each other's sessions, and an app of both
// takes either.
func TestT3_SessionsAreBoundToTheirPool(t *testing.T) {
	one := jane().Issuer
	const two = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0000"
	for mode, store := range map[string]session.Store{"cookies": nil, "store": session.NewMemoryStore(nil)} {
		bound := func(issuers ...string) *session.Manager {
			m, err := session.New(session.Config{Keys: []session.Key{key(1)}, BaseURL: baseURL, Options: session.Options{Store: store}, Issuers: issuers})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		rec := httptest.NewRecorder()
		if err := bound(one).Start(rec, httptest.NewRequest("GET", baseURL, nil), jane(), new(authority).issue()); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", baseURL+"/", nil)
		for _, c := range rec.Result().Cookies() {
			r.AddCookie(c)
		}
		for name, tt := range map[string]struct {
			m     *session.Manager
			there bool
		}{
			"its own": {bound(one), true}, "both": {bound(two, one), true}, "any": {bound(), true},
			"another": {bound(two), false}, "its own with a slash": {bound(one + "/"), false},
		} {
			s, err := tt.m.FromRequest(r)
			if !tt.there {
				wantNoSession(t, mode+": FromRequest(bound to "+name+")", err)
			} else if err != nil || s.Identity().Issuer != one {
				t.Errorf("%s: FromRequest(bound to %s) = %v, %v, want the session", mode, name, s, err)
			}
		}
		rec = httptest.NewRecorder()
		if err := bound(two).Start(rec, httptest.NewRequest("GET", baseURL, nil), jane(), new(authority).issue()); err == nil || len(rec.Result().Cookies()) != 0 {
			t.Errorf("%s: Start(another issuer's identity) = %v with cookies %v, want an error and none", mode, err, rec.Result().Cookies())
		}
	}
}
