// Package secretfile reads files that hold a secret and are replaced while the
// program runs.
package secretfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
)

// MaxSize is how many bytes a file may have.
const MaxSize = 64 << 10

var (
	errEmpty   = errors.New("the file is empty")
	errChanges = errors.New("the file changes while it is read: write a new file and rename it over the old one")
	errNotFile = errors.New("it is not a regular file")
)

// A File is the path of a secret. It is safe for concurrent use.
type File struct {
	Path   string
	Logger *slog.Logger // nil means slog.Default

	warned atomic.Bool // that others can read it
}

// Read returns the file's text, without white space at both ends. A file that
// is written at the same moment is an error. The path is looked up each time,
// so the file may be replaced, and so may a symbolic link on the way to it.
func (f *File) Read(ctx context.Context) (string, error) {
	text, mode, err := f.read()
	if err != nil {
		return "", err
	}
	if runtime.GOOS != "windows" && mode.Perm()&0o004 != 0 && !f.warned.Swap(true) { // Windows has no such mode
		f.logger().WarnContext(ctx, "cognito: every user of this machine can read a file with a secret", "op", "secret_file", "path", f.Path, "mode", mode.Perm().String())
	}
	return text, nil
}

func (f *File) logger() *slog.Logger {
	if f.Logger == nil {
		return slog.Default()
	}
	return f.Logger
}

func (f *File) read() (string, fs.FileMode, error) {
	found, err := os.Stat(f.Path)
	switch {
	case err != nil:
		return "", 0, err // it names the path
	case !found.Mode().IsRegular(): // opening a pipe would wait for a writer
		return "", 0, f.failed(errNotFile)
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = file.Close() }()
	before, err := file.Stat()
	if err != nil {
		return "", 0, err
	}
	all, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return "", 0, err
	}
	after, err := file.Stat()
	if err != nil {
		return "", 0, err
	}
	text := strings.TrimSpace(string(all))
	switch {
	case len(all) > MaxSize:
		return "", 0, f.failed(fmt.Errorf("it has more than %d bytes", MaxSize))
	case after.Size() != int64(len(all)), !after.ModTime().Equal(before.ModTime()):
		return "", 0, f.failed(errChanges)
	case text == "":
		return "", 0, f.failed(errEmpty)
	}
	return text, before.Mode(), nil
}

func (f *File) failed(err error) error { return fmt.Errorf("%s: %w", f.Path, err) }
