package hostedui_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
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
	"github.com/seed75762126/cognito-go/cognito/secretfile"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// replaceFile writes a file as the docs have it: a new one, renamed over the
// old one.
func replaceFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func keyText(keys ...session.Key) string {
	var list []string
	for _, k := range keys {
		list = append(list, base64.StdEncoding.EncodeToString(k))
	}
	return strings.Join(list, ",")
}

// A turnTaker is a session.Locker for processes that live in one test.
type turnTaker struct {
	mu    sync.Mutex // guards turns
	turns map[string]*sync.Mutex
}

func (l *turnTaker) Lock(ctx context.Context, name string) (context.Context, func(), error) {
	l.mu.Lock()
	if l.turns == nil {
		l.turns = map[string]*sync.Mutex{}
	}
	turn := l.turns[name]
	if turn == nil {
		turn = new(sync.Mutex)
		l.turns[name] = turn
	}
	l.mu.Unlock()
	for !turn.TryLock() {
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return ctx, turn.Unlock, nil
}

// A fleet is processes of one app behind a load balancer, with their secrets
// in files.
type fleet struct {
	pool       *cognitotest.Pool
	secretFile string
	keyFile    string
	config     hostedui.Config
	processes  []http.Handler
	next       atomic.Uint64
}

// ServeHTTP implements [http.Handler]: each request goes to the next process.
func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.processes[int(f.next.Add(1))%len(f.processes)].ServeHTTP(w, r)
}

func newFleet(t testing.TB, stored bool, oldSecret cognito.Secret, oldKey session.Key) *fleet {
	t.Helper()
	dir := t.TempDir()
	f := &fleet{
		pool: cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
			ID: clientID, Secret: oldSecret, RefreshTokenRotation: stored,
			CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
		})),
		secretFile: filepath.Join(dir, "client-secret"), keyFile: filepath.Join(dir, "session-keys"),
	}
	replaceFile(t, f.secretFile, string(oldSecret))
	replaceFile(t, f.keyFile, keyText(oldKey))
	pool := f.pool.Config()
	pool.HTTPClient, pool.Logger = f.pool.Client(), slog.New(slog.DiscardHandler)
	pool.ClientSecret, pool.ClientSecretSource = "", (&secretfile.File{Path: f.secretFile}).ClientSecret
	options := session.Options{}
	if stored {
		options.Store, options.Locker = session.NewMemoryStore(time.Now), new(turnTaker)
	}
	f.config = hostedui.Config{
		Pool: pool, BaseURL: base, Session: options,
		SessionKeySource: (&secretfile.File{Path: f.keyFile}).SessionKeys,
	}
	f.processes = []http.Handler{startProcess(t, f.config), startProcess(t, f.config)}
	return f
}

// startProcess starts one more process of an app.
func startProcess(t testing.TB, cfg hostedui.Config) http.Handler {
	t.Helper()
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tokens, err := session.FromContext(r.Context()).Tokens(r.Context()); err != nil || tokens.Access == "" {
			http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
		}
	})))
	return mux
}

// TestE7_SecretsChangeUnderLoad walks through the steps of "Change the client
// secret" and "Change session keys" in docs/operations.md, twice each. Two
// processes serve users who are signed in, others sign in, and tokens are
// refreshed all the while. No request fails and nobody is signed out.
func TestE7_SecretsChangeUnderLoad(t *testing.T) {
	for _, stored := range []bool{false, true} {
		t.Run(fmt.Sprint("stored ", stored), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { changeSecretsUnderLoad(t, stored) })
		})
	}
}

