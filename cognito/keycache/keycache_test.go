package keycache_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/keycache"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A cloud is Cognito as a service reaches it: away or not.
type cloud struct {
	pool *cognitotest.Pool
	away atomic.Bool
	log  record
}

// A record is what was logged.
type record struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	c := &cloud{pool: cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "7exampleclientid0a1b2c3d"}))}
	if _, err := c.pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", Password: "Correct-horse-1"}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.away.Load() {
		return nil, errors.New("no route to Cognito")
	}
	return c.pool.Client().Transport.RoundTrip(r)
}

// start is a process that begins: it has no keys yet.
func (c *cloud) start(t testing.TB, cache keycache.Cache) *cognito.Verifier {
	t.Helper()
	cfg := c.pool.Config()
	cfg.HTTPClient, cfg.KeyCache = &http.Client{Transport: c}, cache
	cfg.Logger = slog.New(slog.NewTextHandler(&c.log, nil))
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// token is one that Cognito has issued just now.
func (c *cloud) token(t testing.TB) cognito.AccessToken {
	t.Helper()
	return c.pool.AccessToken("jane")
}

// caches are the two that the package has. Each of their processes has one of
// its own, in the same place.
func caches(t testing.TB) map[string]func() keycache.Cache {
	folder := filepath.Join(t.TempDir(), "shop", "keys")
	store, key := session.NewMemoryStore(time.Now), session.NewKey()
	return map[string]func() keycache.Cache{
		"folder": func() keycache.Cache { return keycache.Folder(folder) },
		"store": func() keycache.Cache {
			c, err := keycache.InStore(store, []session.Key{key})
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
	}
}

// TestE8_StartDuringOutage: a process that starts while Cognito does not answer
// verifies with the keys of an earlier one. A key that came meanwhile is
// unavailable and not unknown, and counts once Cognito is back.
func TestE8_StartDuringOutage(t *testing.T) {
	rotated := sync.OnceValues(func() ([]byte, error) { // for both caches, since generating keys takes long
		pool := newCloud(t).pool
		if err := pool.RotateKeys(); err != nil {
			return nil, err
		}
		return pool.Snapshot()
	})
	rotate := func(pool *cognitotest.Pool) error {
		if thorough.Enabled() {
			return pool.RotateKeys()
		}
		snapshot, err := rotated()
		if err != nil {
			return err
		}
		return pool.Restore(snapshot)
	}
	for name, cache := range caches(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				old := c.token(t)
				c.away.Store(true)
				if _, err := c.start(t, cache()).VerifyAccess(t.Context(), old); !errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(away, nothing kept) = %v, want ErrKeysUnavailable", err)
				}
				c.away.Store(false)
				if _, err := c.start(t, cache()).VerifyAccess(t.Context(), old); err != nil {
					t.Fatal(err)
				}
				synctest.Wait() // until the keys are kept
				c.away.Store(true)
				if _, err := c.start(t, nil).VerifyAccess(t.Context(), old); !errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(away, no cache) = %v, want ErrKeysUnavailable", err)
				}
				late := c.start(t, cache())
				if _, err := late.VerifyAccess(t.Context(), old); err != nil {
					t.Errorf("VerifyAccess(away, keys kept) = %v, want nil", err)
				}
				if log := c.log.String(); !strings.Contains(log, "an earlier process are used") {
					t.Errorf("the log does not tell of kept keys:\n%s", log)
				}
				if err := rotate(c.pool); err != nil {
					t.Fatal(err)
				}
				next := c.token(t)
				if _, err := late.VerifyAccess(t.Context(), next); !errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(a key that came during the outage) = %v, want ErrKeysUnavailable", err)
				}
				c.away.Store(false)
				time.Sleep(10 * time.Second) // the pause after a fetch that failed
				if _, err := late.VerifyAccess(t.Context(), next); err != nil {
					t.Errorf("VerifyAccess(Cognito is back) = %v, want nil", err)
				}
				if _, err := late.VerifyAccess(t.Context(), old); err == nil {
					t.Error("VerifyAccess(a key that was withdrawn) = nil once Cognito is back, want an error")
				}
			})
		})
	}
}

