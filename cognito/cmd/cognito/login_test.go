package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/look"
)

// browse makes the program's browser sign a user in, and counts its pages.
func browse(t *testing.T, user string) (opened *int) {
	t.Helper()
	old := openBrowser
	t.Cleanup(func() { openBrowser = old })
	opened = new(int)
	openBrowser = func(where string) error {
		*opened++
		go func() {
			browser := cognitotest.NewBrowser()
			page, err := browser.Get(where)
			if err == nil && page.Request.URL.Path == "/login" {
				page, err = cognitotest.Submit(browser, page, "username", user, "password", password)
			}
			if err != nil {
				t.Error(err)
				return
			}
			_ = page.Body.Close()
		}()
		return nil
	}
	return opened
}

const password = "Correct-horse-1"

// loginPool starts a pool with jane, and returns a callback URL of its client.
func loginPool(t *testing.T, edit ...func(*cognitotest.AppClient)) (pool *cognitotest.Pool, callback string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	callback = fmt.Sprintf("http://localhost:%d/auth/callback", free.Addr().(*net.TCPAddr).Port)
	_ = free.Close()
	client := cognitotest.AppClient{CallbackURLs: []string{callback}, LogoutURLs: right().LogoutURLs}
	for _, e := range edit {
		e(&client)
	}
	pool = settings(t, client)
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	old := userCacheDir
	userCacheDir = func() (string, error) { return dir, nil }
	t.Cleanup(func() { userCacheDir = old })
	return pool, callback
}

// TestDoctorLogin: a real sign-in, by a browser, which tells who it is.
func TestDoctorLogin(t *testing.T) {
	_, callback := loginPool(t)
	browse(t, "jane")
	code, out, errs := start(t, "", "doctor", "login", "-callback", callback)
	if code != exitOK || !strings.Contains(out, `"username": "jane"`) || !strings.Contains(out, "ok: the access token is verified") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// TestDoctorLogin_Refused: a refusal is told with what mends it.
func TestDoctorLogin_Refused(t *testing.T) {
	_, callback := loginPool(t)
	browse(t, "jane")
	t.Setenv("COGNITO_CLIENT_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef0123")
	code, out, _ := start(t, "", "doctor", "login", "-callback", callback)
	if code != exitWrong || !strings.Contains(out, "refused: ") || !strings.Contains(out, "invalid_client") || !strings.Contains(out, "COGNITO_CLIENT_SECRET") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// TestDoctorLogin_Mistakes: exit code 2.
func TestDoctorLogin_Mistakes(t *testing.T) {
	loginPool(t)
	for _, callback := range []string{"https://app.example.com/auth/callback", "http://localhost/auth/callback", "%"} {
		if code, _, errs := start(t, "", "doctor", "login", "-callback", callback); code != exitMistake || !strings.Contains(errs, "-callback") {
			t.Errorf("%s: exit code %d, %s", callback, code, errs)
		}
	}
}

// TestToken: one sign-in gives tokens until it is forgotten; one that is due
// is refreshed without a browser; only its owner can read the file.
func TestToken(t *testing.T) {
	pool, callback := loginPool(t)
	opened := browse(t, "jane")
	code, first, errs := start(t, "", "token", "-callback", callback)
	if code != exitOK || strings.Count(first, ".") != 2 {
		t.Fatalf("exit code %d\n%s%s", code, first, errs)
	}
	if _, again, _ := start(t, "", "token", "-callback", callback); again != first || *opened != 1 {
		t.Errorf("the second run opened the browser, or gave another token")
	}
	file := kept(t)
	if err := os.WriteFile(file, expiring(t, file, time.Minute), 0o600); err != nil {
		t.Fatal(err)
	}
	code, refreshed, errs := start(t, "", "token", "-callback", callback)
	if code != exitOK || refreshed == first || *opened != 1 {
		t.Errorf("exit code %d, %d sign-ins: want a refreshed token\n%s", code, *opened, errs)
	}
	var credential struct {
		APIVersion string `json:"apiVersion"`
		Status     struct {
			Token               string
			ExpirationTimestamp time.Time
		}
	}
	_, out, _ := start(t, "", "token", "-callback", callback, "-exec-credential")
	if err := json.Unmarshal([]byte(out), &credential); err != nil || credential.Status.Token+"\n" != refreshed || !credential.Status.ExpirationTimestamp.After(time.Now()) {
		t.Errorf("%v: %s", err, out)
	}
	if _, id, _ := start(t, "", "token", "-callback", callback, "-id"); id == refreshed || strings.Count(id, ".") != 2 {
		t.Error("-id gives no ID token")
	}
	if err := pool.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, expiring(t, file, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := start(t, "", "token", "-callback", callback); code != exitOK || *opened != 2 {
		t.Errorf("after the revocation: exit code %d, %d sign-ins\n%s", code, *opened, errs)
	}
	if code, _, errs := start(t, "", "token", "-callback", callback, "-forget"); code != exitOK {
		t.Errorf("-forget: exit code %d\n%s", code, errs)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after -forget: %v", err)
	}
}

// TestToken_TwoRuns: two runs refresh one sign-in whose refresh tokens are
// rotated. The second finds the refresh token spent. It prints what the first
// has kept, and opens no browser.
func TestToken_TwoRuns(t *testing.T) {
	_, callback := loginPool(t, func(c *cognitotest.AppClient) { c.RefreshTokenRotation = true })
	opened := browse(t, "jane")
	if code, out, errs := start(t, "", "token", "-callback", callback); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	file := kept(t)
	due := expiring(t, file, time.Minute)
	write := func(data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Error(err)
		}
	}
	write(due)
	code, first, errs := start(t, "", "token", "-callback", callback)
	if code != exitOK || *opened != 1 {
		t.Fatalf("exit code %d, %d sign-ins\n%s", code, *opened, errs)
	}
	winner, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(due)
	old := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = old })
	http.DefaultTransport = roundTrip(func(r *http.Request) (*http.Response, error) {
		res, err := old.RoundTrip(r)
		if err == nil && r.URL.Path == "/oauth2/token" {
			write(winner) // after the second run has read the file
		}
		return res, err
	})
	if code, second, errs := start(t, "", "token", "-callback", callback); code != exitOK || second != first || *opened != 1 {
		t.Errorf("exit code %d, %d sign-ins: want the token of the first run\n%s", code, *opened, errs)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// expiring is a kept sign-in whose tokens expire after a time.
func expiring(t *testing.T, file string, after time.Duration) []byte {
	t.Helper()
	var k map[string]any
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &k)
	}
	if err != nil {
		t.Fatal(err)
	}
	k["expiry"] = time.Now().Add(after)
	data, _ = json.Marshal(k)
	return data
}

