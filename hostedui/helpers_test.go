package hostedui_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

const (
	base     = "https://app.example.com"
	clientID = "7exampleclientid0a1b2c3d"
	password = "Correct-horse-1"

	tokenPath    = "/oauth2/token"
	revokePath   = "/oauth2/revoke"
	userInfoPath = "/oauth2/userInfo"
	jwksPath     = "/eu-west-1_Emulator1/.well-known/jwks.json"

	sessionCookie = "__Host-session"
	attemptCookie = "__Host-session-login-" // followed by the number of its slot
	pagesCookie   = "__Host-session-pages"  // where pending logins lead
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// A world is an app with a hostedui.Client, a pool, and what goes on between
// them.
type world struct {
	t      testing.TB
	pool   *cognitotest.Pool
	wire   *wire
	config hostedui.Config
	client *hostedui.Client
	log    *record // lines of slog
	mux    *http.ServeMux

	hold atomic.Bool // callbacks do not reach the client

	mu    sync.Mutex // guards the rest
	held  []string   // their request URIs
	seen  []visit    // what handlers behind the client saw
	errs  []error    // what OnError was told
	pages []string   // bodies of the client's own answers
}

// A visit is what a handler of the app sees of the user.
type visit struct {
	id     *cognito.Identity
	tokens cognito.Tokens
}

// An option changes the world before it is made.
type option func(*setup)

type setup struct {
	app     cognitotest.AppClient
	configs []func(*hostedui.Config)
}

func withApp(edit func(*cognitotest.AppClient)) option {
	return func(s *setup) { edit(&s.app) }
}

func withConfig(edit func(*hostedui.Config)) option {
	return func(s *setup) { s.configs = append(s.configs, edit) }
}

// withStore keeps the sessions in a store of memory.
func withStore(s *setup) {
	withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = session.NewMemoryStore(cfg.Pool.Now) })(s)
}

// withRotation has the pool rotate refresh tokens, with no grace.
func withRotation(s *setup) { s.app.RefreshTokenRotation = true }

// withSecret makes the client a confidential one, whose secret has characters
// that a form and a header escape.
func withSecret(s *setup) { s.app.Secret = secret }

const secret = "s3cret+with/odd %characters:&=0123456789abcdef"

