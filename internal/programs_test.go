package internal_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/internal/checks/programs"
)

// programDir is where the programs are that tests run.
var programDir string

// programBuilds has, for the folder of a program, what builds it at the first
// call.
var programBuilds sync.Map

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "programs")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	programDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// program returns the file of a program of this repository, such as that in the
// folder cognito/cmd/cognito. All tests share the programs.
func program(t *testing.T, folder string) (file string) {
	t.Helper()
	build, _ := programBuilds.LoadOrStore(folder, sync.OnceValue(func() error { return programs.Build(programDir, folder) }))
	if err := build.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(programDir, path.Base(folder))
}
