package cognito_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// An API accepts access tokens.
func ExampleRequireToken() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "orders of", cognito.FromContext(r.Context()).Username)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /orders", cognito.RequireToken(verifier, orders, cognito.AnyGroup("admins")))

	for _, token := range []cognito.AccessToken{pool.AccessToken("jane"), ""} {
		r := httptest.NewRequest("GET", "/orders", nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+string(token))
		}
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		fmt.Println(rec.Code, rec.Header().Get("WWW-Authenticate"), rec.Body)
	}
	// Output:
	// 200  orders of jane
	//
	// 401 Bearer {"status":401,"title":"Unauthorized","detail":"This needs credentials, and the request carries none.","code":"credentials_required"}
}

// MapUser finds the app's own record of each caller, as OnLogin does at a
// sign-in.
func ExampleGuard() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	rows := map[string]string{} // a table with the primary key (iss, sub)
	guard := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: verifier, Realm: "orders"},
		MapUser: func(_ *http.Request, id *cognito.Identity) error {
			key := id.Issuer + " " + id.Subject
			if rows[key] == "" {
				rows[key] = fmt.Sprint("row-", len(rows)+1)
			}
			id.UserID = rows[key]
			return nil
		},
	}
	h := guard.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, cognito.FromContext(r.Context()).UserID)
	}))

	r := httptest.NewRequest("GET", "/orders", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("jane")))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Print(rec.Body)
	// Output: row-1
}

// A Guard as a middleware, as routers such as chi take it.
func ExampleGuard_Requiring() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Logger: slog.New(slog.DiscardHandler)}
	with := func(middleware func(http.Handler) http.Handler, h http.HandlerFunc) http.Handler {
		return middleware(h) // what a router does
	}
	orders := with(guard.Requiring(cognito.AllScopes("orders/read")), func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "orders of ", cognito.FromContext(r.Context()).Username)
	})
	for _, scope := range []string{"openid", "openid orders/read"} {
		r := httptest.NewRequest("GET", "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["scope"] = scope })))
		rec := httptest.NewRecorder()
		orders.ServeHTTP(rec, r)
		fmt.Println(rec.Code, strings.HasPrefix(rec.Body.String(), "orders of jane"))
	}
	// Output:
	// 403 false
	// 200 true
}

// Guests are accepted, but a token in the request must be valid.
func ExampleGuard_Optional() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	h := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Logger: slog.New(slog.DiscardHandler)}.
		Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "signed in: ", cognito.FromContext(r.Context()) != nil)
		}))
	for _, field := range []string{"", "Bearer " + string(pool.AccessToken("jane")), "Bearer stale"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{field}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		fmt.Println(rec.Code, strings.HasPrefix(rec.Body.String(), "signed in: true"))
	}
	// Output:
	// 200 false
	// 200 true
	// 401 false
}

// A script in a browser cannot set headers of a WebSocket. It can name
// subprotocols: new WebSocket(url, ["orders.v1", "bearer." + token]).
func ExampleBearer_webSocket() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	guard := cognito.Guard{Authenticator: cognito.Bearer{
		Verifier: verifier,
		TokenFrom: func(r *http.Request) cognito.AccessToken {
			for protocol := range strings.SplitSeq(r.Header.Get("Sec-WebSocket-Protocol"), ",") {
				if token, ok := strings.CutPrefix(strings.TrimSpace(protocol), "bearer."); ok {
					return cognito.AccessToken(token)
				}
			}
			return ""
		},
	}}
	h := guard.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "upgraded") }))

	r := httptest.NewRequest("GET", "/feed", nil)
	r.Header.Set("Sec-WebSocket-Protocol", "orders.v1, bearer."+string(pool.AccessToken("jane")))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Println(rec.Body)
	// Output: upgraded
}

// A handler behind a Guard passes the user's token on to another API.
func ExampleBearer_Token() {
	r := httptest.NewRequest("GET", "/orders", nil)
	r.Header.Set("Authorization", "bearer eyJraWQ.eyJzdWI.c2ln")
	token, err := cognito.Bearer{}.Token(r)
	fmt.Println(len(token), err)
	r.Header.Set("Authorization", "Bearer a, Bearer b")
	_, err = cognito.Bearer{}.Token(r)
	fmt.Println(err)
	// Output:
	// 20 <nil>
	// the request's credentials are malformed or given twice
}

func ExampleRefuse() {
	err := fmt.Errorf("mapping: %w", cognito.Refuse("Only staff may use this."))
	text, ok := errors.AsType[cognito.Refuse](err)
	fmt.Println(string(text), ok)
	// Output: Only staff may use this. true
}