// kept is the one file of a kept sign-in.
func kept(t *testing.T) string {
	t.Helper()
	dir, err := userCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir + "/cognito-go")
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	name := dir + "/cognito-go/" + entries[0].Name()
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want mode 0600", info.Mode(), err)
	}
	return name
}

// TestDoctorLogin_Pages: the browser gets pages with the look of the library's
// own, for the answer and for any other request.
func TestDoctorLogin_Pages(t *testing.T) {
	callback, _ := url.Parse("http://localhost:8080/auth/callback")
	attempt := hostedui.NewAttempt()
	answers := make(chan url.Values, 1)
	pages := (&signIn{callback: callback}).callbackHandler(attempt, answers)
	for query, want := range map[string]struct {
		status int
		title  string
	}{
		"/auth/callback?code=c&state=" + attempt.State: {http.StatusOK, "Go back to the terminal"},
		"/auth/callback?code=c&state=other":            {http.StatusNotFound, "There is no such page"},
		"/favicon.ico":                                 {http.StatusNotFound, "There is no such page"},
	} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost:8080"+query, nil))
		page := w.Body.String()
		if w.Code != want.status || !strings.Contains(page, "<h1>"+want.title+"</h1>") || !strings.Contains(page, look.Palette) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s = %d %v, want %d and %q:\n%s", query, w.Code, w.Header(), want.status, want.title, page)
		}
	}
	if len(answers) != 1 {
		t.Errorf("%d answers came back, want the one with the attempt's state", len(answers))
	}
}
