package cognitotest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A server is what Start started.
type server struct {
	http *http.Server
	done chan struct{} // closed when Serve has returned
}

// stopGrace is how long Close lets requests under way finish.
const stopGrace = time.Second

// Start serves the pool on a loopback address such as "127.0.0.1:0". Port 0
// means any free port. For passkeys on the hosted pages use "localhost:0",
// because browsers make no passkeys for IP addresses. After Start, [Pool.URL],
// [Pool.Issuer], [Pool.Config] and new tokens name that address. It fails for
// an address that other machines can reach, and for a pool that is already
// started. A [Server] serves several pools at one address.
func (p *Pool) Start(addr string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return errors.New("cognitotest: start: the pool is started already")
	}
	s, base, err := startServer(addr, p)
	if err != nil {
		return err
	}
	p.server = s
	p.core.ServeAt(base)
	return nil
}

// startServer has h answer at a loopback address. It returns the base URL.
func startServer(addr string, h http.Handler) (s *server, base string, err error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", fmt.Errorf("cognitotest: start: %w", err)
	}
	if !hosts.IsLoopback(host) {
		return nil, "", fmt.Errorf("cognitotest: start: %q is not a loopback address such as 127.0.0.1:0", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("cognitotest: start: %w", err)
	}
	s = &server{
		http: &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second},
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		s.http.Serve(listener) // ends with Close
	}()
	return s, "http://" + net.JoinHostPort(shownHost(host, listener), port(listener)), nil
}

// shownHost is the host of the base URL: a name such as "localhost" stays, since
// browsers make passkeys for no IP address.
func shownHost(host string, l net.Listener) string {
	if host == "" || net.ParseIP(host) != nil {
		host, _, _ = net.SplitHostPort(l.Addr().String())
	}
	return host
}

func port(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// Close stops the server that Start has started and waits for its end. The pool
// still answers in memory. If the pool is not started, Close does nothing.
func (p *Pool) Close() error {
	p.mu.Lock()
	s := p.server
	if s != nil {
		p.server = nil
		p.core.ServeAt("")
	}
	p.mu.Unlock()
	return s.stop()
}

// stop does nothing to a nil server.
func (s *server) stop() error {
	if s == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.done
	return err
}
