//go:build unix

package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

func TestStore(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	sessiontest.Run(t, func(t *testing.T) session.Store {
		return newStore(t, connect(t, server), redisstore.Config{})
	})
}

func TestE2_NewReportsEverything(t *testing.T) {
	_, err := redisstore.New(nil, redisstore.Config{Timeout: -1, Lease: time.Millisecond})
	for _, field := range []string{"client", "Timeout", "Lease"} {
		if err == nil || !strings.Contains(err.Error(), "redisstore: "+field) {
			t.Errorf("New(everything wrong) = %v, want %s named", err, field)
		}
	}
}

// TestStore_Prefix: apps that share a server do not see each other's records,
// and every key of an app has its prefix.
func TestStore_Prefix(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	client := connect(t, server)
	one, two := newStore(t, client, redisstore.Config{}), newStore(t, client, redisstore.Config{Prefix: "two:"})
	ctx := t.Context()
	if err := one.Commit(ctx, "id", []byte("one"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, err := two.Find(ctx, "id"); found || err != nil {
		t.Errorf("Find(another prefix) = %v, %v, want false, nil", found, err)
	}
	if err := two.Delete(ctx, "id"); err != nil {
		t.Error(err)
	}
	_, unlock, err := one.Lock(ctx, "id")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	got, err := client.Keys(ctx, "*").Result()
	if err != nil || len(got) != 2 {
		t.Errorf("keys = %q, %v, want the record and the lock", got, err)
	}
	for _, key := range got {
		if !strings.HasPrefix(key, "session:") {
			t.Errorf("key %q, want it to begin with session:", key)
		}
	}
}

// TestStore_NothingStays: records and locks end by themselves, which keeps a
// server from filling up with sessions that nobody comes back to.
func TestStore_NothingStays(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	client := connect(t, server)
	s := newStore(t, client, redisstore.Config{Lease: lease})
	ctx := t.Context()
	if err := s.Commit(ctx, "id", []byte("x"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	_, unlock, err := s.Lock(ctx, "id")
	if err != nil {
		t.Fatal(err)
	}
	for key, most := range map[string]time.Duration{"session:id": time.Hour, "session:lock:id": lease} {
		if ttl, err := client.PTTL(ctx, key).Result(); err != nil || ttl <= 0 || ttl > most {
			t.Errorf("PTTL %s = %v, %v, want at most %v", key, ttl, err, most)
		}
	}
	unlock()
	if n, err := client.Exists(ctx, "session:lock:id").Result(); n != 0 || err != nil {
		t.Errorf("the lock is still there after it was given back: %d, %v", n, err)
	}
}

// TestStore_Past: a record that is over when it is committed is not kept, and
// neither is what it replaces.
func TestStore_Past(t *testing.T) {
	t.Parallel()
	s := newStore(t, connect(t, servers.StartRedis(t)), redisstore.Config{})
	for _, expiry := range []time.Time{time.Now().Add(time.Hour), time.Now().Add(-time.Second)} {
		if err := s.Commit(t.Context(), "id", []byte("x"), expiry); err != nil {
			t.Fatal(err)
		}
	}
	if _, found, err := s.Find(t.Context(), "id"); found || err != nil {
		t.Errorf("Find(over) = %v, %v, want false, nil", found, err)
	}
}

// TestS8_Away: a server that is killed, or hangs, gives an error in time, and
// never "not found". When it is back, so are the records.
func TestS8_Away(t *testing.T) {
	t.Parallel()
	const timeout = 300 * time.Millisecond
	for _, how := range []string{"killed", "paused"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			server := servers.StartRedis(t, "--appendonly", "yes", "--appendfsync", "always")
			s := newStore(t, connect(t, server), redisstore.Config{Timeout: timeout})
			ctx := t.Context()
			if err := s.Commit(ctx, "id", []byte("kept"), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if how == "killed" {
				server.Kill()
			} else {
				server.Pause()
			}
			for what, f := range map[string]func() error{
				"Find":   func() error { _, _, err := s.Find(ctx, "id"); return err },
				"Commit": func() error { return s.Commit(ctx, "other", []byte("x"), time.Now().Add(time.Hour)) },
				"Delete": func() error { return s.Delete(ctx, "other") },
				"Lock":   func() error { _, _, err := s.Lock(ctx, "other"); return err },
			} {
				began := time.Now()
				err := f()
				if took := time.Since(began); err == nil || took > timeout+time.Second {
					t.Errorf("%s while the server is %s = %v after %v, want an error within %v", what, how, err, took, timeout)
				}
			}
			if how == "killed" {
				server.Start()
			} else {
				server.Resume()
			}
			got, found, err := s.Find(ctx, "id")
			for range 100 { // the client may have to notice first
				if err == nil {
					break
				}
				got, found, err = s.Find(ctx, "id")
			}
			if !found || err != nil || !bytes.Equal(got, []byte("kept")) {
				t.Errorf("Find once the server is back = %q, %v, %v, want kept", got, found, err)
			}
		})
	}
}

// TestS8_Hanging: also with many calls at once.
func TestS8_Hanging(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	newStore := func(t *testing.T) session.Store { return newStore(t, connect(t, server), redisstore.Config{}) }
	sessiontest.RunHanging(t, newStore, func(*testing.T) (resume func()) {
		server.Pause()
		return server.Resume
	})
}

// TestE5_CallsEndWithTheirContext: also with a client that does not look at
// contexts, and a server that hangs.
func TestE5_CallsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	s := newStore(t, connect(t, server), redisstore.Config{Timeout: time.Minute})
	if err := s.Commit(t.Context(), "id", []byte("kept"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	defer server.Resume()
	for what, f := range map[string]func(context.Context) error{
		"Find":   func(ctx context.Context) error { _, _, err := s.Find(ctx, "id"); return err },
		"Commit": func(ctx context.Context) error { return s.Commit(ctx, "id", nil, time.Now().Add(time.Hour)) },
		"Delete": func(ctx context.Context) error { return s.Delete(ctx, "other") },
		"Lock":   func(ctx context.Context) error { _, _, err := s.Lock(ctx, "id"); return err },
	} {
		for name, end := range map[string]error{"cancelled": context.Canceled, "timed out": context.DeadlineExceeded} {
			ctx, cancel := context.WithCancel(t.Context())
			if name == "timed out" {
				ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
			} else {
				time.AfterFunc(50*time.Millisecond, cancel)
			}
			began := time.Now()
			err := f(ctx)
			if took := time.Since(began); !errors.Is(err, end) || took > 5*time.Second {
				t.Errorf("%s(%s) = %v after %v, want %v after 50ms", what, name, err, took, end)
			}
			cancel()
		}
	}
}

// TestCluster: the keys of a session may lie on different nodes. A server in
// cluster mode refuses commands over several slots.
func TestCluster(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t, "--cluster-enabled", "yes")
	admin := connect(t, server)
	if err := admin.Do(t.Context(), "CLUSTER", "ADDSLOTSRANGE", "0", "16383").Err(); err != nil {
		t.Fatal(err)
	}
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{server.Addr}})
	t.Cleanup(func() { _ = client.Close() })
	for range 1000 { // it needs a moment to call itself a cluster
		if info, err := admin.ClusterInfo(t.Context()).Result(); err != nil {
			t.Fatal(err)
		} else if strings.Contains(info, "cluster_state:ok") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t, client, redisstore.Config{}) })
	sessiontest.RunLocker(t, lease, func(t *testing.T) session.Locker {
		return newStore(t, client, redisstore.Config{Lease: lease})
	})
}
