package session_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestMain is also the main function of the processes that
// TestS12_TwoProcesses starts.
func TestMain(m *testing.M) {
	if os.Getenv("RELEASE_PLACE") != "" {
		serveRelease()
		return
	}
	os.Exit(m.Run())
}

// A remoteStore keeps its records in the process that runs the test.
type remoteStore struct{ url string }

func (s remoteStore) call(ctx context.Context, method, id string, body []byte, expiry time.Time) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+"/"+url.PathEscape(id)+"?until="+url.QueryEscape(expiry.Format(time.RFC3339Nano)), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 500 {
		err = errors.New(res.Status)
	}
	return res.StatusCode, answer, err
}

func (s remoteStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	status, record, err := s.call(ctx, http.MethodGet, id, nil, time.Time{})
	return record, status == http.StatusOK, err
}

func (s remoteStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	_, _, err := s.call(ctx, http.MethodPut, id, sealed, expiry)
	return err
}

func (s remoteStore) Delete(ctx context.Context, id string) error {
	_, _, err := s.call(ctx, http.MethodDelete, id, nil, time.Time{})
	return err
}

// records serves the records of a remoteStore.
func records(store session.Store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/")
		var err error
		switch r.Method {
		case http.MethodPut:
			sealed, _ := io.ReadAll(r.Body)
			until, _ := time.Parse(time.RFC3339Nano, r.FormValue("until"))
			err = store.Commit(r.Context(), id, sealed, until)
		case http.MethodDelete:
			err = store.Delete(r.Context(), id)
		default:
			var record []byte
			var found bool
			if record, found, err = store.Find(r.Context(), id); err == nil && !found {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = w.Write(record)
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
}

// serveRelease is a process with an app of one release. With RELEASE_LATER it
// is a release whose records all have a field that this one does not know. It
// prints its URL.
func serveRelease() {
	place, isLater := os.Getenv("RELEASE_PLACE"), os.Getenv("RELEASE_LATER") != ""
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	var offset atomic.Int64
	pool.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	pool.Logger = slog.New(slog.DiscardHandler)
	keys, err := session.ParseKeys(os.Getenv("SESSION_KEYS"))
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	later := &newerStore{Store: remoteStore{os.Getenv("RELEASE_STORE")}}
	options := session.Options{CookieName: "session"} // whatever the port
	var store session.Store = later.Store
	if isLater {
		store = later
	}
	switch place {
	case "store":
		options.Store = store
	case "sign-outs":
		options.SignOuts = store
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: "http://" + listener.Addr().String(), SessionKeys: keys, Session: options})
	if err != nil {
		log.Fatal(err)
	}
	sessions := client.Sessions()
	later.manager = sessions
	mux := http.NewServeMux()
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).Username)
	})))
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		tokens := cognito.Tokens{ID: cognito.IDToken(r.FormValue("id")), Access: cognito.AccessToken(r.FormValue("access")), Refresh: cognito.RefreshToken(r.FormValue("refresh"))}
		tokens.Expiry, _ = time.Parse(time.RFC3339, r.FormValue("expiry"))
		claims, err := client.Verifier().VerifyID(r.Context(), tokens.ID)
		if err == nil {
			err = sessions.Start(w, r, claims.Identity(), tokens)
		}
		answerError(w, err)
	})
	mux.HandleFunc("POST /end", func(w http.ResponseWriter, r *http.Request) { answerError(w, sessions.End(w, r)) })
	mux.HandleFunc("POST /everywhere", func(w http.ResponseWriter, r *http.Request) {
		s, err := sessions.FromRequest(r)
		if err == nil {
			err = sessions.EndAll(r.Context(), s.Identity())
		}
		answerError(w, err)
	})
	mux.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		d, _ := time.ParseDuration(r.FormValue("add"))
		offset.Add(int64(d))
	})
	fmt.Println("READY", "http://"+listener.Addr().String())
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLater || place == "store" {
			mux.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		session.CookiesWithUnknownField(sessions, rec.Header())
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})))
}

