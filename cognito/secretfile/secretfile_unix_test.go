//go:build unix

package secretfile_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/secretfile"
)

// TestE7_Pipe: a pipe to which nobody writes is refused, and makes no reader
// wait.
func TestE7_Pipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	f := &secretfile.File{Path: path}
	began := time.Now()
	secret, err := f.ClientSecret(t.Context())
	if err == nil || secret != "" || !strings.Contains(err.Error(), path) {
		t.Errorf("ClientSecret(pipe) = %v, want an error that names the path", err)
	}
	if keys, err := f.SessionKeys(t.Context()); err == nil || keys != nil {
		t.Errorf("SessionKeys(pipe) = %v, want an error", err)
	}
	if time.Since(began) > time.Minute {
		t.Error("the pipe made the reader wait")
	}
}

// TestE7_FileForEverybody: a file that every user of the machine can read is
// told of once.
func TestE7_FileForEverybody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for _, tt := range []struct {
		mode  os.FileMode
		lines int
	}{{0o600, 0}, {0o640, 0}, {0o644, 1}, {0o444, 1}} {
		_ = os.Remove(path)
		write(t, path, "hunter2", tt.mode)
		var log strings.Builder
		f := &secretfile.File{Path: path, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		for range 3 {
			if _, err := f.ClientSecret(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Count(log.String(), "level=WARN"); got != tt.lines || strings.Contains(log.String(), "hunter2") {
			t.Errorf("mode %v: the log has %q, want %d lines", tt.mode, log.String(), tt.lines)
		}
	}
}