// TestE8_TooOld: kept keys count for a day.
func TestE8_TooOld(t *testing.T) {
	for name, cache := range caches(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				if _, err := c.start(t, cache()).VerifyAccess(t.Context(), c.token(t)); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				c.away.Store(true)
				time.Sleep(keycache.MaxAge - time.Second)
				if _, err := c.start(t, cache()).VerifyAccess(t.Context(), c.token(t)); err != nil {
					t.Errorf("VerifyAccess(keys of almost a day) = %v, want nil", err)
				}
				time.Sleep(2 * time.Second)
				if _, err := c.start(t, cache()).VerifyAccess(t.Context(), c.token(t)); !errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(keys of more than a day) = %v, want ErrKeysUnavailable", err)
				}
			})
		})
	}
}

// TestE8_AlteredFile: a file that cannot be read, is another pool's, comes from
// the future or may be written by others counts for nothing.
func TestE8_AlteredFile(t *testing.T) {
	c := newCloud(t)
	dir := t.TempDir()
	if _, err := c.start(t, keycache.Folder(dir)).VerifyAccess(t.Context(), c.token(t)); err != nil {
		t.Fatal(err)
	}
	path := waitForFile(t, dir)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, want 0600", info.Mode())
	}
	edit := func(change func(map[string]any)) []byte {
		var doc map[string]any
		if err := json.Unmarshal(good, &doc); err != nil {
			t.Fatal(err)
		}
		change(doc)
		text, _ := json.Marshal(doc)
		return text
	}
	write := func(data []byte, mode fs.FileMode) func() {
		return func() {
			_ = os.Remove(path)
			if err := os.WriteFile(path, data, mode); err != nil {
				t.Fatal(err)
			}
			_ = os.Chmod(path, mode)
		}
	}
	c.away.Store(true)
	for _, tt := range []struct {
		name  string
		place func()
		good  bool
	}{
		{"as it was", write(good, 0o600), true},
		{"not there", func() { _ = os.Remove(path) }, false},
		{"empty", write(nil, 0o600), false},
		{"cut", write(good[:len(good)/2], 0o600), false},
		{"not JSON", write([]byte("hello"), 0o600), false},
		{"another pool's", write(edit(func(d map[string]any) {
			d["issuer"] = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Mallory01"
		}), 0o600), false},
		{"without keys", write(edit(func(d map[string]any) { d["jwks"] = map[string]any{"keys": []any{}} }), 0o600), false},
		{"of tomorrow", write(edit(func(d map[string]any) { d["fetched"] = time.Now().Add(time.Hour) }), 0o600), false},
		{"of the year 1", write(edit(func(d map[string]any) { delete(d, "fetched") }), 0o600), false},
		{"too large", write(append(bytes.Repeat([]byte(" "), 1<<20), good...), 0o600), false},
		{"writable for the group", write(good, 0o620), false},
		{"writable for everybody", write(good, 0o602), false},
		{"readable for everybody", write(good, 0o644), true},
		{"a link", func() {
			_ = os.Remove(path)
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			if err := errors.Join(os.WriteFile(elsewhere, good, 0o600), os.Symlink(elsewhere, path)); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		tt.place()
		_, err := c.start(t, keycache.Folder(dir)).VerifyAccess(t.Context(), c.token(t))
		if (err == nil) != tt.good || err != nil && !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("%s: VerifyAccess = %v, want it to verify: %v", tt.name, err, tt.good)
		}
	}
}

