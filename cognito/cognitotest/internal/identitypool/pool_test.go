package identitypool_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
)

func newPool() *identitypool.Pool {
	return &identitypool.Pool{
		Settings:   identitypool.Settings{ID: "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab"},
		Identities: make(map[string]*identitypool.Visitor),
		Logins:     make(map[identitypool.Login]string),
	}
}

// Guests do not fill the memory of a pool that runs for days: the oldest go.
// Users stay, those among them too that began as guests.
func TestGuestsAreBounded(t *testing.T) {
	ip := newPool()
	resolve := func(id string, logins ...identitypool.Login) string {
		t.Helper()
		id, err := ip.Resolve(id, logins)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	jane, joe := identitypool.Login{Provider: "pool", Subject: "jane"}, identitypool.Login{Provider: "pool", Subject: "joe"}
	user := resolve("", jane)
	became := resolve("")
	resolve(became, joe) // the guest signs in
	first, second := resolve(""), ""
	for range 10_000 {
		second = resolve("")
	}
	if n := len(ip.Identities); n > 10_002 {
		t.Errorf("the pool keeps %d identities, want 10,000 guests and 2 users at most", n)
	}
	if _, err := ip.Resolve(first, nil); err == nil {
		t.Error("the oldest guest is still known")
	}
	if resolve(second) != second || resolve("", jane) != user || resolve("", joe) != became {
		t.Error("the newest guest or a user is not known any more")
	}
}
