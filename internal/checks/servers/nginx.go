//go:build unix

package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// StartNginx starts an nginx that passes every request on to app, an address
// such as "127.0.0.1:8080". All else is nginx's default: it has proxy_pass
// and nothing more, as in a first configuration. It returns the address that
// nginx listens on. Nginx ends with the test.
func StartNginx(t testing.TB, app string) (addr string) {
	t.Helper()
	return StartNginxWith(t, "location / {\n\tproxy_pass http://"+app+";\n}")
}

// StartNginxWith starts an nginx with locations of the test's own.
func StartNginxWith(t testing.TB, locations string) (addr string) {
	t.Helper()
	program := nginxProgram()
	if program == "" {
		missing(t, "nginx")
	}
	dir, err := os.MkdirTemp("", "nginx")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for range 5 { // somebody else may take the port first
		var port string
		if port, err = freePort(); err != nil {
			t.Fatal(err)
		}
		conf := filepath.Join(dir, "nginx.conf")
		if err := os.WriteFile(conf, nginxConf(dir, port, locations), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-c", conf, "-p", dir, "-e", "stderr")
		var done chan struct{}
		if done, err = start(cmd, "start worker process "); err != nil {
			continue
		}
		t.Cleanup(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM) // ends the workers too
			<-done
		})
		return "127.0.0.1:" + port
	}
	t.Fatal(err)
	return ""
}

// nginxConf has the locations. What comes before them lets nginx run in the
// foreground, in a folder of its own, as any user.
func nginxConf(dir, port, locations string) []byte {
	worker := ""
	if os.Getuid() == 0 { // a worker of another user could not write to dir
		worker = "user root;"
	}
	return fmt.Appendf(nil, `daemon off;
pid %[1]s/pid;
worker_processes 1;
error_log stderr notice;
%[2]s
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	server {
		listen 127.0.0.1:%[3]s;
		%[4]s
	}
}
`, dir, worker, port, locations)
}

// nginxProgram finds nginx: Debian keeps it off the path of users.
func nginxProgram() string {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