func answerError(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// startRelease starts a process and returns its URL.
func startRelease(t *testing.T, env ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "READY "); ok {
			return url
		}
	}
	t.Fatal("a process ended before it was ready")
	return ""
}

// TestS12_TwoProcesses: two processes, of two releases, serve visitors who come to
// both in turn. Each writes records that the other reads, and refreshes them.
// Nobody is signed out, and who is signed out by one is so for the other.
func TestS12_TwoProcesses(t *testing.T) {
	for _, place := range []string{"cookies", "sign-outs", "store"} {
		t.Run(place, func(t *testing.T) { ridePlace(t, place) })
	}
}

func ridePlace(t *testing.T, place string) {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	store := httptest.NewServer(records(session.NewMemoryStore(nil)))
	t.Cleanup(store.Close)
	cfg := pool.Config()
	env := []string{
		"RELEASE_PLACE=" + place, "RELEASE_STORE=" + store.URL, "SESSION_KEYS=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
		"COGNITO_USER_POOL_ID=" + cfg.UserPoolID, "COGNITO_CLIENT_ID=" + cfg.ClientID, "COGNITO_CLIENT_SECRET=" + string(cfg.ClientSecret),
		"COGNITO_DOMAIN=" + cfg.Domain, "COGNITO_ISSUER=" + cfg.Issuer,
	}
	processes := [2]string{startRelease(t, env...), startRelease(t, append(env, "RELEASE_LATER=yes")...)}
	status := func(b *http.Client, method, address string, form url.Values) int {
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Error(err)
			return 0
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/html")
		res, err := b.Do(r)
		if err != nil {
			t.Error(err)
			return 0
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return res.StatusCode
	}
	hours := thorough.Or(3, 5)
	var visitors []*http.Client // each with cookies of its own, which both processes get
	for n := range thorough.Or(4, 12) {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		tokens := pool.Tokens("jane")
		form := url.Values{"id": {string(tokens.ID)}, "access": {string(tokens.Access)}, "refresh": {string(tokens.Refresh)}, "expiry": {tokens.Expiry.Format(time.RFC3339)}}
		if got := status(b, "POST", processes[n%2]+"/start", form); got != http.StatusOK {
			t.Fatalf("visitor %d: /start = %d, want 200", n, got)
		}
		visitors = append(visitors, b)
	}
	for hour := range hours {
		pool.Advance(57 * time.Minute) // all tokens are due
		for _, process := range processes {
			status(visitors[0], "POST", process+"/clock", url.Values{"add": {"57m"}})
		}
		var wg sync.WaitGroup
		for n, b := range visitors {
			wg.Go(func() {
				for step := range 6 {
					if got := status(b, "GET", processes[(n+hour+step)%2]+"/account", nil); got != http.StatusOK {
						t.Errorf("visitor %d in hour %d: page %d = %d, want 200", n, hour, step, got)
					}
				}
			})
		}
		wg.Wait()
	}
	if n := len(pool.Events(cognitotest.Event{Op: "token"})); n < hours*len(visitors) {
		t.Errorf("%d token requests, want one of each visitor in each hour at least", n)
	}
	for n, b := range visitors[1:] {
		if got := status(b, "POST", processes[n%2]+"/end", nil); got != http.StatusOK {
			t.Errorf("visitor %d: /end = %d", n, got)
		}
		if got := status(b, "GET", processes[(n+1)%2]+"/account", nil); got != http.StatusFound {
			t.Errorf("visitor %d, signed out: the other process answers %d, want 302", n, got)
		}
	}
	if place == "cookies" {
		return
	}
	if got := status(visitors[0], "POST", processes[0]+"/everywhere", nil); got != http.StatusOK {
		t.Errorf("/everywhere = %d", got)
	}
	if got := status(visitors[0], "GET", processes[1]+"/account", nil); got != http.StatusFound {
		t.Errorf("signed out everywhere by one process: the other answers %d, want 302", got)
	}
}