func changeSecretsUnderLoad(t *testing.T, stored bool) {
	secrets := []cognito.Secret{"secret-of-the-first-year-0123456789", "secret-of-the-second-year-012345678", "secret-of-the-third-year-0123456789"}
	keys := []session.Key{session.NewKey(), session.NewKey(), session.NewKey()}
	f := newFleet(t, stored, secrets[0], keys[0])
	var stop atomic.Bool
	var load sync.WaitGroup
	var requests, signIns atomic.Int64
	var browsers []*http.Client
	users, pause, between := thorough.Or(2, 6), thorough.Or(2*time.Minute, 20*time.Second), thorough.Or(30*time.Minute, 5*time.Minute)
	for i := range users {
		name := fmt.Sprintf("user%d", i)
		if _, err := f.pool.AddUser(cognitotest.User{Username: name, Email: name + "@example.com", Password: password}); err != nil {
			t.Fatal(err)
		}
		b := f.pool.SignedIn(f, base+"/account", name, password)
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		browsers = append(browsers, b)
		load.Go(func() {
			for !stop.Load() {
				res, err := b.Get(base + "/account")
				if err != nil || res.StatusCode != http.StatusOK {
					t.Errorf("%s: GET /account = %v, %v after %d requests, want 200", name, res, err, requests.Load())
					return
				}
				_ = res.Body.Close()
				requests.Add(1)
				time.Sleep(pause)
			}
		})
	}
	load.Go(func() { // somebody signs in now and then
		for !stop.Load() {
			res, err := f.pool.SignIn(f.pool.Browser(f, base), base+"/account", "user0", password)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("sign-in %d = %v, %v, want 200", signIns.Load(), res, err)
				return
			}
			_ = res.Body.Close()
			signIns.Add(1)
			time.Sleep(between)
		}
	})
	wait := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
	wait(90 * time.Minute)
	for year := 1; year <= 2; year++ {
		// Change the client secret: add, write the file, delete.
		if err := f.pool.AddClientSecret(clientID, secrets[year]); err != nil {
			t.Fatal(err)
		}
		wait(time.Minute)
		replaceFile(t, f.secretFile, string(secrets[year]))
		if err := f.pool.DeleteClientSecret(clientID, secrets[year-1]); err != nil {
			t.Fatal(err)
		}
		wait(90 * time.Minute) // refreshes and sign-ins with the new one
		// Change session keys: append, move to the front, take the old one away.
		replaceFile(t, f.keyFile, keyText(keys[year-1], keys[year]))
		wait(3 * time.Minute)
		replaceFile(t, f.keyFile, keyText(keys[year], keys[year-1]))
		wait(3*time.Minute + 90*time.Minute) // sessions in use are sealed with the new one
		replaceFile(t, f.keyFile, keyText(keys[year]))
		wait(3*time.Minute + 90*time.Minute)
	}
	stop.Store(true)
	load.Wait()
	last := f.config // of a process that never had the old keys
	last.SessionKeySource, last.SessionKeys = nil, keys[2:]
	f.processes = []http.Handler{startProcess(t, last)}
	for i, b := range browsers {
		res, err := b.Get(base + "/account")
		if err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("user%d at a process with the last key alone: %v, %v, want 200", i, res, err)
		}
	}
	const lasts = 10 * time.Hour // at least
	if got := requests.Load(); got < int64(users)*int64(lasts/pause) {
		t.Errorf("%d requests were made by %d users, want one each %v", got, users, pause)
	}
	if signIns.Load() < int64(lasts/between) {
		t.Errorf("%d sign-ins were made", signIns.Load())
	}
}

