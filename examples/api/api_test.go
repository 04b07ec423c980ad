package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// Refusals are logged, and there are many here.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// A shop is the API in memory, on the demo pool.
type shop struct {
	api     http.Handler
	pool    *cognitotest.Pool
	callers map[string]cognito.AccessToken
}

func newShop(t *testing.T) *shop {
	t.Helper()
	pool, err := demoPool()
	if err != nil {
		t.Fatal(err)
	}
	cfg := demoConfig(pool)
	api, err := newAPI(cfg)
	if err != nil {
		t.Fatal(err)
	}
	// As a sign-in through the user-pool API gives it.
	own := func(c cognitotest.Claims) { c["scope"] = "aws.cognito.signin.user.admin" }
	partner := func(scope string) func(cognitotest.Claims) {
		return func(c cognitotest.Claims) { c["client_id"], c["scope"] = "partner", scope }
	}
	return &shop{api: api, pool: pool, callers: map[string]cognito.AccessToken{
		"nobody":         "",
		"joe":            pool.AccessToken("joe", own),
		"jane":           pool.AccessToken("jane", own),
		"partner":        pool.AccessToken("joe", partner("openid")),
		"partner reads":  pool.AccessToken("joe", partner("openid orders/read")),
		"partner writes": pool.AccessToken("jane", partner("openid orders/write")),
		"jobs":           pool.ClientToken("jobs", "orders/read", "orders/write"),
		"jobs reads":     pool.ClientToken("jobs", "orders/read"),
		"jobs writes":    pool.ClientToken("jobs", "orders/write"),
		"a foreign app":  pool.AccessToken("joe", func(c cognitotest.Claims) { c["client_id"] = "mallory" }),
	}}
}

// call makes a request in the name of a caller.
func (s *shop) call(t *testing.T, caller, method, path, body string) *http.Response {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	token, ok := s.callers[caller]
	if !ok {
		t.Fatalf("there is no caller %q", caller)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+string(token))
	}
	rec := httptest.NewRecorder()
	s.api.ServeHTTP(rec, req)
	return rec.Result()
}

// text is call's status and body.
func (s *shop) text(t *testing.T, caller, method, path, body string) string {
	t.Helper()
	resp := s.call(t, caller, method, path, body)
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, strings.TrimSpace(string(text)))
}

const tea = `{"item": "tea", "quantity": 2}`

// Who gets through where, by the status of the answer.
func TestPolicies(t *testing.T) {
	s := newShop(t)
	routes := []string{"GET /me", "GET /orders", "POST /orders", "DELETE /orders/7", "GET /admin/orders", "GET /shipments"}
	for caller, want := range map[string]string{
		"nobody":         "401 401 401 401 401 401",
		"a foreign app":  "401 401 401 401 401 401",
		"joe":            "200 200 201 404 403 403",
		"jane":           "200 200 201 404 200 403",
		"partner":        "200 403 403 403 403 403",
		"partner reads":  "200 200 403 403 403 403",
		"partner writes": "200 403 201 404 403 403", // for jane, an admin
		"jobs":           "200 200 201 403 403 200",
		"jobs reads":     "200 200 403 403 403 200",
		"jobs writes":    "200 403 201 403 403 403",
	} {
		var got []string
		for _, route := range routes {
			method, path, _ := strings.Cut(route, " ")
			got = append(got, fmt.Sprint(s.call(t, caller, method, path, tea).StatusCode))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s gets %v, want %s from %v", caller, got, want, routes)
		}
	}
}

// A refusal names the scope that would do.
func TestScopeInChallenge(t *testing.T) {
	s := newShop(t)
	for caller, method := range map[string]string{"jobs writes": "GET", "partner reads": "POST"} {
		want := map[string]string{"GET": `scope="orders/read"`, "POST": `scope="orders/write"`}[method]
		got := s.call(t, caller, method, "/orders", tea).Header.Get("WWW-Authenticate")
		if !strings.HasPrefix(got, "Bearer ") || !strings.Contains(got, want) {
			t.Errorf("%s /orders by %s has WWW-Authenticate %q, want %s in it", method, caller, got, want)
		}
	}
}

