// Command customlogin is a small web app with its own pages for accounts. There
// are pages for sign-up, confirmation, sign-in with every challenge, forgotten
// password, profile, second factors and remembered devices.
//
//	go run ./examples/customlogin
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process, with demo users, and prints the codes that Cognito would send.
// With COGNITO_ settings it runs on the user pool that they name. That pool needs
// no domain:
//
//	COGNITO_USER_POOL_ID=eu-west-1_aB3dE5gH7 COGNITO_CLIENT_ID=… \
//	APP_URL=http://localhost:8080 SESSION_KEYS=$(openssl rand -base64 32) go run ./examples/customlogin
//
// The app client needs ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH and, for
// -email-codes and -passkeys, ALLOW_USER_AUTH in ExplicitAuthFlows.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"html/template"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

//go:embed pages/*.html
var files embed.FS

// settings are what the app is made of.
type settings struct {
	pool       cognito.Config
	baseURL    string
	keys       []session.Key
	emailCodes bool
	passkeys   string        // RelyingPartyId of the pool; "" means no passkeys
	note       template.HTML // above the sign-in page
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	addr := flag.String("addr", "localhost:8080", "where to listen")
	emailCodes := flag.Bool("email-codes", false, "offer a sign-in with a code by e-mail (on a pool of your own)")
	passkeys := flag.String("passkeys", "", "RelyingPartyId of the pool, to offer passkeys (on a pool of your own)")
	flag.Parse()

	s, err := fromEnv(*emailCodes, *passkeys)
	if errors.Is(err, cognito.ErrNotConfigured) {
		s, err = demo("http://"+*addr, os.Stderr)
	}
	if err != nil {
		log.Fatal(err)
	}
	app, err := newApp(s)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("Open %s", s.baseURL)
	if err := serveUntil(ctx, listener, app, app.sessions.Close); err != nil {
		log.Fatal(err)
	}
}

// serveUntil answers requests until ctx ends. Then requests under way may take
// 10 seconds, and so may the work of sessions that goes on after them.
func serveUntil(ctx context.Context, listener net.Listener, h http.Handler, closeSessions func(context.Context) error) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	within := func(end func(context.Context) error) error {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return end(limit)
	}
	return errors.Join(within(server.Shutdown), within(closeSessions))
}

// fromEnv reads the settings of a pool.
func fromEnv(emailCodes bool, passkeys string) (settings, error) {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return settings{}, err
	}
	keys, err := session.ParseKeys(os.Getenv("SESSION_KEYS"))
	return settings{pool: pool, baseURL: os.Getenv("APP_URL"), keys: keys, emailCodes: emailCodes, passkeys: passkeys}, err
}

// A service is all routes, and the sessions that are closed at the end.
type service struct {
	http.Handler
	sessions *session.Manager
}

// newApp is the whole app.
func newApp(s settings) (*service, error) {
	client, err := userpool.New(userpool.Config{Pool: s.pool, RelyingPartyID: s.passkeys})
	if err != nil {
		return nil, err
	}
	sessions, err := session.New(session.Config{Pool: s.pool, Keys: s.keys, BaseURL: s.baseURL, Refresher: client})
	if err != nil {
		return nil, err
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: s.keys, BaseURL: s.baseURL})
	if err != nil {
		return nil, err
	}
	own, err := fs.Sub(files, "pages")
	if err != nil {
		return nil, err
	}
	pages, err := newSite(siteConfig{
		Name: "Own forms", LoginPath: "/auth/login", LogoutPath: "/auth/logout", Note: s.note, NotePage: "login", Scripts: s.passkeys != "",
		Footer: "Signed in with Amazon Cognito through this app's own forms, by cognito-go.",
		Nav: func(*cognito.Identity) []Link {
			return []Link{{Label: "Home", Path: "/"}, {Label: "Account", Path: "/account"}, {Label: "Administration", Path: "/admin"}}
		},
	}, own)
	if err != nil {
		return nil, err
	}
	page := func(name, title string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pages.Show(w, r, name, View{Title: title})
		})
	}
	mux := http.NewServeMux()
	account := newAccount(accountConfig{
		Client: client, Sessions: sessions, Pending: pending, Site: pages,
		BaseURL: s.baseURL, AppName: "Own forms", EmailCodes: s.emailCodes, RelyingPartyID: s.passkeys,
	})
	mux.Handle(Prefix, account)
	mux.Handle(AccountPath, account)
	mux.Handle(AccountPath+"/", account)
	mux.Handle("GET /{$}", sessions.Optional(page("home", "Welcome")))
	mux.Handle("GET /admin", sessions.Require(page("admin", "Administration"), cognito.AnyGroup("admins")))
	mux.Handle("/", sessions.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pages.Show(w, r, "message", View{
			Title: "There is no such page", Status: http.StatusNotFound, Narrow: true,
			Data: "The link may be old, or has a mistake in it.",
		})
	})))
	return &service{pages.Secured(mux), sessions}, nil
}
