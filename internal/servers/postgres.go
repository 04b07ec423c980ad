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

// StartPostgres starts a PostgreSQL that ends with the test, and returns what
// connects to it, such as "host=/tmp/… user=test dbname=postgres". It listens
// on a Unix socket alone. PostgreSQL refuses to run as root: a test that does
// has it run as the user postgres or nobody.
func StartPostgres(t testing.TB) (dsn string) {
	t.Helper()
	initdb, server := pgProgram("initdb"), pgProgram("postgres")
	if initdb == "" || server == "" {
		missing(t, "PostgreSQL")
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	attr := unprivileged(t, dir)
	data := filepath.Join(dir, "data")
	create := exec.Command(initdb, "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	create.SysProcAttr, create.Dir = attr, dir
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	cmd := exec.Command(server, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	cmd.SysProcAttr, cmd.Dir = attr, dir
	done, err := start(cmd, "ready to accept connections")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // ends connections, then itself and its workers
		<-done
	})
	return "host=" + dir + " user=test dbname=postgres"
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
