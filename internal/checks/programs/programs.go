// Package programs compiles the programs of this repository for tests that run
// them.
package programs

import (
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
)

// module is the path of the root module, with which all packages of the
// workspace begin.
const module = "github.com/seed75762126/cognito-go/"

// Build compiles programs into the folder dir. Each is named by its folder in
// this repository, such as cognito/cmd/cognito, and its file by the last part
// of that name.
//
// Like every `go run`, it keeps the linked program in Go's build cache. A test
// that builds the same program again has it in a third of a second.
func Build(dir string, folders ...string) error {
	for _, folder := range folders {
		args := []string{"run", "-exec", "cp", module + folder, filepath.Join(dir, path.Base(folder))}
		if runtime.GOOS == "windows" { // which has no cp
			args = []string{"build", "-o", dir + string(filepath.Separator), module + folder}
		}
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("go %v: %w\n%s", args, err, out)
		}
	}
	return nil
}
