//go:build unix

package servers

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A Redis is a redis-server, or a valkey-server, that belongs to a test.
type Redis struct {
	Addr string // such as "127.0.0.1:49152"; the same after a restart

	t       testing.TB
	program string
	port    string
	dir     string
	args    []string
	cmd     *exec.Cmd
	done    chan struct{} // closed when the process has ended; nil while there is none
}

// StartRedis starts a server that ends with the test. It saves nothing unless
// told to. Args are further arguments, such as "--appendonly", "yes".
func StartRedis(t testing.TB, args ...string) *Redis {
	t.Helper()
	r := &Redis{t: t, dir: t.TempDir(), args: args}
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			r.program = path
			break
		}
	}
	if r.program == "" {
		missing(t, "redis-server")
	}
	var err error
	for range 5 { // somebody else may take the port first
		if r.port, err = freePort(); err != nil {
			t.Fatal(err)
		}
		r.Addr = "127.0.0.1:" + r.port
		if err = r.start(); err == nil {
			t.Cleanup(r.Kill)
			return r
		}
	}
	t.Fatal(err)
	return nil
}

func (r *Redis) start() (err error) {
	args := append([]string{"--port", r.port, "--bind", "127.0.0.1", "--dir", r.dir, "--save", "", "--appendonly", "no"}, r.args...)
	r.cmd = exec.Command(r.program, args...)
	r.done, err = start(r.cmd, "eady to accept connections")
	return err
}

// Start starts a server that was killed. It has its data only with
// "--appendonly yes".
func (r *Redis) Start() {
	r.t.Helper()
	if err := r.start(); err != nil {
		r.t.Fatal(err)
	}
}

// Kill ends the server at once, as a crash does, and waits for that. It does
// nothing to a server that was killed.
func (r *Redis) Kill() {
	if r.done == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	<-r.done
	r.done = nil
}

// Pause stops the server where it is: connections stay, and nothing answers.
func (r *Redis) Pause() { r.t.Helper(); signal(r.t, r.cmd, syscall.SIGSTOP) }

// Resume lets a paused server continue.
func (r *Redis) Resume() { r.t.Helper(); signal(r.t, r.cmd, syscall.SIGCONT) }

// Command runs one command with redis-cli and returns what it prints: one line
// for each part of the answer, or an error's text.
func (r *Redis) Command(args ...string) string { return redisCommand(r.Addr, args...) }

func redisCommand(addr string, args ...string) string {
	host, port, _ := strings.Cut(addr, ":")
	out, _ := exec.Command("redis-cli", append([]string{"-h", host, "-p", port}, args...)...).CombinedOutput()
	return string(out)
}
