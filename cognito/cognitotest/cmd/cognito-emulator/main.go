package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitFailed  = 1
	exitMistake = 2 // in the flags or the set-up
)

// run is the program: it serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var s *setup
	if err == nil {
		s, err = o.checkedSetup()
	}
	if err != nil {
		complain(stderr, err)
		return exitMistake
	}
	if err := serve(ctx, o, s, stdout, stderr); err != nil {
		complain(stderr, err)
		return exitFailed
	}
	return 0
}

// complain writes each of the errors joined in err on a line of its own.
func complain(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(w, "cognito-emulator:", line)
	}
}

// checkedSetup is the set-up without a mistake.
func (o *options) checkedSetup() (*setup, error) {
	s, where, err := o.setup()
	if err != nil {
		return nil, err
	}
	if len(s.Pools) > 0 {
		if err := o.addUsers(&s.Pools[0]); err != nil {
			return nil, err
		}
	}
	return s, s.check(where)
}

// Times of the server.
const (
	saveEvery  = 5 * time.Second
	stopGrace  = 5 * time.Second // for requests under way when the program ends
	headerTime = 10 * time.Second
)

func serve(ctx context.Context, o *options, s *setup, stdout, stderr io.Writer) (err error) {
	state, err := o.openState()
	if err != nil {
		return err
	}
	pools, err := s.buildPools(state, stderr)
	if err != nil {
		return err
	}
	listener, err := listen(o.addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	if state != nil {
		if err := state.save(pools.Pools()); err != nil { // so that a path that cannot be written shows now
			return err
		}
		keeping, stopKeeping := context.WithCancel(context.Background())
		kept := make(chan struct{})
		go func() {
			defer close(kept)
			state.keep(keeping, saveEvery, pools.Pools, func(err error) { complain(stderr, err) })
		}()
		defer func() {
			stopKeeping()
			<-kept
			err = errors.Join(err, state.save(pools.Pools()))
		}()
	}
	pools.ServeAt("http://" + listener.Addr().String())
	log := newRequestLog(pools, stderr)
	if o.codes {
		log.codes = stdout
	}
	if state != nil {
		log.after = state.touch
	}
	printSettings(stdout, pools.Pools()[0].ConfigFor(s.Pools[0].Clients[0].ID))
	return serveUntil(ctx, listener, withIndex(pools, log.wrap(pools)), stderr)
}

func (o *options) openState() (*stateFile, error) {
	if o.state == "" {
		return nil, nil
	}
	return openState(o.state)
}

// buildPools makes the pools; state may be nil.
func (s *setup) buildPools(state *stateFile, stderr io.Writer) (*cognitotest.Server, error) {
	server := cognitotest.NewServer()
	for _, p := range s.Pools {
		restore := func(*cognitotest.Pool) error { return nil }
		if state != nil {
			restore = state.restore
		}
		pool, kept, err := p.build(restore)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			fmt.Fprintf(stderr, "pool %s: as in %s, password included: %s\n", p.ID, state.path, strings.Join(kept, ", "))
		}
		server.Add(pool)
	}
	if state != nil {
		if err := state.restoreCreated(server); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// listen opens the socket, which other machines cannot reach: the emulator
// shows everybody its codes.
func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || !hosts.IsLoopback(host) {
		return nil, &mistake{"-addr " + addr, errors.New("write a loopback address and a port, such as 127.0.0.1:9229; port 0 is any free one")}
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &mistake{"-addr " + addr, fmt.Errorf("%w: is another emulator running? Port 0 is any free one", err)}
	}
	return listener, nil
}

// printSettings tells an app where its pool is: the lines that
// cognito.ConfigFromEnv reads. A public client has an empty secret, which
// clears one that an earlier run has left in the environment.
func printSettings(w io.Writer, cfg cognito.Config) {
	for _, s := range settingsOf(cfg) {
		fmt.Fprintf(w, "%s=%s\n", s.Name, s.Value)
	}
	fmt.Fprintln(w, "READY")
}

// An envSetting is a line of an app's environment.
type envSetting struct{ Name, Value string }

func settingsOf(cfg cognito.Config) []envSetting {
	return []envSetting{
		{"COGNITO_USER_POOL_ID", cfg.UserPoolID},
		{"COGNITO_CLIENT_ID", cfg.ClientID},
		{"COGNITO_CLIENT_SECRET", string(cfg.ClientSecret)},
		{"COGNITO_DOMAIN", cfg.Domain},
		{"COGNITO_ISSUER", cfg.Issuer},
		{"COGNITO_ENDPOINT", cfg.Endpoint},
	}
}

// serveUntil serves until ctx ends, and then lets requests under way finish.
func serveUntil(ctx context.Context, listener net.Listener, h http.Handler, stderr io.Writer) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(stderr, "stopping")
	grace, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-failed
	return err
}
