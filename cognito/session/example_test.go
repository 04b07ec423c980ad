package session_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// In these examples the user is verified elsewhere. Exchange of a
// hostedui.Client returns such an identity and such tokens.
var (
	examplePool     = cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "client1"}
	exampleKeys     = []session.Key{session.NewKey()}
	exampleIdentity = &cognito.Identity{
		Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7", Subject: "7f3c", ClientID: "client1",
		Email: "jane@example.com", EmailVerified: true, Groups: []string{"editors"}, AuthTime: time.Now(),
	}
	exampleTokens = cognito.Tokens{ID: "id", Access: "access", Refresh: "refresh", Expiry: time.Now().Add(time.Hour)}
)

// exampleVisit makes a request with the cookies that earlier answers set, as a
// browser does, and returns the answer.
func exampleVisit(h http.Handler, path string, before ...*httptest.ResponseRecorder) *httptest.ResponseRecorder {
	jar := map[string]*http.Cookie{}
	for _, rec := range before {
		for _, k := range rec.Result().Cookies() {
			if jar[k.Name] = k; k.MaxAge < 0 {
				delete(jar, k.Name)
			}
		}
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	for _, k := range jar {
		r.AddCookie(k)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// exampleManager is a Manager with sessions in cookies.
func exampleManager() *session.Manager {
	sessions, err := session.New(session.Config{Pool: examplePool, Keys: exampleKeys, BaseURL: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	return sessions
}

// exampleLogin starts a session, as the last step of a sign-in does.
func exampleLogin(sessions *session.Manager) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := sessions.Start(w, r, exampleIdentity, exampleTokens); err != nil {
			http.Error(w, "Please try again in a moment.", http.StatusInternalServerError)
		}
	})
}

func ExampleNew() {
	keys, err := session.ParseKeys("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=") // as in SESSION_KEYS
	if err != nil {
		log.Fatal(err)
	}
	sessions, err := session.New(session.Config{
		Pool:      cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "client1"},
		Keys:      keys,
		BaseURL:   "https://app.example.com",
		LoginPath: "/auth/login",
		// Refresher: client, a hostedui.Client or a userpool.Client
	})
	if err != nil {
		log.Fatal(err)
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello", cognito.FromContext(r.Context()).Email)
	})
	answer := exampleVisit(sessions.Require(account), "/account")
	fmt.Println(answer.Code, answer.Header().Get("Location"))
	// Output: 302 /auth/login?return_to=%2Faccount
}

func ExampleManager_Require() {
	sessions := exampleManager()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Hello ", cognito.FromContext(r.Context()).Email)
	})
	account := sessions.Require(page)
	admin := sessions.Require(page, cognito.AnyGroup("admins"))

	login := exampleVisit(exampleLogin(sessions), "/auth/callback")
	fmt.Println(exampleVisit(account, "/account").Code)
	fmt.Println(exampleVisit(account, "/account", login).Body)
	fmt.Println(exampleVisit(admin, "/admin", login).Code)
	// Output:
	// 302
	// Hello jane@example.com
	// 403
}

// Requiring returns a middleware for routers such as chi.
func ExampleManager_Requiring() {
	sessions := exampleManager()
	with := func(middleware func(http.Handler) http.Handler, page http.HandlerFunc) http.Handler {
		return middleware(page) // what a router does
	}
	admin := with(sessions.Requiring(cognito.AnyGroup("editors")), func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Hello ", cognito.FromContext(r.Context()).Email)
	})
	fmt.Println(exampleVisit(admin, "/admin").Code)
	fmt.Println(exampleVisit(admin, "/admin", exampleVisit(exampleLogin(sessions), "/auth/callback")).Body)
	// Output:
	// 302
	// Hello jane@example.com
}

// A handler calls an API with the user's access token.
func ExampleTokenSource() {
	sessions := exampleManager()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "got ", r.Header.Get("Authorization"))
	}))
	defer api.Close()
	orders := sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := oauth2.NewClient(r.Context(), session.TokenSource(r.Context()))
		res, err := client.Get(api.URL)
		if err != nil {
			http.Error(w, "The orders cannot be shown at the moment.", http.StatusBadGateway)
			return
		}
		defer func() { _ = res.Body.Close() }()
		_, _ = io.Copy(w, res.Body)
	}))
	fmt.Println(exampleVisit(orders, "/orders", exampleVisit(exampleLogin(sessions), "/auth/callback")).Body)
	// Output: got Bearer access
}

func ExampleManager_Optional() {
	sessions := exampleManager()
	home := sessions.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id := cognito.FromContext(r.Context()); id != nil {
			fmt.Fprint(w, "Welcome back, ", id.Email)
			return
		}
		fmt.Fprint(w, "Welcome")
	}))
	fmt.Println(exampleVisit(home, "/").Body)
	fmt.Println(exampleVisit(home, "/", exampleVisit(exampleLogin(sessions), "/auth/callback")).Body)
	// Output:
	// Welcome
	// Welcome back, jane@example.com
}

// Start is the last step of a sign-in, and End signs out. Package hostedui
// already does both for you.
func ExampleManager_Start() {
	sessions := exampleManager()
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		// … exchange the code, verify the ID token …
		if err := sessions.Start(w, r, exampleIdentity, exampleTokens); err != nil {
			log.Print(err) // ErrTooLarge says what to do
			http.Error(w, "Please try again in a moment.", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	})
	mux.Handle("/account", sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "signed in as ", cognito.FromContext(r.Context()).Email)
	})))

	login := exampleVisit(mux, "/login")
	fmt.Println(login.Code, login.Header().Get("Location"))
	fmt.Println(exampleVisit(mux, "/account", login).Body)
	// Output:
	// 303 /account
	// signed in as jane@example.com
}

