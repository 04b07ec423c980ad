package session_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

const baseURL = "https://app.example.com"

func key(n byte) session.Key { return bytes.Repeat([]byte{n}, 32) }

// pool is the user pool of jane, for an app client.
func pool(client string) cognito.Config {
	return cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: client}
}

// jane is a user as the ID token tells of her.
func jane() *cognito.Identity {
	return &cognito.Identity{
		Issuer:   "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7",
		Subject:  "jane",
		Username: "jane",
		ClientID: "client1",
		UserID:   "app-user-1",
		Email:    "jane@example.com",
		Groups:   []string{"admins"},
		AuthTime: time.Now().Truncate(time.Second),
	}
}

// fill returns n characters of base64url that do not repeat.
func fill(seed string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256(fmt.Append(nil, seed, i))
		b.WriteString(base64.RawURLEncoding.EncodeToString(sum[:24]))
	}
	return b.String()[:n&^3]
}

// An authority is a Cognito that knows refresh alone. Its refresh tokens work
// once: rotation with a grace period of zero.
type authority struct {
	life  time.Duration // of access tokens; zero means an hour
	size  int           // of each token; zero means about a thousand characters
	keeps bool          // refresh tokens are not rotated, and not repeated in the answer
	grace bool          // rotated-out refresh tokens still work

	mu     sync.Mutex
	n      int
	live   map[cognito.RefreshToken]bool
	sent   []string // the names of the refresh tokens, as they came in
	err    error    // the answer to every refresh, if set
	edit   func(*cognito.Tokens, *cognito.Identity)
	during func(ctx context.Context, call int) // runs while a refresh is under way
}

var _ session.Refresher = (*authority)(nil)

// name is the start of a token, which says what it is and which.
func name[T ~string](token T) string {
	head, _, _ := strings.Cut(string(token), ".")
	return head
}

// issue returns the tokens of a sign-in: access-00001 and so on.
func (a *authority) issue() cognito.Tokens {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.next()
}

func (a *authority) next() cognito.Tokens {
	a.n++
	size := a.size
	if size == 0 {
		size = 1000
	}
	token := func(what string) string {
		n := fmt.Sprintf("%s-%0*d", what, 11-len(what), a.n) // 12 characters of base64url
		return n + "." + fill(n, size) + "." + fill(n+"s", min(size, 340))
	}
	t := cognito.Tokens{
		ID:      cognito.IDToken(token("id")),
		Access:  cognito.AccessToken(token("access")),
		Refresh: cognito.RefreshToken(token("refresh")),
		Expiry:  time.Now().Add(a.lifetime()),
		Nonce:   "nonce-1",
	}
	if a.live == nil {
		a.live = map[cognito.RefreshToken]bool{}
	}
	a.live[t.Refresh] = true
	return t
}

func (a *authority) lifetime() time.Duration {
	if a.life == 0 {
		return time.Hour
	}
	return a.life
}

func (a *authority) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	a.mu.Lock()
	a.sent = append(a.sent, name(old.Refresh))
	during, call := a.during, len(a.sent)
	a.mu.Unlock()
	if during != nil {
		during(ctx, call)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return cognito.Tokens{}, nil, a.err
	}
	if !a.live[old.Refresh] {
		return cognito.Tokens{}, nil, fmt.Errorf("refresh: %w", cognito.ErrInvalidGrant)
	}
	t, id := a.next(), *who
	if a.keeps {
		t.Refresh = ""
	} else if !a.grace {
		delete(a.live, old.Refresh)
	}
	id.UserID = "" // which no token has
	if a.edit != nil {
		a.edit(&t, &id)
	}
	return t, &id, nil
}

// set changes an authority that is in use.
func (a *authority) set(change func(*authority)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

// calls are the refresh tokens that were sent.
func (a *authority) calls() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.sent)
}

func wantCalls(t *testing.T, a *authority, want ...string) {
	t.Helper()
	if got := a.calls(); !slices.Equal(got, want) {
		t.Errorf("refresh tokens sent = %v, want %v", got, want)
	}
}

// takes is a hook for authority.during that makes a refresh last d.
func takes(d time.Duration) func(context.Context, int) {
	return func(context.Context, int) { time.Sleep(d) }
}