func waitForFile(t testing.TB, dir string) string {
	t.Helper()
	for range 1000 {
		if found, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(found) == 1 {
			return found[0]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no keys were kept")
	return ""
}

// A drawer is a store whose only record can be read and altered.
type drawer struct{ sealed []byte }

func (d *drawer) Find(context.Context, string) ([]byte, bool, error) {
	return d.sealed, d.sealed != nil, nil
}

func (d *drawer) Commit(_ context.Context, _ string, sealed []byte, _ time.Time) error {
	d.sealed = bytes.Clone(sealed)
	return nil
}

// TestE8_AlteredStore: somebody who writes to the store, and has no key, makes
// nobody believe other keys.
func TestE8_AlteredStore(t *testing.T) {
	d := new(drawer)
	open := func(keys ...session.Key) keycache.Cache {
		c, err := keycache.InStore(d, keys)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	mine, other := session.NewKey(), session.NewKey()
	const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
	keys := keycache.Keys{JWKS: json.RawMessage(`{"keys":[]}`), Fetched: time.Now()}
	if err := open(mine).Save(t.Context(), issuer, keys); err != nil {
		t.Fatal(err)
	}
	good := d.sealed
	if bytes.Contains(good, []byte("jwks")) {
		t.Error("the store has the keys in the open")
	}
	if got, err := open(other, mine).Load(t.Context(), issuer); err != nil || got == nil || !got.Fetched.Equal(keys.Fetched) {
		t.Errorf("Load(a newer key in front) = %v, %v, want the keys", got, err)
	}
	if got, err := open(other).Load(t.Context(), issuer); err == nil {
		t.Errorf("Load(another key) = %v, want an error", got)
	}
	if got, err := open(mine).Load(t.Context(), issuer+"2"); err == nil {
		t.Errorf("Load(another issuer) = %v, want an error", got)
	}
	for i := range good {
		d.sealed = bytes.Clone(good)
		d.sealed[i] ^= 1
		if got, err := open(mine).Load(t.Context(), issuer); err == nil {
			t.Fatalf("Load(byte %d altered) = %v, want an error", i, got)
		}
	}
	if _, err := keycache.InStore(d, []session.Key{nil}); err == nil {
		t.Error("InStore(a key of no bytes) = nil, want an error")
	}
}

// A moody cache hangs or fails.
type moody struct{ load, save func() error }

func (m moody) Load(context.Context, string) (*keycache.Keys, error) { return nil, m.load() }
func (m moody) Save(context.Context, string, keycache.Keys) error    { return m.save() }

// TestE8_CacheFails: a cache that hangs, fails or panics delays no token while
// Cognito answers, and ten seconds at most while it is away.
func TestE8_CacheFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, mood := range map[string]func() error{
			"hangs":  func() error { time.Sleep(time.Hour); return nil },
			"fails":  func() error { return errors.New("disk full") },
			"panics": func() error { panic("oh") },
		} {
			c := newCloud(t)
			began := time.Now()
			if _, err := c.start(t, moody{mood, mood}).VerifyAccess(t.Context(), c.token(t)); err != nil || time.Since(began) != 0 {
				t.Errorf("a cache that %s: VerifyAccess = %v after %v, want nil at once", name, err, time.Since(began))
			}
			time.Sleep(2 * time.Hour)
			if !strings.Contains(c.log.String(), "could not be kept") && name != "hangs" {
				t.Errorf("a cache that %s is not in the log:\n%s", name, c.log.String())
			}
			c.away.Store(true)
			began = time.Now()
			if _, err := c.start(t, moody{mood, mood}).VerifyAccess(t.Context(), c.token(t)); !errors.Is(err, cognito.ErrKeysUnavailable) || time.Since(began) > 10*time.Second {
				t.Errorf("a cache that %s: VerifyAccess(away) = %v after %v, want ErrKeysUnavailable within 10s", name, err, time.Since(began))
			}
			time.Sleep(2 * time.Hour)
		}
	})
}

// TestE8_TwoProcesses: processes save and load in one folder at the same time,
// and none ever reads half a file.
func TestE8_TwoProcesses(t *testing.T) {
	dir := t.TempDir()
	const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
	doc := json.RawMessage(`{"keys":["` + strings.Repeat("x", 50_000) + `"]}`)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cache := keycache.Folder(dir)
			for range thorough.Or(10, 50) {
				if err := cache.Save(t.Context(), issuer, keycache.Keys{JWKS: doc, Fetched: time.Now()}); err != nil {
					t.Errorf("Save = %v", err)
					return
				}
				if got, err := cache.Load(t.Context(), issuer); err != nil || !bytes.Equal(got.JWKS, doc) {
					t.Errorf("Load = %v, want what was saved", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("the folder has %d files, want one", len(left))
	}
}