// Orders belong to their customer, whichever app the customer comes with.
func TestOwnOrders(t *testing.T) {
	s := newShop(t)
	const joes = `[{"id":1,"item":"tea","quantity":2}]`
	for _, step := range []struct{ caller, method, path, body, want string }{
		{"joe", "POST", "/orders", tea, `201 {"id":1,"item":"tea","quantity":2}`},
		{"joe", "GET", "/orders", "", "200 " + joes},
		{"partner reads", "GET", "/orders", "", "200 " + joes},
		{"jane", "GET", "/orders", "", "200 []"},
		{"jobs", "GET", "/orders", "", "200 []"},
		{"jobs", "POST", "/orders", `{"item": "paper", "quantity": 1}`, `201 {"id":2,"item":"paper","quantity":1}`},
		{"joe", "GET", "/orders", "", "200 " + joes},
		{"jane", "DELETE", "/orders/1", "", `404 {"status":404,"title":"Not Found","detail":"You have no order of this id.","code":"no_such_order"}`},
		{"joe", "DELETE", "/orders/2", "", `404 {"status":404,"title":"Not Found","detail":"You have no order of this id.","code":"no_such_order"}`},
		{"joe", "DELETE", "/orders/1", "", "204 "},
		{"joe", "GET", "/orders", "", "200 []"},
		{"jane", "GET", "/admin/orders", "", `200 [{"id":2,"item":"paper","quantity":1,"customer":"jobs"}]`},
	} {
		if got := s.text(t, step.caller, step.method, step.path, step.body); got != step.want {
			t.Errorf("%s %s by %s = %s, want %s", step.method, step.path, step.caller, got, step.want)
		}
	}
}

// The key of a customer is issuer and subject, not the subject alone.
func TestT8_IssuersApart(t *testing.T) {
	s := newStore()
	here, there := customer{"https://one.example.com", "7"}, customer{"https://two.example.com", "7"}
	if _, ok := s.add(here, order{Item: "tea"}); !ok {
		t.Fatal("add = false, want an order")
	}
	if got := s.of(there); len(got) != 0 || s.remove(there, 1) {
		t.Errorf("of(the subject at another issuer) = %v, want nothing", got)
	}
}

func TestBadOrders(t *testing.T) {
	s := newShop(t)
	for _, body := range []string{
		"", "null", "[]", "tea", tea + tea, `{"item": "tea"}`, `{"item": "", "quantity": 1}`, `{"item": "tea", "quantity": 0}`,
		`{"item": "tea", "quantity": 1001}`, `{"item": "tea", "quantity": -1}`, `{"item": "tea", "quantity": 1.5}`,
		`{"item": "tea", "quantity": 1, "customer": "jane"}`, `{"item": "` + strings.Repeat("t", maxItem+1) + `", "quantity": 1}`,
		strings.Repeat(" ", maxOrder) + tea,
	} {
		resp := s.call(t, "joe", "POST", "/orders", body)
		var problem struct {
			Status int
			Code   string
		}
		err := json.NewDecoder(resp.Body).Decode(&problem)
		if err != nil || resp.StatusCode != 400 || problem.Status != 400 || problem.Code != "bad_order" || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("POST /orders %.60q = %d %+v, %v, want a problem bad_order", body, resp.StatusCode, problem, err)
		}
	}
	if got := s.text(t, "joe", "GET", "/orders", ""); got != "200 []" {
		t.Errorf("GET /orders = %s, want none after bad ones", got)
	}
}

func TestTooManyOrders(t *testing.T) {
	s := newShop(t)
	for range maxOrders {
		s.call(t, "joe", "POST", "/orders", tea)
	}
	if got := s.text(t, "joe", "POST", "/orders", tea); !strings.HasPrefix(got, "409 ") || !strings.Contains(got, "too_many_orders") {
		t.Errorf("POST /orders = %s, want 409 too_many_orders", got)
	}
	if got := s.text(t, "jane", "POST", "/orders", tea); !strings.HasPrefix(got, "201 ") {
		t.Errorf("POST /orders by another = %s, want 201", got)
	}
	s.call(t, "joe", "DELETE", "/orders/1", "")
	if got := s.text(t, "joe", "POST", "/orders", tea); !strings.HasPrefix(got, "201 ") {
		t.Errorf("POST /orders after a cancelled one = %s, want 201", got)
	}
}

// Customers at the same time get orders of their own.
func TestConcurrentOrders(t *testing.T) {
	s := newStore()
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			c := customer{"issuer", fmt.Sprint(n % 4)}
			o, _ := s.add(c, order{Item: "tea"})
			s.of(c)
			s.all()
			if n%2 == 1 {
				s.remove(c, o.ID)
			}
		})
	}
	all.Wait()
	var ids []int
	for _, o := range s.all() {
		ids = append(ids, o.ID)
	}
	if len(ids) != 10 || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != 10 {
		t.Errorf("all = orders %v, want 10 with an id each, the oldest first", ids)
	}
}
