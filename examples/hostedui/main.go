// Command hostedui is a small web app that signs its users in with Cognito's
// Hosted UI. It has a public page, an account page for signed-in users, and a
// page for one group.
//
//	go run ./examples/hostedui
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process, with two demo users. With COGNITO_ settings it runs on the user pool
// that they name:
//
//	COGNITO_USER_POOL_ID=eu-west-1_aB3dE5gH7 COGNITO_CLIENT_ID=… COGNITO_DOMAIN=… \
//	APP_URL=http://localhost:8080 SESSION_KEYS=$(openssl rand -base64 32) go run ./examples/hostedui
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"html/template"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()

	cfg, err := hostedui.ConfigFromEnv()
	demo := errors.Is(err, cognito.ErrNotConfigured)
	if demo {
		cfg, err = demoConfig("http://" + *addr)
	}
	if err != nil {
		log.Fatal(err)
	}
	app, err := newApp(cfg, demo)
	if err != nil {
		log.Fatal(err)
	}
	if demo {
		log.Printf("No COGNITO_ settings in the environment: running on a Cognito in this process.")
		log.Printf("Sign in as jane@example.com (group admins) or joe@example.com, password %s", demoPassword)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("Open %s", cfg.BaseURL)
	if err := serveUntil(ctx, listener, app, app.client.Close); err != nil {
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

// A service is all routes, and the client that is closed at the end.
type service struct {
	http.Handler
	client *hostedui.Client
}

// newApp is the whole app. Everything about sign-in is in the first lines.
func newApp(cfg hostedui.Config, demo bool) (*service, error) {
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	page := func(name, title string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			show(w, r, http.StatusOK, view{Page: name, Title: title, Demo: demo})
		})
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /{$}", client.Optional(page("home", "Welcome")))
	mux.Handle("GET /account", client.Protect(page("account", "Your account")))
	mux.Handle("GET /admin", client.Protect(page("admin", "Administration"), cognito.AnyGroup("admins")))
	mux.Handle("/", client.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		show(w, r, http.StatusNotFound, view{Page: "missing", Title: "There is no such page"})
	})))
	return &service{secured(mux, cfg), client}, nil
}

const demoPassword = "Passw0rd!"

// demoConfig starts a Cognito in this process and returns its settings, which
// have the form of those of a real pool.
func demoConfig(baseURL string) (hostedui.Config, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{baseURL + "/auth/callback"},
		LogoutURLs:   []string{baseURL + "/auth/signed-out"},
	}))
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		u.Password, u.EmailVerified = demoPassword, true
		if _, err := pool.AddUser(u); err != nil {
			return hostedui.Config{}, err
		}
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return hostedui.Config{}, err
	}
	return hostedui.Config{
		Pool:        pool.Config(),
		BaseURL:     baseURL,
		SessionKeys: []session.Key{session.NewKey()},
	}, nil
}

// A view is what the template shows.
type view struct {
	Page  string
	Title string
	Demo  bool
	User  *cognito.Identity // nil for a guest
	Ends  time.Time         // when the access token ends
}

func show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.User = cognito.FromContext(r.Context())
	if s := session.FromContext(r.Context()); s != nil {
		v.Ends = s.AccessExpiry()
	}
	var body bytes.Buffer
	if err := pages.Execute(&body, v); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		log.Print(err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}

// secured adds the headers every page of an app should have. The sign-out
// button posts to this app, which redirects to the pool's domain: both are
// form targets.
func secured(h http.Handler, cfg hostedui.Config) http.Handler {
	policy := "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; " +
		"form-action 'self' " + cfg.Pool.DomainURL()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r)
	})
}

