package hostedui_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// sizeGroups are the numbers of groups that docs/operations.md has a row for.
var sizeGroups = []int{0, 5, 10, 20, 40}

// groups returns names of 20 characters.
func groups(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("department-%03d-users", i))
	}
	return names
}

// headerSizes signs a user with n groups in. Answer is the size of the largest
// answer's headers as they go over the wire, cookies that of the Cookie header
// afterwards. Both are 0 if the session does not fit.
func headerSizes(t *testing.T, n int, options session.Options) (answer, cookies int) {
	t.Helper()
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", Groups: groups(n)}); err != nil {
		t.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}, Session: options})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	browser := pool.Browser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r)
		size := len("HTTP/1.1 303 See Other\r\nDate: Sun, 29 Nov 2026 08:00:00 GMT\r\nContent-Length: 00\r\n\r\n")
		for name, values := range w.Header() {
			for _, v := range values {
				size += len(name) + len(v) + len(": \r\n")
			}
		}
		answer = max(answer, size)
	}), base)
	res, err := pool.SignIn(browser, base+"/account", "jane", "Correct-horse-1")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path != "/account" {
		return 0, 0
	}
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range browser.Jar.Cookies(at) {
		cookies += len(k.Name) + len(k.Value) + len("=; ")
	}
	return answer, cookies
}

// headerTable is the table, and its bounds, in docs/operations.md.
const (
	operationsPage  = "../docs/operations.md"
	headerTableHead = "| groups | largest answer in cookie mode | Cookie header in cookie mode | largest answer with a store | Cookie header with a store |\n|---|---|---|---|---|\n"
)

// TestS4_HeaderSizes: docs/operations.md has the sizes of headers by the number
// of groups. They may differ by a hundred bytes, since a session's size is not
// always the same.
func TestS4_HeaderSizes(t *testing.T) {
	page, err := os.ReadFile(operationsPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), headerTableHead)
	if !ok {
		t.Fatalf("%s has no table of header sizes", operationsPage)
	}
	table, after, _ := strings.Cut(rest, "\n\n")
	written := strings.Split(strings.TrimSpace(table), "\n")
	var rows []string
	for i, n := range sizeGroups {
		cookieAnswer, cookieCookies := headerSizes(t, n, session.Options{})
		storeAnswer, storeCookies := headerSizes(t, n, session.Options{Store: session.NewMemoryStore(nil)})
		sizes := []int{cookieAnswer, cookieCookies, storeAnswer, storeCookies}
		rows = append(rows, sizeRow(n, sizes))
		if n <= 20 && (cookieAnswer == 0 || cookieAnswer > 3800 || cookieCookies > 4096) {
			t.Errorf("%d groups: an answer of %d bytes and cookies of %d, want 3,800 and 4,096 at most", n, cookieAnswer, cookieCookies)
		}
		if !*update && (i >= len(written) || !sameSizes(written[i], n, sizes)) {
			t.Errorf("%s does not say %q: run this test with -update", operationsPage, rows[i])
		}
	}
	if *update {
		text := before + headerTableHead + strings.Join(rows, "\n") + "\n\n" + after
		if err := os.WriteFile(operationsPage, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const doesNotFit = "does not fit"

func sizeRow(n int, sizes []int) string {
	row := fmt.Sprintf("| %d |", n)
	for _, size := range sizes {
		if size == 0 {
			row += " " + doesNotFit + " |"
			continue
		}
		row += fmt.Sprintf(" %d |", (size+99)/100*100)
	}
	return row
}

// sameSizes reports whether a row of the page is right to a hundred bytes.
func sameSizes(row string, n int, sizes []int) bool {
	cells := strings.Split(strings.Trim(row, "| "), "|")
	if len(cells) != len(sizes)+1 || strings.TrimSpace(cells[0]) != strconv.Itoa(n) {
		return false
	}
	for i, size := range sizes {
		cell := strings.TrimSpace(cells[i+1])
		got, err := strconv.Atoi(cell)
		if size == 0 && cell != doesNotFit || size != 0 && (err != nil || got < size-100 || got > size+200) {
			return false
		}
	}
	return true
}
