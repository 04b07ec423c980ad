// Package readme_test has the code that README.md quotes. The code compiles
// here, and the test that README.md shows runs here.
package readme_test

import (
	"context"
	"log"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
)

// What README.md and docs/doctor.md quote without running it.
var _ = []any{realPool, onLogin, inStore, policies, signIn, api, credentials, check, belowAPath, otherPaths}

func check(ctx context.Context, client *hostedui.Client) {
	report := client.Check(ctx)
	if report.State() == doctor.Fail {
		log.Print(report)
	}
}

func realPool() *hostedui.Client {
	cfg, err := hostedui.ConfigFromEnv() // every missing or wrong setting is in the one error
	if err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// userTable is an app's table of users.
type userTable interface {
	FindOrCreate(ctx context.Context, issuer, subject, email string) (userRecord, error)
}

type userRecord struct {
	ID     string
	Closed bool
}

func onLogin(cfg *hostedui.Config, users userTable) {
	cfg.OnLogin = func(ctx context.Context, login *hostedui.Login) error {
		user, err := users.FindOrCreate(ctx, login.Identity.Issuer, login.Identity.Subject, login.Identity.Email)
		if err != nil {
			return err // the visitor sees that the app failed, and the log has err
		}
		if user.Closed {
			return cognito.Refuse("Your account is closed.") // the visitor sees this text
		}
		login.Identity.UserID = user.ID // handlers read it from cognito.FromContext
		return nil
	}
}

// What docs/operations.md quotes.
func inStore(cfg hostedui.Config, store interface {
	session.Store
	session.Locker
}) (*hostedui.Client, error) {
	cfg.Session.Store = store
	cfg.Session.Locker = store // a store without locks: leave this out
	client, err := hostedui.New(cfg)
	return client, err
}

func policies(mux *http.ServeMux, client *hostedui.Client, admin, home http.Handler) {
	mux.Handle("/admin", client.Protect(admin, cognito.AnyGroup("admins"), cognito.SignedInWithin(15*time.Minute)))
	mux.Handle("/", client.Optional(home)) // guests too
}

func signIn(w http.ResponseWriter, r *http.Request, client *userpool.Client, pending *userpool.Pending, sessions *session.Manager, name string, password cognito.Secret, show func(http.ResponseWriter, userpool.Notice)) (err error) {
	ctx := r.Context()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: name, Password: password}) // SRP: the password is not sent
	switch {
	case err != nil:
		show(w, userpool.NoticeFor(err)) // what a visitor may know
	case step.Challenge != nil:
		pending.Save(w, step.Challenge) // keeps the challenge, sealed, for the next request
	default:
		err = sessions.Start(w, r, step.Identity, step.Tokens)
	}
	return err
}

func api(mux *http.ServeMux, client *hostedui.Client, orders, create http.Handler) {
	verifier := client.Verifier() // of the hostedui.Client; an API without pages calls cognito.NewVerifier
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}}
	sessions := client.Sessions()
	mux.Handle("GET /orders", cognito.RequireToken(verifier, orders, cognito.AnyScope("orders/read")))
	mux.Handle("POST /orders", sessions.RequireSessionOrToken(guard, create, cognito.AnyGroup("buyers"))) // cookie or bearer
}

func credentials(r *http.Request, identities *identitypool.Client) *s3.Client {
	visitor := identities.ForSession(session.FromContext(r.Context()))
	client := s3.New(s3.Options{Region: "eu-west-1", Credentials: visitor})
	return client
}

// What docs/deploying.md quotes.

func belowAPath(client *hostedui.Client, account http.Handler) []http.Handler {
	app := http.NewServeMux()
	app.Handle("/app/auth/", client)
	app.Handle("/app/account", client.Protect(account))

	inside := http.NewServeMux()
	inside.Handle("/auth/", client)
	inside.Handle("/account", client.Protect(account))
	host := http.NewServeMux()
	host.Handle("/app/", http.StripPrefix("/app", inside))
	return []http.Handler{app, host}
}

func otherPaths(pool cognito.Config, keys []session.Key) http.Handler {
	client, err := hostedui.New(hostedui.Config{
		Pool:        pool,
		BaseURL:     "https://app.example.com",
		SessionKeys: keys,
		Paths:       hostedui.Paths{Callback: "/callback", Logout: "/sign-out"},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/callback", client)
	mux.Handle("/sign-out", client)
	mux.Handle("/auth/", client) // the other endpoints
	return mux
}

// newApp is an app that somebody tests.
func newApp(cfg hostedui.Config) http.Handler {
	client, err := hostedui.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.NotFoundHandler()))
	mux.Handle("/admin", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), cognito.AnyGroup("admins")))
	return mux
}

func TestAccount(t *testing.T) {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/auth/callback"},
		LogoutURLs:   []string{base + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!", Groups: []string{"admins"}}); err != nil {
		t.Fatal(err)
	}
	app := newApp(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})

	browser := pool.SignedIn(app, base+"/account", "jane", "Passw0rd!")
	res, err := browser.Get(base + "/admin")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("GET /admin = %v, %v", res, err)
	}
}