// An app is a small program around a Manager.
type app struct {
	*session.Manager
	*http.ServeMux
	authority *authority
	log       *syncBuffer
}

// newApp returns an app with /login, /logout, /account (signed-in users) and
// /open (everybody). The pages say who is signed in and with which access
// token.
func newApp(t testing.TB, a *authority, edit func(*session.Config)) *app {
	t.Helper()
	log := &syncBuffer{}
	cfg := session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: baseURL}
	cfg.Pool.Logger = slog.New(slog.NewTextHandler(log, nil))
	if a != nil {
		cfg.Refresher = a
	} else {
		a = &authority{life: 10000 * time.Hour}
	}
	if edit != nil {
		edit(&cfg)
	}
	m, err := session.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	session.CutCookies(m, 2400)
	p := &app{Manager: m, ServeMux: http.NewServeMux(), authority: a, log: log}
	p.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		id := jane()
		if user := r.FormValue("user"); user != "" {
			id.Subject = user
		}
		if err := m.Start(w, r, id, a.issue()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	p.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		if err := m.End(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	p.Handle("/account", m.Require(http.HandlerFunc(whoAmI)))
	p.Handle("/open", m.Optional(http.HandlerFunc(whoAmI)))
	return p
}

func whoAmI(w http.ResponseWriter, r *http.Request) {
	s := session.FromContext(r.Context())
	if s == nil {
		_, _ = io.WriteString(w, "guest")
		return
	}
	tokens, err := s.Tokens(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	_, _ = fmt.Fprintf(w, "%s %s", cognito.FromContext(r.Context()).Subject, name(tokens.Access))
}

// modes are the two places where sessions live.
var modes = []struct {
	name  string
	store func() session.Store
}{
	{name: "cookies", store: func() session.Store { return nil }},
	{name: "store", store: func() session.Store { return session.NewMemoryStore(nil) }},
}

func in(store session.Store) func(*session.Config) {
	return func(c *session.Config) { c.Store = store }
}

// A browser keeps cookies as a browser does, their Max-Age included.
type browser struct {
	t    testing.TB
	h    http.Handler
	jar  map[string]keptCookie
	hoax bool // keeps cookies for ever
}

type keptCookie struct {
	value string
	until time.Time
}

func newBrowser(t testing.TB, h http.Handler) *browser {
	return &browser{t: t, h: h, jar: map[string]keptCookie{}}
}

// signedIn returns a browser that has been to /login.
func signedIn(t testing.TB, h http.Handler) *browser {
	t.Helper()
	b := newBrowser(t, h)
	if got := b.get("/login"); got.status != 200 {
		t.Fatalf("GET /login = %d %s, want 200", got.status, got.body)
	}
	return b
}

// clone is a second browser with the same cookies, or a thief.
func (b *browser) clone() *browser {
	c := *b
	c.jar = maps.Clone(b.jar)
	return &c
}

// request is a page navigation with the browser's cookies. Pairs of header
// and value replace what it sends; an empty value removes it.
func (b *browser) request(method, target string, header ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	for _, n := range slices.Sorted(maps.Keys(b.jar)) {
		if k := b.jar[n]; b.hoax || time.Now().Before(k.until) {
			r.Header.Add("Cookie", n+"="+k.value)
		}
	}
	return r
}

// fetch is a fetch() that JavaScript makes.
func (b *browser) fetch(target string) reply {
	return b.take(serve(b.h, b.request("GET", target, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*")))
}

func (b *browser) get(target string, header ...string) reply {
	return b.take(serve(b.h, b.request("GET", target, header...)))
}

// take keeps a reply's cookies.
func (b *browser) take(r reply) reply {
	for _, k := range r.cookies {
		if k.MaxAge < 0 {
			delete(b.jar, k.Name)
		} else {
			b.jar[k.Name] = keptCookie{k.Value, time.Now().Add(time.Duration(k.MaxAge) * time.Second)}
		}
	}
	return r
}

func (b *browser) names() []string { return slices.Sorted(maps.Keys(b.jar)) }

// session is the one the browser's cookies stand for.
func (b *browser) session(m *session.Manager) (*session.Session, error) {
	return m.FromRequest(b.request("GET", "/"))
}

// A reply is an answer that was read to its end.
type reply struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	body    string
}

func serve(h http.Handler, r *http.Request) reply {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	res := rec.Result()
	return reply{res.StatusCode, res.Header, res.Cookies(), rec.Body.String()}
}

// want fails the test unless the answer has the status and the body.
func (r reply) want(t testing.TB, what string, status int, body string) {
	t.Helper()
	if r.status != status || r.body != body {
		t.Errorf("%s = %d %q, want %d %q", what, r.status, r.body, status, body)
	}
}

// wantStatus is want for an answer with any body.
func (r reply) wantStatus(t testing.TB, what string, status int) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s = %d %q, want %d", what, r.status, r.body, status)
	}
}

func wantNoSession(t testing.TB, what string, err error) {
	t.Helper()
	if !errors.Is(err, session.ErrNoSession) {
		t.Errorf("%s = %v, want ErrNoSession", what, err)
	}
}

// A watchedStore is a store that fails when told to, and can be watched.
type watchedStore struct {
	*session.MemoryStore

	mu      sync.Mutex
	failing map[string]bool      // by operation: find, commit, delete
	slow    bool                 // every call takes a millisecond
	all     func()               // runs before each operation on any record
	before  func(op, id string)  // runs before each operation on a session's records
	records map[string][]byte    // what is stored, as a dump would show it
	expiry  map[string]time.Time // of records
	ops     map[string]int       // how often each operation ran
}

var errDown = errors.New("connection refused")

func newWatchedStore() *watchedStore {
	return &watchedStore{
		MemoryStore: session.NewMemoryStore(nil),
		failing:     map[string]bool{}, records: map[string][]byte{}, expiry: map[string]time.Time{}, ops: map[string]int{},
	}
}

// fail makes operations fail, and all others work.
func (s *watchedStore) fail(ops ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.failing)
	for _, op := range ops {
		s.failing[op] = true
	}
}

func (s *watchedStore) watch(before func(op, id string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = before
}

// isIndex reports whether id is that of a record of one of the tests' users,
// and not of a session.
func isIndex(id string) bool {
	for _, subject := range []string{"jane", "john"} {
		who := jane()
		if who.Subject = subject; id == session.IndexID(who) || id == session.SignOutsID(who) {
			return true
		}
	}
	return false
}

// isMark reports whether a record only says that a session has ended.
func isMark(sealed []byte) bool { return len(sealed) == 1 }

// watchAll is watch for records of all kinds.
func (s *watchedStore) watchAll(all func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = all
}

func (s *watchedStore) begin(op, id string, own bool) error {
	s.mu.Lock()
	before, all, slow := s.before, s.all, s.slow
	s.mu.Unlock()
	if slow {
		time.Sleep(time.Millisecond)
	}
	if all != nil {
		all()
	}
	if before != nil && own {
		before(op, id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ops[op]++
	if s.failing[op] {
		return errDown
	}
	return nil
}

func (s *watchedStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if err := s.begin("find", id, !isIndex(id)); err != nil {
		return nil, false, err
	}
	return s.MemoryStore.Find(ctx, id)
}

func (s *watchedStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.begin("commit", id, !isIndex(id) && !isMark(sealed)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // as a database has it
		return err
	}
	s.mu.Lock()
	s.records[id], s.expiry[id] = bytes.Clone(sealed), expiry
	s.mu.Unlock()
	return s.MemoryStore.Commit(ctx, id, sealed, expiry)
}

func (s *watchedStore) Delete(ctx context.Context, id string) error {
	if err := s.begin("delete", id, !isIndex(id)); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.records, id)
	delete(s.expiry, id)
	s.mu.Unlock()
	return s.MemoryStore.Delete(ctx, id)
}

// dump is a copy of the records of sessions: without the users' indexes, and
// the marks of sessions that have ended.
func (s *watchedStore) dump() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := maps.Clone(s.records)
	maps.DeleteFunc(records, func(id string, sealed []byte) bool { return isIndex(id) || isMark(sealed) })
	return records
}

func (s *watchedStore) count(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ops[op]
}

// A syncBuffer is a log that goroutines may write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// inBubble runs a test whose time passes at once.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}
