//go:build unix

package servers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// missing skips a test that lacks a program, or fails it in CI.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed, which CI needs", what)
	}
	t.Skipf("%s is not installed", what)
}

// need returns where a program is, or is missing.
func need(t testing.TB, program string) (path string) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return path
}

// startTimeout bounds the start of a server.
const startTimeout = 30 * time.Second

// start runs a program until its output has a line with ready in it.
func start(cmd *exec.Cmd, ready string) (done chan struct{}, err error) {
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done, up := make(chan struct{}), make(chan struct{})
	var log strings.Builder
	go func() {
		_ = cmd.Wait()
		_ = in.Close()
	}()
	go func() {
		defer close(done)
		lines := bufio.NewScanner(out)
		started := false
		for lines.Scan() {
			if !started {
				log.WriteString(lines.Text() + "\n")
			}
			if !started && strings.Contains(lines.Text(), ready) {
				started = true
				close(up)
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case <-up:
		return done, nil
	case <-done:
		return nil, fmt.Errorf("%s ended at once:\n%s", cmd.Path, log.String())
	case <-time.After(startTimeout):
		_ = cmd.Process.Kill()
		<-done
		return nil, fmt.Errorf("%s did not start:\n%s", cmd.Path, log.String())
	}
}

// freePort is a port of the loopback address that nobody uses at the moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// signal sends a signal to a process that this package started.
func signal(t testing.TB, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatalf("%s: %v: %v", cmd.Path, s, err)
	}
}
