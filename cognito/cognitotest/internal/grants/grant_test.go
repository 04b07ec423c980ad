package grants_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
)

// A store that runs for years keeps the sign-ins of a month: what has expired
// goes.
func TestStoreForgets(t *testing.T) {
	const month = 30 * 24 * time.Hour
	client := &clients.Client{ID: "web", AccessTokenValidity: time.Hour, RefreshTokenValidity: month}
	var store grants.Store
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	first := ""
	for i := range 20_000 { // one an hour
		now = now.Add(time.Hour)
		g := &grants.Grant{Client: client, Sub: "sub", OriginJTI: fmt.Sprint(i), Expires: now.Add(month)}
		store.NoteAccess(fmt.Sprint("jti-", i), g, now)
		token := store.AddRefresh(g)
		if first == "" {
			first = token
		}
	}
	if n := len(store.Refresh); n > 2*(24*30+24)+1024 {
		t.Errorf("the store keeps %d refresh tokens of a month with %d sign-ins", n, 24*30)
	}
	if store.GrantOf(first) != nil {
		t.Error("the store knows a refresh token that ended two years ago")
	}
	if n := len(store.Save(now)); n != 24*30 {
		t.Errorf("Save has %d sign-ins, want those of a month, %d", n, 24*30)
	}
}