func ExampleManager_End() {
	sessions := exampleManager()
	mux := http.NewServeMux()
	mux.Handle("/login", exampleLogin(sessions))
	mux.Handle("/account", sessions.Require(http.NotFoundHandler()))
	mux.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) { // POST alone, in an app
		if err := sessions.End(w, r); err != nil {
			http.Error(w, "You are still signed in. Please try again in a moment.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})

	login := exampleVisit(mux, "/login")
	logout := exampleVisit(mux, "/logout", login)
	fmt.Println(logout.Code, exampleVisit(mux, "/account", login, logout).Code)
	fmt.Println(exampleVisit(mux, "/account", login).Code, "with the cookies from before")
	// Output:
	// 303 302
	// 302 with the cookies from before
}

func ExampleManager_FromRequest() {
	sessions := exampleManager()
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s, err := sessions.FromRequest(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s)
	})
	exampleVisit(h, "/")
	exampleVisit(h, "/", exampleVisit(exampleLogin(sessions), "/auth/callback"))
	// Output:
	// session: nobody is signed in
	// session of 7f3c
}

// A handler decides by itself how to answer a visitor who is not signed in.
func ExampleManager_Current() {
	sessions := exampleManager()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := sessions.Current(w, r)
		if err != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, s.Identity().Email)
	})
	fmt.Println(exampleVisit(h, "/").Code)
	fmt.Println(exampleVisit(h, "/", exampleVisit(exampleLogin(sessions), "/auth/callback")).Body)
	// Output:
	// 401
	// jane@example.com
}

func ExampleFromContext() {
	sessions := exampleManager()
	account := sessions.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s := session.FromContext(r.Context())
		tokens, err := s.Tokens(r.Context())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(s.Identity().Email, tokens.Access) // tokens never show in print
		fmt.Println(s.AccessExpiry().Sub(s.Started()).Round(time.Hour))
	}))
	exampleVisit(account, "/account", exampleVisit(exampleLogin(sessions), "/auth/callback"))
	// Output:
	// jane@example.com [redacted]
	// 1h0m0s
}

// An exampleRefresher returns the next tokens. A hostedui.Client is a real
// Refresher.
type exampleRefresher struct{}

func (exampleRefresher) Refresh(_ context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	old.Access, old.Expiry = "next access", old.Expiry.Add(time.Hour)
	return old, who, nil
}

// A handler runs longer than its access token is valid.
func ExampleSession_Fresh() {
	pool, now := examplePool, time.Now()
	pool.Now = func() time.Time { return now }
	sessions, err := session.New(session.Config{
		Keys:      exampleKeys,
		Pool:      pool,
		BaseURL:   "https://app.example.com",
		Options:   session.Options{Store: session.NewMemoryStore(nil)},
		Refresher: exampleRefresher{},
	})
	if err != nil {
		log.Fatal(err)
	}
	export := sessions.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s := session.FromContext(r.Context())
		now = now.Add(58 * time.Minute) // hard work
		tokens, err := s.Fresh(r.Context())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(tokens.Access))
	}))
	exampleVisit(export, "/export", exampleVisit(exampleLogin(sessions), "/auth/callback"))
	// Output: next access
}

// Sessions are kept in memory. The browser has only an id, so the tokens may
// be large.
func ExampleNewMemoryStore() {
	store := session.NewMemoryStore(nil)
	sessions, err := session.New(session.Config{
		Pool:    examplePool,
		Keys:    exampleKeys,
		BaseURL: "https://app.example.com",
		Options: session.Options{Store: store},
	})
	if err != nil {
		log.Fatal(err)
	}
	login := exampleVisit(exampleLogin(sessions), "/auth/callback")
	fmt.Println(len(login.Result().Cookies()), "cookie,", store.Len(), "records")
	// Output: 1 cookie, 3 records
}

func ExampleParseKeys() {
	// Two keys: the first seals, the second still opens what it has sealed.
	keys, err := session.ParseKeys("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
	fmt.Println(keys, err)
	_, err = session.ParseKeys("c2hvcnQ=")
	fmt.Println(err)
	// Output:
	// [[redacted] [redacted]] <nil>
	// session: SESSION_KEYS: key 1 has 5 bytes, of 32 at least: generate one with openssl rand -base64 32
}

func ExampleNewKey() {
	key := session.NewKey() // for tests and first runs: it is gone after a restart
	fmt.Println(len(key), key)
	// Output: 32 [redacted]
}

func ExampleRefusal() {
	sessions, err := session.New(session.Config{
		Pool:    examplePool,
		Keys:    exampleKeys,
		BaseURL: "https://app.example.com",
		Refused: func(w http.ResponseWriter, _ *http.Request, why session.Refusal) {
			w.WriteHeader(why.Status)
			title, _ := why.Text()
			fmt.Fprint(w, title, " (", why.Code, ")")
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	admin := sessions.Require(http.NotFoundHandler(), cognito.AnyGroup("admins"))
	fmt.Println(exampleVisit(admin, "/admin", exampleVisit(exampleLogin(sessions), "/auth/callback")).Body)
	// Output: This page is not open to you (forbidden)
}