var pages = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} · Hosted UI example</title>
<link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark;--ground:#eef1f5;--card:#ffffff;--edge:#dde2e9;--field:#848e9d;--ink:#1b2430;--soft:#566273;--accent:#1f5fbf;--on-accent:#ffffff;--note:#e8effa}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#1a212b;--edge:#2b3542;--field:#6d7a8c;--ink:#e8ecf2;--soft:#a6b1c0;--accent:#8ab4f8;--on-accent:#0d1a2e;--note:#18263b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
header,main,footer{max-width:44rem;margin:0 auto;padding:1rem 1.25rem}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.25rem;padding-top:1.4rem}
header strong{margin-right:auto}
a{color:var(--accent)}
nav{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.25rem}
nav a{text-decoration:none}nav a[aria-current]{font-weight:600;text-decoration:underline;text-underline-offset:.3em}
header form{margin:0}
button,.button{display:inline-block;padding:.5rem 1rem;border:1px solid var(--accent);border-radius:8px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
button.quiet{background:none;color:var(--ink);border-color:var(--field);font-weight:500}
a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
article{padding:1.75rem;background:var(--card);border:1px solid var(--edge);border-radius:14px}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.25;text-wrap:balance}
p{margin:0 0 1rem}p:last-child{margin-bottom:0}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.55rem 1.25rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.tag{display:inline-block;padding:0 .6rem;border:1px solid var(--edge);border-radius:99px;font-size:.9rem}
.note{margin-bottom:1rem;padding:.7rem 1rem;background:var(--note);border-radius:10px;font-size:.93rem}
footer{color:var(--soft);font-size:.87rem}
@media (max-width:30rem){nav{order:1;width:100%}dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.7rem}article{padding:1.25rem}main .button{width:100%;text-align:center}}
</style>
</head>
<body>
<header>
<strong>Hosted UI example</strong>
<nav aria-label="Pages">
<a href="/"{{if eq .Page "home"}} aria-current="page"{{end}}>Home</a>
<a href="/account"{{if eq .Page "account"}} aria-current="page"{{end}}>Account</a>
<a href="/admin"{{if eq .Page "admin"}} aria-current="page"{{end}}>Administration</a>
</nav>
{{if .User}}<form method="post" action="/auth/logout"><button class="quiet">Sign out</button></form>{{end}}
</header>
<main>
{{if and .Demo (not .User)}}<p class="note">This app runs on a Cognito in its own process, because no user pool is configured. Sign in as <b>jane@example.com</b> (in the group admins) or <b>joe@example.com</b>, password <b>Passw0rd!</b>, or create an account.</p>{{end}}
<article>
<h1>{{.Title}}</h1>
{{if eq .Page "home"}}
{{if .User}}<p>You are signed in{{with .User.Email}} as <b>{{.}}</b>{{end}}.</p><p><a class="button" href="/account">Your account</a></p>
{{else}}<p>Everybody can read this page. The account page is for users who are signed in. The group <span class="tag">admins</span> has a page of its own.</p><p><a class="button" href="/auth/login">Sign in</a></p>{{end}}
{{else if eq .Page "account"}}
<dl>
<dt>E-mail address</dt><dd>{{or .User.Email "unknown"}}{{if .User.EmailVerified}} (verified){{end}}</dd>
<dt>Name</dt><dd>{{or .User.Name "not given"}}</dd>
<dt>Groups</dt><dd>{{range .User.Groups}}<span class="tag">{{.}}</span> {{else}}none{{end}}</dd>
<dt>User name</dt><dd>{{.User.Username}}</dd>
<dt>Subject</dt><dd>{{.User.Subject}}</dd>
<dt>Signed in</dt><dd><time datetime="{{.User.AuthTime.Format "2006-01-02T15:04:05Z07:00"}}">{{.User.AuthTime.Format "2 January 2006, 15:04:05 MST"}}</time></dd>
<dt>Tokens end</dt><dd><time datetime="{{.Ends.Format "2006-01-02T15:04:05Z07:00"}}">{{.Ends.Format "2 January 2006, 15:04:05 MST"}}</time>; they are renewed before that while you use the app</dd>
</dl>
{{else if eq .Page "missing"}}
<p>The link may be old, or has a mistake in it.</p>
<p><a class="button" href="/">Home</a></p>
{{else}}
<p>Only members of the group <span class="tag">admins</span> see this page, and you are one.</p>
{{end}}
</article>
</main>
<footer>Signed in with Amazon Cognito's Hosted UI, by cognito-go.</footer>
</body>
</html>
`))
