//go:build unix

package stores_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A process of the soak is this test binary, which then is an app.
func init() {
	if os.Getenv("SOAK_REDIS") == "" {
		return
	}
	if err := serveSoak(); err != nil {
		fmt.Fprintln(os.Stderr, "The process failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// recheckEvery is the shortest Options.Recheck.
const recheckEvery = time.Minute

// serveSoak is an app with sessions in Redis and its secrets in files. It
// prints its address, and serves until its standard input ends.
func serveSoak() error {
	ahead, err := time.ParseDuration(os.Getenv("SOAK_AHEAD"))
	if err != nil {
		return err
	}
	cfg, err := hostedui.ConfigFromEnv()
	if err != nil {
		return err
	}
	clock := &soakClock{}
	clock.add(ahead)
	cfg.Pool.Now, cfg.Pool.HTTPClient = clock.now, &http.Client{Transport: clock}
	cfg.Pool.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server := redis.NewClient(&redis.Options{Addr: os.Getenv("SOAK_REDIS")})
	store, err := redisstore.New(server, redisstore.Config{})
	if err != nil {
		return err
	}
	cfg.Session = session.Options{Store: store, Locker: store, Recheck: recheckEvery}
	client, err := hostedui.New(cfg)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	app := &http.Server{Handler: soakApp(client, clock)}
	go func() { _ = app.Serve(listener) }()
	fmt.Println(listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(app.Shutdown(ctx), client.Close(ctx), server.Close())
}

// soakApp has a page that needs an access token, and moves the clock.
func soakApp(client *hostedui.Client, clock *soakClock) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch tokens, err := session.FromContext(r.Context()).Tokens(r.Context()); {
		case errors.Is(err, session.ErrNoSession): // it has ended since the request came
			http.Error(w, err.Error(), http.StatusUnauthorized)
		case err != nil || tokens.Access == "":
			http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
		}
	})))
	mux.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		d, err := time.ParseDuration(r.URL.Query().Get("add"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		clock.add(d)
	})
	return mux
}

// A soakClock is the time of a process, which runs many times too fast. It
// stands still during calls to Cognito, which would take minutes by it.
type soakClock struct {
	ahead   atomic.Int64 // of the machine's clock, in nanoseconds
	calling sync.RWMutex // read-locked during calls
}

func (c *soakClock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *soakClock) add(d time.Duration) {
	c.calling.Lock()
	defer c.calling.Unlock()
	c.ahead.Add(int64(d))
}

// RoundTrip implements [http.RoundTripper]: a call to Cognito, with the whole
// of its answer.
func (c *soakClock) RoundTrip(r *http.Request) (*http.Response, error) {
	c.calling.RLock()
	defer c.calling.RUnlock()
	res, err := toMany.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// toMany keeps enough connections for all who ask at once.
var toMany = &http.Transport{MaxIdleConnsPerHost: 64}