// TestE7_SecretIsRefused: a code, a refresh token and a revocation that
// Cognito refuses because of an old secret are not lost. The source is asked,
// and the call is made once more.
func TestE7_SecretIsRefused(t *testing.T) {
	const next = "another-secret-0123456789"
	var current atomic.Pointer[cognito.Secret]
	set := func(s cognito.Secret) { current.Store(&s) }
	set(secret)
	w := newWorld(t, withSecret, withRotation, withConfig(func(cfg *hostedui.Config) {
		cfg.Pool.ClientSecret = ""
		cfg.Pool.ClientSecretSource = func(context.Context) (cognito.Secret, error) { return *current.Load(), nil }
	}))
	b := w.signedIn()
	replace := func(old, now cognito.Secret) {
		t.Helper()
		for _, err := range []error{w.pool.AddClientSecret(clientID, now), w.pool.DeleteClientSecret(clientID, old)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		set(now)
	}
	replace(secret, next)
	before := w.wire.count(tokenPath)
	w.pool.Advance(58 * time.Minute)
	w.config.Pool.Now = nil
	if p := b.open("/account"); p.status != 200 {
		t.Errorf("GET /account with a refresh after the secret has changed = %v, want 200", p)
	}
	if got := w.wire.count(tokenPath) - before; got != 2 {
		t.Errorf("%d token requests for the refresh, want 2: the refused one and its repetition", got)
	}
	replace(next, secret)
	if p := w.newBrowser().signIn("/account", "joe"); p.status != 200 {
		t.Errorf("sign-in after the secret has changed = %v, want 200", p)
	}
	replace(secret, next)
	tokens := w.last().tokens
	if err := w.client.Revoke(t.Context(), tokens.Refresh); err != nil {
		t.Errorf("Revoke after the secret has changed = %v, want nil", err)
	}
}

// TestE7_NoSecretYet: while the source fails and there is no secret, calls
// fail as in an outage, with the cause, and no session ends.
func TestE7_NoSecretYet(t *testing.T) {
	noRoute := errors.New("no route to the vault")
	var fails atomic.Bool
	w := newWorld(t, withSecret, withConfig(func(cfg *hostedui.Config) {
		cfg.Pool.ClientSecret = ""
		cfg.Pool.ClientSecretSource = func(context.Context) (cognito.Secret, error) {
			if fails.Load() {
				return "", noRoute
			}
			return secret, nil
		}
	}))
	fails.Store(true)
	tokens, _, err := w.client.Refresh(t.Context(), cognito.Tokens{Refresh: "any"}, &cognito.Identity{})
	e := wantError(t, "Refresh(no secret)", err, "refresh", "unreachable")
	if !errors.Is(e, noRoute) || errors.Is(err, cognito.ErrInvalidGrant) || tokens.Access != "" || w.wire.count(tokenPath) != 0 {
		t.Errorf("Refresh(no secret) = %v after %d requests, want the source's error and none", err, w.wire.count(tokenPath))
	}
	fails.Store(false)
	if p := w.newBrowser().signIn("/account", "joe"); p.status != 200 {
		t.Errorf("sign-in once the source answers = %v, want 200", p)
	}
}

// TestE7_Configuration: a source and a fixed value exclude each other. A source
// of keys that fails at the start is an error of the configuration.
func TestE7_Configuration(t *testing.T) {
	pool := cognitotest.NewPool()
	good := func() hostedui.Config {
		cfg := hostedui.Config{Pool: pool.Config(), BaseURL: base}
		cfg.SessionKeySource = func(context.Context) ([]session.Key, error) { return []session.Key{session.NewKey()}, nil }
		return cfg
	}
	if _, err := hostedui.New(good()); err != nil {
		t.Errorf("New(SessionKeySource) = %v, want nil", err)
	}
	noRoute := errors.New("no route")
	for field, edit := range map[string]func(*hostedui.Config){
		"SessionKeySource": func(c *hostedui.Config) { c.SessionKeys = []session.Key{session.NewKey()} },
		"SessionKeySource ": func(c *hostedui.Config) {
			c.SessionKeySource = func(context.Context) ([]session.Key, error) { return nil, nil }
		},
		"SessionKeySource  ": func(c *hostedui.Config) {
			c.SessionKeySource = func(context.Context) ([]session.Key, error) { return nil, noRoute }
		},
		"ClientSecretSource": func(c *hostedui.Config) {
			c.Pool.ClientSecret = secret
			c.Pool.ClientSecretSource = func(context.Context) (cognito.Secret, error) { return secret, nil }
		},
	} {
		cfg := good()
		edit(&cfg)
		_, err := hostedui.New(cfg)
		problem, ok := errors.AsType[*cognito.ConfigError](err)
		if !ok || problem.Field != strings.TrimSpace(field) {
			t.Errorf("New = %v, want a ConfigError about %s", err, field)
		}
	}
}

// TestE7_FromEnvironment: files take the place of values. Both together, and
// files that cannot be read, are problems that name the variable.
func TestE7_FromEnvironment(t *testing.T) {
	dir := t.TempDir()
	secretFile, keyFile := filepath.Join(dir, "secret"), filepath.Join(dir, "keys")
	replaceFile(t, secretFile, secret)
	replaceFile(t, keyFile, keyText(session.NewKey(), session.NewKey()))
	good := map[string]string{
		"COGNITO_USER_POOL_ID": "eu-west-1_Emulator1", "COGNITO_CLIENT_ID": clientID, "COGNITO_DOMAIN": "emulator", "APP_URL": base,
		"COGNITO_CLIENT_SECRET_FILE": secretFile, "SESSION_KEYS_FILE": keyFile, "COGNITO_CLIENT_SECRET": "", "SESSION_KEYS": "",
	}
	read := func(changes map[string]string) (hostedui.Config, error) {
		for name, value := range good {
			t.Setenv(name, value)
		}
		for name, value := range changes {
			t.Setenv(name, value)
		}
		return hostedui.ConfigFromEnv()
	}
	cfg, err := read(nil)
	if err != nil {
		t.Fatalf("ConfigFromEnv = %v, want nil", err)
	}
	got, err := cfg.Pool.ClientSecretSource(t.Context())
	keys, keysErr := cfg.SessionKeySource(t.Context())
	if got != secret || err != nil || len(keys) != 2 || keysErr != nil || cfg.Pool.ClientSecret != "" || cfg.SessionKeys != nil {
		t.Errorf("ConfigFromEnv = a secret %v, %v and %d keys, %v, want those of the files", got, err, len(keys), keysErr)
	}
	if _, err := hostedui.New(cfg); err != nil {
		t.Errorf("New = %v, want nil", err)
	}
	for variable, changes := range map[string]map[string]string{
		"COGNITO_CLIENT_SECRET_FILE": {"COGNITO_CLIENT_SECRET": secret},
		"SESSION_KEYS_FILE":          {"SESSION_KEYS": keyText(session.NewKey())},
	} {
		for _, wrong := range []map[string]string{changes, {variable: filepath.Join(dir, "missing")}, {variable: dir}} {
			_, err := read(wrong)
			problem, ok := errors.AsType[*cognito.ConfigError](err)
			if !ok || problem.Field != variable {
				t.Errorf("ConfigFromEnv(%v) = %v, want a ConfigError about %s", wrong, err, variable)
			}
		}
	}
}
