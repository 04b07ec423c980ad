//go:build unix

package redisstore_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// rights are the commands that docs/operations.md lists for the app's user.
var rights = []string{"get", "set", "del", "evalsha", "eval", "pexpire"}

// connectAs makes a user with some commands on some keys, and returns a client
// of that user.
func connectAs(t *testing.T, server *servers.Redis, keys string, commands []string) *redis.Client {
	t.Helper()
	rules := []string{"ACL", "SETUSER", "app", "reset", "on", ">secret", "~" + keys}
	for _, c := range commands {
		rules = append(rules, "+"+c)
	}
	command(t, server, rules...)
	client := redis.NewClient(&redis.Options{Addr: server.Addr, Username: "app", Password: "secret"})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestRights_Enough: a user with these rights alone does everything that a
// store and a locker do.
func TestRights_Enough(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	client := connectAs(t, server, "session:*", rights)
	sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t, client, redisstore.Config{}) })
	command(t, server, "SCRIPT", "FLUSH") // as a restart does
	sessiontest.RunLocker(t, lease, func(t *testing.T) session.Locker {
		return newStore(t, client, redisstore.Config{Lease: lease})
	})
	if log := server.Command("ACL", "LOG"); log != "\n" && log != "" {
		t.Errorf("ACL LOG = %s, want no refusal", log)
	}
}

// TestRights_Each: none of the rights can be left out, nor the keys.
func TestRights_Each(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	if err := useAll(t, server, connectAs(t, server, "session:*", rights)); err != nil {
		t.Fatalf("with all rights: %v", err)
	}
	for _, without := range rights {
		rest := slices.DeleteFunc(slices.Clone(rights), func(c string) bool { return c == without })
		if err := useAll(t, server, connectAs(t, server, "session:*", rest)); err == nil {
			t.Errorf("without %s everything works, want a refusal", without)
		}
	}
	if err := useAll(t, server, connectAs(t, server, "other:*", rights)); err == nil {
		t.Error("without the keys everything works, want a refusal")
	}
}

// useAll makes every call of a store, and holds a lock for longer than a
// lease, on a server that does not know the scripts.
func useAll(t *testing.T, server *servers.Redis, client *redis.Client) error {
	t.Helper()
	command(t, server, "SCRIPT", "FLUSH")
	s := newStore(t, client, redisstore.Config{Lease: lease})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, _, findErr := s.Find(ctx, "id")
	commitErr := s.Commit(ctx, "id", []byte("x"), time.Now().Add(time.Hour))
	_, updateErr := s.Update(ctx, "id", []byte("y"), time.Now().Add(time.Hour))
	deleteErr := s.Delete(ctx, "id")
	held, unlock, lockErr := s.Lock(ctx, "id")
	if lockErr == nil {
		select {
		case <-held.Done():
			lockErr = context.Cause(held)
		case <-time.After(2 * lease):
		}
		unlock()
	}
	return errors.Join(findErr, commitErr, updateErr, deleteErr, lockErr)
}
