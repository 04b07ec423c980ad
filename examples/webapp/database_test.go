//go:build unix

package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// onEachDatabase runs a test on SQLite and on PostgreSQL. Open opens the same
// database another time, as another process of the app does.
func onEachDatabase(t *testing.T, test func(t *testing.T, open func() *database)) {
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		t.Run(kind, func(t *testing.T) {
			var url, file string
			if kind == "SQLite" {
				file = filepath.Join(t.TempDir(), "a shop?#.db")
			} else {
				url = servers.NewPostgres(t).URL
			}
			test(t, func() *database {
				db, err := openDatabase(context.Background(), url, file)
				if err != nil {
					t.Error(err)
					return nil
				}
				t.Cleanup(func() { _ = db.Close() })
				return db
			})
		})
	}
}

// atOnce calls f from n goroutines that wait for each other first.
func atOnce(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			f(i)
		})
	}
	done.Wait()
}

func someone(edit ...func(*cognito.Identity)) *cognito.Identity {
	who := &cognito.Identity{
		Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7", Subject: "sub-1", Username: "jane",
		Name: "Jane Doe", Email: "jane@example.com", EmailVerified: true, Groups: []string{"admins", "premium"},
	}
	for _, e := range edit {
		e(who)
	}
	return who
}

// TestMigrate_AtOnce: processes that start at the same moment migrate once.
func TestMigrate_AtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, open func() *database) {
		atOnce(6, func(int) { open() })
		db := open()
		var names, products int
		if err := db.QueryRow(`SELECT (SELECT count(*) FROM migrations), (SELECT count(*) FROM products)`).Scan(&names, &products); err != nil || names != 2 || products != 7 {
			t.Errorf("after six starts there are %d migrations and %d products, %v; want 2 and 7", names, products, err)
		}
	})
}

// TestSignedIn_AtOnce: fifty first sign-ins of one user, in two processes,
// make one row.
func TestSignedIn_AtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, open func() *database) {
		dbs := []*database{open(), open()}
		ids := make([]string, 50)
		atOnce(len(ids), func(i int) {
			var err error
			if i%5 == 4 { // a token of the user's, at the same moment
				ids[i], err = dbs[i%2].Known(context.Background(), someone())
			} else {
				ids[i], err = dbs[i%2].SignedIn(context.Background(), someone())
			}
			if err != nil {
				t.Error(err)
			}
		})
		if all := slices.Compact(slices.Sorted(slices.Values(ids))); len(all) != 1 || all[0] == "" {
			t.Errorf("50 first sign-ins have the keys %q, want one", all)
		}
		users, err := dbs[0].Users(context.Background())
		if err != nil || len(users) != 1 || users[0].SignIns != 40 || users[0].ID != ids[0] {
			t.Errorf("Users() = %+v, %v, want one with 40 sign-ins", users, err)
		}
	})
}

// TestSignedIn_Updates: the row follows what Cognito says, and keeps an
// address only while it is verified.
func TestSignedIn_Updates(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, open func() *database) {
		db, ctx := open(), context.Background()
		first, err := db.SignedIn(ctx, someone())
		if err != nil {
			t.Fatal(err)
		}
		steps := []struct {
			name  string
			who   *cognito.Identity
			same  bool
			email string
		}{
			{"a new address, not verified", someone(func(id *cognito.Identity) { id.Email, id.EmailVerified = "other@example.com", false }), true, ""},
			{"verified", someone(func(id *cognito.Identity) { id.Email = "other@example.com" }), true, "other@example.com"},
			{"somebody else with the address", someone(func(id *cognito.Identity) { id.Subject = "sub-2" }), false, "jane@example.com"},
			{"the subject at another pool", someone(func(id *cognito.Identity) { id.Issuer += "x" }), false, "jane@example.com"},
		}
		for _, step := range steps {
			id, err := db.SignedIn(ctx, step.who)
			if err != nil || (id == first) != step.same {
				t.Errorf("%s: SignedIn = %s, %v; the first was %s, want the same: %v", step.name, id, err, first, step.same)
			}
			u, err := db.User(ctx, id)
			if err != nil || u.VerifiedEmail != step.email || !slices.Equal(u.Groups, step.who.Groups) {
				t.Errorf("%s: User = %+v, %v, want the address %q", step.name, u, err, step.email)
			}
		}
		// Tokens find the rows by both halves of the key.
		keys := map[string]string{}
		for _, who := range []*cognito.Identity{steps[0].who, steps[2].who, steps[3].who, someone(func(id *cognito.Identity) { id.Issuer, id.Subject = id.Issuer+"x", "sub-2" })} {
			id, err := db.Known(ctx, who)
			if again, _ := db.SignedIn(ctx, who); err != nil || id != again || keys[id] != "" {
				t.Errorf("Known(%s of %s) = %s, %v, want the row of the sign-in, %s, and not that of %s", who.Subject, who.Issuer, id, err, again, keys[id])
			}
			keys[id] = who.Subject + " of " + who.Issuer
		}
		if _, err := db.SignedIn(ctx, steps[1].who); err != nil {
			t.Fatal(err)
		}
		// A token says nothing of the address: it stays.
		id, err := db.Known(ctx, &cognito.Identity{Issuer: someone().Issuer, Subject: "sub-1", Username: "jane"})
		if u, _ := db.User(ctx, id); err != nil || id != first || u.VerifiedEmail != "other@example.com" || u.SignIns != 5 {
			t.Errorf("after a token: %+v, %v", u, err)
		}
	})
}

// TestPlace_AtOnce: a form that is sent fifty times makes one order.
func TestPlace_AtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, open func() *database) {
		db, ctx := open(), context.Background()
		jane, joe := someone(), someone(func(id *cognito.Identity) { id.Subject, id.Groups = "sub-2", nil })
		janeID, err := db.SignedIn(ctx, jane)
		if err != nil {
			t.Fatal(err)
		}
		joeID, err := db.SignedIn(ctx, joe)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, 50)
		atOnce(len(ids), func(i int) {
			placed, err := db.Place(ctx, jane, janeID, wish{Product: "cup", Quantity: 2, Key: "k"})
			if ids[i] = placed.ID; err != nil || placed.Cents != 2900 {
				t.Errorf("Place = %+v, %v, want 2900 cents", placed, err)
			}
		})
		if all := slices.Compact(slices.Sorted(slices.Values(ids))); len(all) != 1 {
			t.Errorf("one form made the orders %q", all)
		}
		if _, err := db.Place(ctx, joe, joeID, wish{Product: "cup", Quantity: 1, Key: "k"}); err != nil {
			t.Errorf("the same key of another user: %v", err)
		}
		if list, err := db.AllOrders(ctx); err != nil || len(list) != 2 {
			t.Errorf("AllOrders = %+v, %v, want two", list, err)
		}
		if list, err := db.Orders(ctx, joeID); err != nil || len(list) != 1 || list[0].Quantity != 1 {
			t.Errorf("Orders(joe) = %+v, %v, want his alone", list, err)
		}
		var wrong wishError
		for _, w := range []wish{
			{"cup", 0, "a"}, {"cup", 21, "a"}, {"cup", -1, "a"}, {"cup", 1, ""}, {"nothing", 1, "a"}, {"reserve", 1, "a"},
		} {
			if _, err := db.Place(ctx, joe, joeID, w); !errors.As(err, &wrong) {
				t.Errorf("Place(joe, %+v) = %v, want a wishError", w, err)
			}
		}
		if _, err := db.Place(ctx, jane, janeID, wish{"reserve", 1, "b"}); err != nil {
			t.Errorf("Place(jane of premium, reserve) = %v", err)
		}
	})
}
