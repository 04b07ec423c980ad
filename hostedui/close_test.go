package hostedui_test

import (
	"testing"
	"time"
)

// TestR9_ClientCloses: after Close the client serves a session that is due, and
// asks Cognito for no new tokens.
func TestR9_ClientCloses(t *testing.T) {
	w := newWorld(t, withStore)
	b := w.signedIn()
	if err := w.client.Close(t.Context()); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	w.pool.Advance(57 * time.Minute)
	if p := b.open("/account"); p.body != "user jane" || len(w.refreshes()) != 0 {
		t.Errorf("GET /account, due after Close = %v with %d refreshes, want the page and none", p, len(w.refreshes()))
	}
}
