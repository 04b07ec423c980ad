package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestTokenSource: an app that signs users in with its own forms calls an API
// with the access token, through oauth2.NewClient. The token is a new one after
// an hour. In a handler that outlives it, it is new where there is a store.
func TestTokenSource(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		p := newApp(t, &authority{}, edit)
		var sent string
		api := roundTrip(func(r *http.Request) (*http.Response, error) {
			sent = name(r.Header.Get("Authorization"))
			return httptest.NewRecorder().Result(), nil
		})
		var work time.Duration
		var failed error
		p.Handle("/call", p.Optional(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			sent = ""
			tokens := session.TokenSource(r.Context())
			time.Sleep(work)
			ctx := context.WithValue(r.Context(), oauth2.HTTPClient, &http.Client{Transport: api})
			_, failed = oauth2.NewClient(ctx, tokens).Get("https://api.example.com/orders")
		})))
		call := func(b *browser, want string) {
			t.Helper()
			if b.get("/call"); sent != want || (failed == nil) != (want != "") {
				t.Errorf("the API got %q (%v), want %q", sent, failed, want)
			}
		}
		b := signedIn(t, p)
		call(b, "Bearer access-00001")
		time.Sleep(time.Hour)
		call(b, "Bearer access-00002")
		work = 61 * time.Minute
		if store != nil {
			call(b, "Bearer access-00003")
		} else if call(b, ""); !errors.Is(failed, session.ErrRefresh) {
			t.Errorf("after the token's end in a handler: %v, want ErrRefresh", failed)
		}
		work = 0
		call(newBrowser(t, p), "")
		if !errors.Is(failed, session.ErrNoSession) {
			t.Errorf("a guest's call = %v, want ErrNoSession", failed)
		}
	})
}

// TestTokenSource_Token: the token has its end and nothing but the access token.
func TestTokenSource_Token(t *testing.T) {
	if token, err := session.TokenSource(t.Context()).Token(); token != nil || !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Token without a request = %v, %v, want ErrNoSession", token, err)
	}
	p := newApp(t, nil, nil)
	p.Handle("/call", p.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, err := session.TokenSource(r.Context()).Token()
		if err != nil {
			t.Fatal(err)
		}
		s := session.FromContext(r.Context())
		if name(cognito.AccessToken(got.AccessToken)) != "access-00001" || got.Type() != "Bearer" || !got.Expiry.Equal(s.AccessExpiry()) || got.RefreshToken != "" {
			t.Errorf("Token = %s %s until %v, want the access token and its end alone", got.Type(), name(got.AccessToken), got.Expiry)
		}
	})))
	signedIn(t, p).get("/call").wantStatus(t, "GET /call", 200)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
