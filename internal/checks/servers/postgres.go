//go:build unix

package servers

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
)

// A Postgres is a PostgreSQL that belongs to a test.
type Postgres struct {
	// DSN connects to it through its Unix socket, such as "host=/tmp/…
	// user=test dbname=postgres".
	DSN string

	// URL connects to it through a port of the loopback address, such as
	// "postgres://test@127.0.0.1:49152/postgres"; the same after a restart.
	URL string

	t       testing.TB
	program string
	dir     string
	port    string
	attr    *syscall.SysProcAttr
	cmd     *exec.Cmd
	done    chan struct{} // closed when the process has ended; nil while there is none
}

// StartPostgres starts a PostgreSQL that ends with the test, and returns what
// connects to it through its Unix socket.
func StartPostgres(t testing.TB) (dsn string) {
	t.Helper()
	return NewPostgres(t).DSN
}

// NewPostgres starts a PostgreSQL that ends with the test. PostgreSQL refuses
// to run as root. If the test runs as root, the server runs as the user
// postgres or nobody.
func NewPostgres(t testing.TB) *Postgres {
	t.Helper()
	p := newPostgres(t)
	t.Cleanup(p.remove)
	return p
}

// NewDatabase returns what connects to a new database. It is for tests that
// leave the server as it is: all tests of a package share one, which [Main]
// stops.
func NewDatabase(t testing.TB) (dsn string) {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.stops {
		t.Fatal("servers.NewDatabase needs a TestMain that calls servers.Main")
	}
	if shared.postgres == nil {
		shared.postgres = newPostgres(t)
	}
	p := shared.postgres
	shared.databases++
	name := "test" + strconv.Itoa(shared.databases)
	create := exec.Command(pgProgram("createdb"), "-h", p.dir, "-p", p.port, "-U", "test", name)
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("createdb: %v\n%s", err, out)
	}
	return p.dsn(name)
}

// newPostgres starts a PostgreSQL. The caller removes it.
func newPostgres(t testing.TB) *Postgres {
	t.Helper()
	initdb, server := pgProgram("initdb"), pgProgram("postgres")
	if initdb == "" || server == "" || pgProgram("createdb") == "" {
		missing(t, "PostgreSQL")
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	p := &Postgres{t: t, program: server, dir: dir}
	works := false
	defer func() {
		if !works {
			p.remove()
		}
	}()
	p.attr = unprivileged(t, dir)
	create := exec.Command(initdb, "-D", p.data(), "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	create.SysProcAttr, create.Dir = p.attr, dir
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	for range 5 { // somebody else may take the port first
		if p.port, err = freePort(); err != nil {
			t.Fatal(err)
		}
		if err = p.start(); err == nil {
			works = true
			p.DSN = p.dsn("postgres")
			p.URL = "postgres://test@127.0.0.1:" + p.port + "/postgres?sslmode=disable"
			return p
		}
	}
	t.Fatal(err)
	return nil
}

// dsn connects to a database through the Unix socket.
func (p *Postgres) dsn(database string) string {
	return "host=" + p.dir + " port=" + p.port + " user=test dbname=" + database
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) start() (err error) {
	p.cmd = exec.Command(p.program, "-D", p.data(), "-k", p.dir, "-p", p.port, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off")
	p.cmd.SysProcAttr, p.cmd.Dir = p.attr, p.dir
	p.done, err = start(p.cmd, "ready to accept connections")
	return err
}

// Start starts a server that was killed, with what it has committed.
func (p *Postgres) Start() {
	p.t.Helper()
	if err := p.start(); err != nil {
		p.t.Fatal(err)
	}
}

// Kill ends the server at once, as a crash does, and waits for that.
func (p *Postgres) Kill() { p.end(syscall.SIGQUIT) }

// remove ends connections, then the server and its workers, and removes its
// files.
func (p *Postgres) remove() {
	p.end(syscall.SIGINT)
	_ = os.RemoveAll(p.dir)
}

func (p *Postgres) end(signal syscall.Signal) {
	if p.done == nil {
		return
	}
	_ = p.cmd.Process.Signal(signal)
	<-p.done
	p.done = nil
}

// pgProgram finds a program of PostgreSQL: Debian keeps them off the path.
func pgProgram(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return ""
	}
	return slices.Max(found)
}

// unprivileged gives dir to a user who is not root, and says how to run as
// that user. For a test that is not run by root it does nothing.
func unprivileged(t testing.TB, dir string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			t.Fatal(err)
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	missing(t, "a user other than root")
	return nil
}
