package main

import (
	"net/http"
	"testing"
	"time"
)

// TestO6_Shop: in both login modes, what an administrator does at Cognito ends
// the session and the token of the user, and of nobody else.
func TestO6_Shop(t *testing.T) {
	for _, flow := range []string{optionHosted, optionCustom} {
		t.Run(flow, func(t *testing.T) {
			s := open(t, flow, func(cfg *settings) { cfg.eventsSecret = "a-secret-of-32-characters-or-more" })
			s.sendEvents(&s.app.settings)
			joe, pat := s.visit(), s.visit()
			joe.signIn("joe@example.com")
			pat.signIn("pat@example.com")
			token := s.token()
			if got := s.orders(token); got != http.StatusOK {
				t.Fatalf("the API answers joe's token with %d, want 200", got)
			}
			s.pool.Advance(2 * time.Second) // CloudTrail tells whole seconds

			if err := s.pool.DisableUser("joe@example.com"); err != nil {
				t.Fatal(err)
			}
			ended := func() bool { return joe.get("/profile").path != "/profile" }
			for limit := time.Now().Add(10 * time.Second); !ended() && time.Now().Before(limit); {
			}
			if !ended() {
				t.Error("joe is disabled and sees the profile")
			}
			if got := s.orders(token); got != http.StatusUnauthorized {
				t.Errorf("the API answers the token of a disabled user with %d, want 401", got)
			}
			pat.want(pat.get("/profile"), 200, "pat@example.com")
		})
	}
}

// TestO6_ShopRefusesStrangers: only EventBridge may tell of events.
func TestO6_ShopRefusesStrangers(t *testing.T) {
	s := open(t, optionHosted, func(cfg *settings) { cfg.eventsSecret = "a-secret-of-32-characters-or-more" })
	if a := s.visit().post(eventsPath, "a", "b"); a.status != http.StatusUnauthorized {
		t.Errorf("an event without the secret = %d, want 401", a.status)
	}
}

// orders asks the API with a token and returns the status.
func (s *shop) orders(token string) int {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.url+"/api/orders", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
