package secretfile_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/secretfile"
	"github.com/seed75762126/cognito-go/cognito/session"
)

func write(t testing.TB, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

// TestE7_File: each read gives what the file has at that moment, without white
// space around it.
func TestE7_File(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	f := &secretfile.File{Path: path}
	for _, text := range []string{"first", "second\n", " \t third\r\n\n", "last"} {
		write(t, path, text, 0o600)
		got, err := f.ClientSecret(t.Context())
		if want := strings.TrimSpace(text); err != nil || string(got) != want {
			t.Errorf("ClientSecret(%q) = %q, %v, want %q", text, string(got), err, want)
		}
	}
}

// TestE7_FileBySymlink: volumes of Kubernetes replace a whole folder by a
// symbolic link.
func TestE7_FileBySymlink(t *testing.T) {
	dir := t.TempDir()
	f := &secretfile.File{Path: filepath.Join(dir, "secret")}
	if err := os.Symlink(filepath.Join("..data", "secret"), f.Path); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"first", "second"} {
		folder := fmt.Sprintf("..2026_%d", i)
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, folder, "secret"), text, 0o400)
		if err := os.Symlink(folder, filepath.Join(dir, "..data_tmp")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
		if got, err := f.ClientSecret(t.Context()); err != nil || string(got) != text {
			t.Errorf("ClientSecret = %q, %v, want %q", string(got), err, text)
		}
	}
}

// TestE7_BadFiles: a file that is missing, empty, too large or no file is an
// error that names the path and quotes nothing.
func TestE7_BadFiles(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write(t, path("empty"), "", 0o600)
	write(t, path("blank"), " \n\t\n", 0o600)
	write(t, path("large"), strings.Repeat("hunter2", 10000), 0o600)
	write(t, path("cut"), base64.StdEncoding.EncodeToString(session.NewKey())[:20], 0o600)
	if err := os.Mkdir(path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"missing", "empty", "blank", "large", "folder"} {
		f := &secretfile.File{Path: path(name)}
		secret, err := f.ClientSecret(t.Context())
		if err == nil || secret != "" || !strings.Contains(err.Error(), path(name)) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ClientSecret(%s) = %v, want an error that names the path alone", name, err)
		}
		if keys, err := f.SessionKeys(t.Context()); err == nil || keys != nil {
			t.Errorf("SessionKeys(%s) = %v, want an error", name, err)
		}
	}
	f := &secretfile.File{Path: path("cut")}
	if keys, err := f.SessionKeys(t.Context()); err == nil || keys != nil {
		t.Errorf("SessionKeys(half a key) = %d keys, %v, want an error", len(keys), err)
	}
}

// TestE7_SessionKeysInFile: the file has keys as SESSION_KEYS has them.
func TestE7_SessionKeysInFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	first, second := session.NewKey(), session.NewKey()
	write(t, path, base64.StdEncoding.EncodeToString(first)+",\n"+base64.URLEncoding.EncodeToString(second)+"\n", 0o600)
	keys, err := (&secretfile.File{Path: path}).SessionKeys(t.Context())
	if err != nil || len(keys) != 2 || string(keys[0]) != string(first) || string(keys[1]) != string(second) {
		t.Errorf("SessionKeys = %d keys, %v, want both", len(keys), err)
	}
}
