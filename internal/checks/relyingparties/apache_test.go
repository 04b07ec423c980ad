package relyingparties

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestModAuthOpenIDC signs in to Apache with mod_auth_openidc, configured by
// testdata/apache/httpd.conf.
func TestModAuthOpenIDC(t *testing.T) {
	root := os.Getenv("APACHE_ROOT")
	program, modules := filepath.Join("/", root, "usr/sbin/apache2"), filepath.Join("/", root, "usr/lib/apache2/modules")
	for _, file := range []string{program, filepath.Join(modules, "mod_auth_openidc.so")} {
		if _, err := os.Stat(file); err != nil {
			missing(t, "apache", "Apache with mod_auth_openidc is not installed: %v", err)
		}
	}
	address := freeAddress(t)
	base := "http://" + address
	pool, jane := newPool(t, base, secret)
	run, err := os.MkdirTemp("", "relyingparties") // not t.TempDir, into which root's nobody cannot get
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(run) })
	if err := os.CopyFS(run, os.DirFS("testdata/apache")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-f", filepath.Join(run, "httpd.conf"), "-D", "FOREGROUND")
	cmd.Env = append(os.Environ(),
		"LD_LIBRARY_PATH="+libraries(root),
		"MODULES="+modules,
		"RUN="+run,
		"HTDOCS="+filepath.Join(run, "htdocs"),
		"APP_ADDRESS="+address,
		"COGNITO_ISSUER="+pool.Issuer(),
		"COGNITO_DOMAIN="+pool.URL(),
		"COGNITO_CLIENT_ID="+clientID,
		"COGNITO_CLIENT_SECRET="+string(secret),
	)
	startHTTPD(t, cmd, run, address)
	checkRelyingParty(t, pool, base, "/callback?logout="+url.QueryEscape(base+"/signed-out"), jane)
	checkPKCE(t, pool, true)
	if n := len(pool.Events(cognitotest.Event{Op: "discovery"})); n == 0 {
		t.Error("no request for the discovery document")
	}
}

// libraries are the folders of shared libraries below root, if that is not
// the system's.
func libraries(root string) string {
	if root == "" {
		return os.Getenv("LD_LIBRARY_PATH")
	}
	dirs, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-*")) // the pattern is a good one
	return strings.Join(dirs, ":")
}

// startHTTPD runs httpd until the test ends, and waits until it answers. It
// refuses to run as root, so that root runs it as nobody.
func startHTTPD(t *testing.T, cmd *exec.Cmd, run, address string) {
	t.Helper()
	if os.Getuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if err := os.Chown(run, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			written, _ := os.ReadFile(filepath.Join(run, "error.log")) // there is none if it did not start
			t.Logf("httpd wrote:\n%s%s", log.Bytes(), written)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err // for the clean-up
			t.Fatalf("httpd ended: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("httpd does not listen: %v", err)
		}
	}
}