// newWorld makes an app and its pool, with the users jane (group admins) and
// joe. When the test is over, it looks for secrets in everything that was
// logged, reported or shown (E1).
func newWorld(t testing.TB, options ...option) *world {
	t.Helper()
	s := setup{app: cognitotest.AppClient{
		ID:           clientID,
		CallbackURLs: []string{base + "/auth/callback"},
		LogoutURLs:   []string{base + "/auth/signed-out"},
	}}
	for _, o := range options {
		o(&s)
	}
	w := &world{t: t, log: new(record), pool: cognitotest.NewPool(cognitotest.WithClient(s.app))}
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", EmailVerified: true, Groups: []string{"admins"},
			Phone: "+15550100", Attributes: map[string]string{"name": "Jane Doe", "picture": "https://example.com/jane.png", "custom:plan": "gold"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		u.Password = password
		if _, err := w.pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	w.wire = &wire{pool: w.pool.Client().Transport, hooks: map[string]hook{}}
	w.config = hostedui.Config{Pool: w.pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
	w.config.Pool.HTTPClient = &http.Client{Transport: w.wire}
	w.config.Pool.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.config.OnError = func(_ context.Context, err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.errs = append(w.errs, err)
	}
	for _, edit := range s.configs {
		edit(&w.config)
	}
	w.client = w.newClient()
	w.mux = http.NewServeMux()
	w.mux.Handle("/", w.client)
	w.mux.Handle("/account", w.client.Protect(http.HandlerFunc(w.who)))
	w.mux.Handle("/account/{rest...}", w.client.Protect(http.HandlerFunc(w.who)))
	w.mux.Handle("/admin", w.client.Protect(http.HandlerFunc(w.who), cognito.AnyGroup("admins")))
	w.mux.Handle("/public", w.client.Optional(http.HandlerFunc(w.who)))
	w.mux.Handle("/{$}", w.client.Optional(http.HandlerFunc(w.who)))
	t.Cleanup(w.checkSecrets)
	return w
}

// newClient makes a client as another process of the app would.
func (w *world) newClient() *hostedui.Client {
	w.t.Helper()
	client, err := hostedui.New(w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// ServeHTTP is the app.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if w.hold.Load() && r.URL.Path == "/auth/callback" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.held = append(w.held, r.RequestURI)
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/auth/") {
		w.mux.ServeHTTP(rw, r)
		return
	}
	var body bytes.Buffer
	w.mux.ServeHTTP(copying{rw, &body}, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages = append(w.pages, body.String())
}

// copying keeps a copy of the body.
type copying struct {
	http.ResponseWriter
	body *bytes.Buffer
}

func (c copying) Write(b []byte) (int, error) {
	c.body.Write(b)
	return c.ResponseWriter.Write(b)
}

// who is a page that says who is signed in.
func (w *world) who(rw http.ResponseWriter, r *http.Request) {
	id := cognito.FromContext(r.Context())
	if id == nil {
		_, _ = io.WriteString(rw, "guest")
		return
	}
	tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
	if err != nil {
		w.t.Errorf("Tokens in a handler = %v", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, visit{id, tokens})
	_, _ = io.WriteString(rw, "user "+id.Username)
}

// last is what the last handler saw.
func (w *world) last() visit {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) == 0 {
		w.t.Fatal("no handler has seen a user")
	}
	return w.seen[len(w.seen)-1]
}

// lastError is what OnError was told last.
func (w *world) lastError() error {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.errs) == 0 {
		w.t.Fatal("OnError was told nothing")
	}
	return w.errs[len(w.errs)-1]
}

// checkSecrets is E1 for all that happened in the world.
func (w *world) checkSecrets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	places := map[string]string{"the log": w.log.String(), "a page": strings.Join(w.pages, "\n")}
	for _, err := range w.errs {
		for e := err; e != nil; e = errors.Unwrap(e) {
			places["an error"] += fmt.Sprintf("%v\n%+v\n%#v\n", e, e, e)
		}
	}
	for where, text := range places {
		for _, s := range w.wire.allSecrets() {
			if strings.Contains(text, s) {
				w.t.Errorf("E1: %s contains the secret %.12q…:\n%s", where, s, text)
			}
		}
	}
}

// A wire is the HTTP transport between the client and the pool: it records
// requests, and hooks by path may answer them.
type wire struct {
	pool http.RoundTripper

	mu      sync.Mutex // guards the rest
	hooks   map[string]hook
	sent    []sent
	secrets map[string]bool
}

// A hook answers a request; pass has the pool answer it.
type hook func(r *http.Request, pass func() (*http.Response, error)) (*http.Response, error)

// A sent is a request the client has made.
type sent struct {
	method, url string
	path        string
	header      http.Header
	body        string
}

func (s sent) form() url.Values {
	form, _ := url.ParseQuery(s.body)
	return form
}

// RoundTrip implements [http.RoundTripper].
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	s := sent{method: r.Method, url: r.URL.String(), path: r.URL.Path, header: r.Header.Clone(), body: string(body)}
	w.mu.Lock()
	w.sent = append(w.sent, s)
	h := w.hooks[r.URL.Path]
	w.mu.Unlock()
	w.noteRequest(s)

	pass := func() (*http.Response, error) { return w.pool.RoundTrip(r) }
	if h == nil {
		h = func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) { return pass() }
	}
	res, err := h(r, pass)
	if err == nil && r.URL.Path == tokenPath {
		w.noteAnswer(res)
	}
	return res, err
}

// on has a hook answer the requests for a path; nil lets the pool answer.
func (w *wire) on(path string, h hook) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks[path] = h
}

// all are the requests for a path.
func (w *wire) all(path string) []sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.sent), func(s sent) bool { return s.path != path })
}

func (w *wire) count(path string) int { return len(w.all(path)) }

func (w *wire) noteRequest(s sent) {
	form := s.form()
	for _, name := range []string{"code", "code_verifier", "refresh_token", "token", "client_secret"} {
		w.noteSecret(form.Get(name))
	}
	scheme, credentials, _ := strings.Cut(s.header.Get("Authorization"), " ")
	w.noteSecret(credentials)
	if scheme == "Basic" {
		plain, _ := base64.StdEncoding.DecodeString(credentials)
		_, password, _ := strings.Cut(string(plain), ":")
		w.noteSecret(password)
		password, _ = url.QueryUnescape(password)
		w.noteSecret(password)
	}
}

func (w *wire) noteAnswer(res *http.Response) {
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	}
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	for _, name := range []string{"id_token", "access_token", "refresh_token"} {
		s, _ := answer[name].(string)
		w.noteSecret(s)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// noteSecret remembers a secret; what is short may be part of any text.
func (w *wire) noteSecret(s string) {
	if len(s) < 12 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.secrets == nil {
		w.secrets = map[string]bool{}
	}
	w.secrets[s] = true
}

func (w *wire) allSecrets() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.secrets))
}

