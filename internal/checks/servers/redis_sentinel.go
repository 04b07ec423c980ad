//go:build unix

package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// SentinelName is the name by which the sentinels of a [Sentinels] know the
// primary.
const SentinelName = "sessions"

// Sentinels are a primary and a replica, watched by three sentinels. The
// sentinels make the replica the primary when the primary has been away for two
// seconds. A shorter time would take a busy machine for a failed one.
type Sentinels struct {
	Addrs            []string // of the sentinels
	Primary, Replica *Redis   // as they were at the start

	t testing.TB
}

// StartSentinels starts the servers and their sentinels. It returns when the
// sentinels have found each other and the replica has the primary's data.
// Args are further arguments of both servers.
func StartSentinels(t testing.TB, args ...string) *Sentinels {
	t.Helper()
	program := need(t, "redis-sentinel")
	need(t, "redis-cli")
	s := &Sentinels{t: t, Primary: StartRedis(t, args...)}
	host, port, _ := strings.Cut(s.Primary.Addr, ":")
	s.Replica = StartRedis(t, append(args, "--replicaof", host+" "+port)...)
	for range 3 {
		s.Addrs = append(s.Addrs, startSentinel(t, program, host, port))
	}
	s.Wait("the replica has the primary's data", func() bool {
		return strings.Contains(s.Replica.Command("INFO", "replication"), "master_link_status:up")
	})
	s.Wait("the sentinels know each other and the replica", func() bool {
		for _, addr := range s.Addrs {
			known := redisCommand(addr, "SENTINEL", "MASTER", SentinelName)
			if !strings.Contains(known, "num-other-sentinels\n2\n") || !strings.Contains(known, "num-slaves\n1\n") {
				return false
			}
		}
		return true
	})
	return s
}

func startSentinel(t testing.TB, program, host, primary string) (addr string) {
	t.Helper()
	dir := t.TempDir()
	var err error
	for range 5 { // somebody else may take the port first
		var port string
		if port, err = freePort(); err != nil {
			t.Fatal(err)
		}
		conf := filepath.Join(dir, "sentinel.conf") // it writes what it learns into it
		text := fmt.Sprintf(`bind 127.0.0.1
port %[1]s
dir %[2]s
sentinel monitor %[3]s %[4]s %[5]s 2
sentinel down-after-milliseconds %[3]s 2000
sentinel failover-timeout %[3]s 3000
`, port, dir, SentinelName, host, primary)
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, conf)
		var done chan struct{}
		if done, err = start(cmd, "+monitor master "); err != nil {
			continue
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			<-done
		})
		return "127.0.0.1:" + port
	}
	t.Fatal(err)
	return ""
}

// AwaitReplication waits until the replica has all that the primary has.
func (s *Sentinels) AwaitReplication() {
	s.t.Helper()
	s.Wait("the replica has caught up", func() bool {
		primary, replica := s.Primary.Command("INFO", "replication"), s.Replica.Command("INFO", "replication")
		offset := field(primary, "master_repl_offset")
		return offset != "" && offset == field(replica, "slave_repl_offset")
	})
}

// field is one field of what INFO prints.
func field(info, name string) string {
	_, after, _ := strings.Cut(info, "\n"+name+":")
	value, _, _ := strings.Cut(after, "\r\n")
	return value
}

// AwaitFailover waits until the replica is the primary, for itself and for
// every sentinel.
func (s *Sentinels) AwaitFailover() {
	s.t.Helper()
	_, port, _ := strings.Cut(s.Replica.Addr, ":")
	s.Wait("the replica is the primary", func() bool {
		if !strings.Contains(s.Replica.Command("ROLE"), "master") {
			return false
		}
		for _, addr := range s.Addrs {
			if !strings.Contains(redisCommand(addr, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", SentinelName), port) {
				return false
			}
		}
		return true
	})
}

// Wait polls until something has happened, and fails the test after half a
// minute.
func (s *Sentinels) Wait(what string, happened func() bool) { s.t.Helper(); await(s.t, what, happened) }

func await(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(startTimeout); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come to this: %s", what)
		}
	}
}
