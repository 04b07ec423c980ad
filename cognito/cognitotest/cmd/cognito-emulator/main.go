package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
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
	if err == nil && o.healthOf != "" {
		return checkHealth(ctx, o.healthOf, stderr)
	}
	var s *setup
	if err == nil {
		s, err = o.checkedSetup()
	}
	if err != nil {
		complain(stderr, err)
		return exitMistake
	}
	e, err := o.prepare(s, stderr)
	if err == nil {
		defer e.network.listener.Close()
		err = e.serve(ctx, stdout, stderr)
		if err == nil {
			return 0
		}
		complain(stderr, err)
		return exitFailed
	}
	complain(stderr, err)
	var wrong *mistake
	if errors.As(err, &wrong) {
		return exitMistake
	}
	return exitFailed
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

// An emulator is ready to serve.
type emulator struct {
	o       *options
	state   *stateFile // nil if nothing is kept
	pools   *cognitotest.Server
	network *network
	events  *events // nil if nobody gets them
	client  string  // id of the app client that the settings are for
	appURL  string
}

// prepare does what can fail because of a flag or a file. The state may be
// impossible to read or write, or the address may be taken.
func (o *options) prepare(s *setup, stderr io.Writer) (*emulator, error) {
	events, err := o.events(stderr)
	if err != nil {
		return nil, err
	}
	state, err := o.openState()
	if err != nil {
		return nil, err
	}
	pools, err := s.buildPools(state, stderr)
	if err != nil {
		return nil, err
	}
	network, err := o.openNetwork()
	if err != nil {
		return nil, err
	}
	pools.ServeAt(network.base)
	if state != nil {
		if err := state.save(pools.Pools()); err != nil { // so that a path that cannot be written shows now
			network.listener.Close()
			return nil, err
		}
	}
	first := s.Pools[0].Clients[0]
	return &emulator{o: o, state: state, pools: pools, network: network, events: events, client: first.ID, appURL: cmp.Or(o.appURL, appURLOf(first))}, nil
}

// serve serves until ctx ends.
func (e *emulator) serve(ctx context.Context, stdout, stderr io.Writer) (err error) {
	log := newRequestLog(e.pools, stderr)
	if e.o.codes {
		log.codes = stdout
	}
	if e.state != nil {
		log.after = e.state.touch
		stop := e.keepState(stderr)
		defer func() { err = errors.Join(err, stop()) }()
	}
	if e.events != nil {
		e.pools.DeliverTrail(e.events.Send)
		defer e.events.waitForLast()
	}
	if err := printSettings(stdout, e.o.output, e.settings()); err != nil {
		return err
	}
	handler := withHealth(withIndex(e.pools, e.o.allowedHosts(e.network.base), log.wrap(e.pools)))
	return e.network.serveUntil(ctx, handler, stderr)
}

// settings are what is printed.
func (e *emulator) settings() []envSetting {
	all := append(settingsOf(e.pools.Pools()[0].ConfigFor(e.client)), appSettings(e.appURL)...)
	if e.network.cert != "" {
		all = append(all, envSetting{"COGNITO_EMULATOR_CERT", e.network.cert})
	}
	return all
}

// keepState saves the pools every so often, until stop saves them for the last
// time.
func (e *emulator) keepState(stderr io.Writer) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		e.state.keep(ctx, saveEvery, e.pools.Pools, func(err error) { complain(stderr, err) })
	}()
	return func() error {
		cancel()
		<-kept
		return e.state.save(e.pools.Pools())
	}
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
			fmt.Fprintf(stderr, "pool %s: these users and their passwords are as in %s, not as in the set-up: %s\n", p.ID, state.path, strings.Join(kept, ", "))
		}
		server.Add(pool)
	}
	if state != nil {
		if err := state.restoreCreated(server, s.hooksByARN()); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// serveUntil serves until ctx ends, and then lets requests under way finish.
func (n *network) serveUntil(ctx context.Context, h http.Handler, stderr io.Writer) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, TLSConfig: n.tls}
	failed := make(chan error, 1)
	go func() {
		if n.tls != nil {
			failed <- server.ServeTLS(n.listener, "", "")
			return
		}
		failed <- server.Serve(n.listener)
	}()
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