// respond is a hook that answers without the pool.
func respond(status int, contentType, body string) hook {
	return func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		return answer(r, status, contentType, body), nil
	}
}

func answer(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		Status: fmt.Sprint(status, " ", http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  http.Header{"Content-Type": {contentType}},
		Body:    io.NopCloser(strings.NewReader(body)),
		Request: r,
	}
}

// hang is a hook that answers when the request is given up.
func hang(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// tamper changes the members of the token endpoint's answers.
func (w *world) tamper(edit func(answer map[string]any)) {
	w.wire.on(tokenPath, func(r *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
		res, err := pass()
		if err != nil {
			return nil, err
		}
		defer func() { _ = res.Body.Close() }()
		var members map[string]any
		if err := json.NewDecoder(res.Body).Decode(&members); err != nil {
			return nil, err
		}
		edit(members)
		body, err := json.Marshal(members)
		if err != nil {
			return nil, err
		}
		return answer(r, res.StatusCode, "application/json", string(body)), nil
	})
}

// claims are those of a compact token.
func claims(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token with %d parts", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(payload, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// resign changes the claims of a token and signs it anew with the pool's key
// of that use, "id" or "access".
func (w *world) resign(use, token string, edit func(claims map[string]any)) string {
	w.t.Helper()
	c := claims(w.t, token)
	edit(c)
	payload, err := json.Marshal(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.pool.Sign(use, headerFor(w.pool.KeyID(use)), string(payload))
}

func headerFor(kid string) string { return `{"kid":"` + kid + `","alg":"RS256"}` }

// A browser is somebody's browser.
type browser struct {
	w *world
	*http.Client
}

func (w *world) newBrowser() *browser { return &browser{w, w.pool.Browser(w, base)} }

// A page is an answer to a browser.
type page struct {
	status int
	header http.Header
	body   string
	url    string // where redirects have led
}

func (p *page) location() string { return p.header.Get("Location") }

// shows reports whether the page is an error page of that code.
func (p *page) shows(status int, code string) bool {
	return p.status == status && strings.Contains(p.body, "Reference: "+code+"<")
}

func (p *page) String() string { return fmt.Sprintf("%d %s at %s", p.status, p.location(), p.url) }

// path is where the page is, without the app's base URL.
func (p *page) path() string { return strings.TrimPrefix(p.url, base) }

// do makes one request and follows no redirect. The header is given as names
// and values.
func (b *browser) do(method, target string, header ...string) *page {
	b.w.t.Helper()
	return b.send(false, method, target, header)
}

// open opens a page and follows redirects.
func (b *browser) open(target string) *page {
	b.w.t.Helper()
	return b.send(true, http.MethodGet, target, nil)
}

func (b *browser) send(follow bool, method, target string, header []string) *page {
	b.w.t.Helper()
	if strings.HasPrefix(target, "/") {
		target = base + target
	}
	req, err := http.NewRequest(method, target, nil)
	if err != nil {
		b.w.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := *b.Client
	if !follow {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	res, err := client.Do(req)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return readPage(b.w.t, res)
}

func readPage(t testing.TB, res *http.Response) *page {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return &page{res.StatusCode, res.Header, string(body), res.Request.URL.String()}
}

// signIn opens a page, and signs in where that is asked for.
func (b *browser) signIn(target, user string) *page {
	b.w.t.Helper()
	return b.signInAt(base+target, user)
}

// signInAt is signIn for a page anywhere.
func (b *browser) signInAt(address, user string) *page {
	b.w.t.Helper()
	res, err := b.w.pool.SignIn(b.Client, address, user, password)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return readPage(b.w.t, res)
}

// signedIn is a browser that jane has signed in with.
func (w *world) signedIn() *browser {
	w.t.Helper()
	b := w.newBrowser()
	if p := b.signIn("/account", "jane"); p.body != "user jane" {
		w.t.Fatalf("sign-in of jane = %v %q, want the account page", p, p.body)
	}
	return b
}

// callback begins a login, signs in with the pool and returns the request
// URI of the callback, which the app has not seen yet.
func (b *browser) callback(target, user string) string {
	b.w.t.Helper()
	b.w.hold.Store(true)
	b.signIn(target, user)
	b.w.hold.Store(false)
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	if len(b.w.held) == 0 {
		b.w.t.Fatalf("a login from %s brought no callback", target)
	}
	last := b.w.held[len(b.w.held)-1]
	b.w.wire.noteSecret(param(b.w.t, last, "code"))
	return last
}

// begin begins a login, and returns the URL of the Hosted UI.
func (b *browser) begin(target string) *url.URL {
	b.w.t.Helper()
	p := b.do(http.MethodGet, target)
	u, err := url.Parse(p.location())
	if err != nil || p.status != http.StatusFound || !strings.HasPrefix(p.location(), b.w.pool.URL()+"/") {
		b.w.t.Fatalf("GET %s = %v, want 302 to the Hosted UI", target, p)
	}
	return u
}

// param is a query parameter of a URL.
func param(t testing.TB, raw, name string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get(name)
}

// cookies are the browser's cookies for the app.
func (b *browser) cookies() map[string]string {
	u, _ := url.Parse(base)
	all := map[string]string{}
	for _, c := range b.Jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

// restarted makes the browser one whose login has just begun again by itself.
func (b *browser) restarted() {
	u, _ := url.Parse(base)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: attemptCookie + "again", Value: "1", Path: "/", Secure: true}})
}

// boundTo is the name that a pending login's cookie is sealed under.
func (w *world) boundTo(name string) string {
	return strings.Join([]string{name, w.config.Pool.UserPoolID, w.config.Pool.ClientID, w.client.CallbackURL()}, "\x00")
}

// attempts are the browser's pending logins: the values of their cookies.
func (b *browser) attempts() map[string]string {
	all := b.cookies()
	maps.DeleteFunc(all, func(name, _ string) bool {
		return !strings.HasPrefix(name, attemptCookie) || strings.HasSuffix(name, "again")
	})
	return all
}

// hasSession reports whether the browser is signed in, by its cookie alone.
func (b *browser) hasSession() bool { return b.cookies()[sessionCookie] != "" }

// copy is a browser with the same cookies, as they are now.
func (b *browser) copy() *browser {
	c := b.w.newBrowser()
	for _, raw := range []string{base, b.w.pool.URL()} {
		u, _ := url.Parse(raw)
		var list []*http.Cookie
		for _, k := range b.Jar.Cookies(u) {
			list = append(list, &http.Cookie{Name: k.Name, Value: k.Value, Path: "/", Secure: true})
		}
		c.Jar.SetCookies(u, list)
	}
	return c
}

// serve answers a request without a browser: no header but those given.
func (w *world) serve(method, target string, header ...string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	w.ServeHTTP(rec, req)
	return rec
}

// Header sets of requests.
var (
	navigation = []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", "text/html,*/*;q=0.8"}
	fetched    = []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin", "Accept", "*/*"}
)

// A record is a log that may be written and read concurrently.
type record struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// golden compares got with a file in testdata, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (rewrite it with -update):\n%s\nwant:\n%s", name, got, want)
	}
}

// wantError fails the test unless err is a hostedui.Error of that step and
// code.
func wantError(t testing.TB, call string, err error, op, code string) *hostedui.Error {
	t.Helper()
	var e *hostedui.Error
	if !errors.As(err, &e) || string(e.Op) != op || string(e.Code) != code {
		t.Fatalf("%s = %v, want a hostedui.Error of %s with the code %s", call, err, op, code)
	}
	return e
}

// wantCheck fails the test unless err is the refusal of a token by that check.
func wantCheck(t testing.TB, call string, err error, check string) {
	t.Helper()
	var e *cognito.VerifyError
	if !errors.As(err, &e) || string(e.Check) != check {
		t.Errorf("%s = %v, want a refusal by the check %s", call, err, check)
	}
}

func mustDecode(t testing.TB, segment string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A faultyStore is a store that fails on demand and notes what is deleted.
type faultyStore struct {
	session.Store

	mu      sync.Mutex // guards the rest
	err     error
	deleted func(id string)
}

func (s *faultyStore) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *faultyStore) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *faultyStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if err := s.failure(); err != nil {
		return nil, false, err
	}
	return s.Store.Find(ctx, id)
}

func (s *faultyStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.failure(); err != nil {
		return err
	}
	return s.Store.Commit(ctx, id, sealed, expiry)
}

func (s *faultyStore) Delete(ctx context.Context, id string) error {
	if err := s.failure(); err != nil {
		return err
	}
	if s.deleted != nil {
		s.deleted(id)
	}
	return s.Store.Delete(ctx, id)
}
