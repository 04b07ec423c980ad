// Command webapp is a small shop that uses most of the library. Guests see the
// catalogue and get their own AWS credentials. Users have orders, premium
// members have offers, and administrators see all users.
//
//	go run ./examples/webapp
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process and prints the users and their password. README.md has the settings
// of a real pool.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "webapp:", err)
		os.Exit(1)
	}
}

// run serves the app until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	f, err := parseFlags(args, out)
	if err != nil {
		return err
	}
	slog.SetDefault(slog.New(newLogHandler(f.logFormat, out)))
	stopTelemetry, err := startTelemetry(ctx, f.metricsAddr)
	if err != nil {
		return err
	}
	defer stopTelemetry()

	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	f.addr = sameHost(f.addr, listener.Addr())
	s, err := fromEnv(f)
	if errors.Is(err, cognito.ErrNotConfigured) {
		var d *demo
		if d, err = startDemo(&s, f, out); err != nil {
			return err
		}
		defer func() { _ = d.Close() }()
	}
	if err != nil {
		return err
	}
	a, err := newApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Fprintln(out, "Open", s.baseURL)
	return serve(ctx, listener, a)
}

// shutdownTimeout is how long requests under way may take when the app is
// told to end.
const shutdownTimeout = 10 * time.Second

// closeTimeout is how long the sessions may take after that. Both together are
// less than the 30 seconds that Kubernetes and ECS give a container.
const closeTimeout = 10 * time.Second

// serve answers requests until ctx ends, and then lets those under way end.
func serve(ctx context.Context, listener net.Listener, a *app) error {
	server := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	slog.Info("listening", "addr", listener.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	slog.Info("shutting down", "timeout", shutdownTimeout)
	a.health.leave()
	return errors.Join(
		within(ctx, shutdownTimeout, server.Shutdown),
		within(ctx, closeTimeout, a.sessions.Close),
	)
}

// within calls end with a context that lasts for a time, though ctx has ended.
func within(ctx context.Context, limit time.Duration, end func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	return end(bounded)
}
