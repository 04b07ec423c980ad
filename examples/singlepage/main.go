// Command singlepage is a single-page app: static files, a small API, and the
// endpoints of the Hosted UI client. docs/single-page-apps.md explains it.
//
//	go run ./examples/singlepage
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process, with a demo user.
package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

//go:embed web
var web embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()
	cfg, err := hostedui.ConfigFromEnv()
	if errors.Is(err, cognito.ErrNotConfigured) {
		cfg, err = demoConfig("http://" + *addr)
		log.Printf("No COGNITO_ settings: sign in as jane@example.com, password %s", demoPassword)
	}
	if err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("Open %s", cfg.BaseURL)
	if err := serveUntil(ctx, listener, routes(client), client.Close); err != nil {
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

func routes(client *hostedui.Client) http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the folder is in the program
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)                                         // login, callback, logout, me
	mux.Handle("POST /api/note", client.Protect(http.HandlerFunc(note))) // 401 for guests
	mux.Handle("/", pages(files))                                        // the page is the same for everybody
	return mux
}

// pages serves the files, and a page of the app where there is none.
func pages(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := fs.Stat(files, cmp.Or(strings.Trim(r.URL.Path, "/"), ".")); err == nil {
			server.ServeHTTP(w, r)
			return
		}
		page, err := fs.ReadFile(files, "not-found.html")
		if err != nil {
			log.Print(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(page)
	})
}

func note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s noted %s", cognito.FromContext(r.Context()).Email, r.FormValue("text"))
}

const demoPassword = "Passw0rd!"

// demoConfig starts a Cognito in this process.
func demoConfig(baseURL string) (hostedui.Config, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{baseURL + "/auth/callback"},
		LogoutURLs:   []string{baseURL + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		return hostedui.Config{}, err
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return hostedui.Config{}, err
	}
	return hostedui.Config{Pool: pool.Config(), BaseURL: baseURL, SessionKeys: []session.Key{session.NewKey()}}, nil
}
