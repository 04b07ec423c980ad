package main

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// forgetful is a Cognito that fails to revoke at the first try.
type forgetful struct{ tries int }

var errAway = errors.New("away")

func (f *forgetful) Refresh(context.Context, cognito.Tokens, *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	return cognito.Tokens{}, nil, errAway
}

func (f *forgetful) Revoke(context.Context, cognito.RefreshToken) error {
	if f.tries++; f.tries == 1 {
		return errAway
	}
	return nil
}

// TestServe_Closes: when the app ends, its sessions finish what goes on after
// the requests: here a revocation that would be tried again in a minute.
func TestServe_Closes(t *testing.T) {
	pool := cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"}
	f := &forgetful{}
	sessions, err := session.New(session.Config{Pool: pool, Keys: []session.Key{session.NewKey()}, BaseURL: "http://localhost:8080", Refresher: f})
	if err != nil {
		t.Fatal(err)
	}
	rec, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	who := &cognito.Identity{Issuer: pool.Issuers()[0], Subject: "jane", ClientID: pool.ClientID, AuthTime: time.Now()}
	if err := sessions.Start(rec, r, who, cognito.Tokens{ID: "i.i.i", Access: "a.a.a", Refresh: "r", Expiry: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range rec.Result().Cookies() {
		r.AddCookie(c)
	}
	if err := sessions.End(httptest.NewRecorder(), r); err != nil || f.tries != 1 {
		t.Fatalf("End = %v with %d revocations, want nil and one", err, f.tries)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	a := &app{Handler: sessions.Optional(nil), sessions: sessions, health: &health{}}
	if err := serve(ctx, listener, a); err != nil || f.tries != 2 {
		t.Errorf("serve = %v with %d revocations, want nil and two", err, f.tries)
	}
}
