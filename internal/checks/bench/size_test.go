package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestSize holds the budgets of the programs that sign in with the Hosted UI,
// and that they link nothing of the AWS SDK. Linkers lay programs out in pages
// of 4 KB, so that a small change shows late or counts double.
func TestSize(t *testing.T) {
	if runtime.GOOS+"/"+runtime.GOARCH != "linux/amd64" {
		if os.Getenv("CI") == "true" {
			t.Fatal("the budget is for linux/amd64: run CI there")
		}
		t.Skip("the budget is for linux/amd64")
	}
	sizes := make(map[string]int64)
	for _, p := range []string{"plain", "protocol", "byhand", "cognito"} {
		size, err := buildSize(p)
		if err != nil {
			t.Fatal(err)
		}
		sizes[p] = size
	}
	for _, b := range sizeBudgets {
		above := sizes[b.ours] - sizes[b.other]
		t.Logf("programs/%s has %d bytes: %d more than programs/%s", b.ours, sizes[b.ours], above, b.other)
		if above > b.most {
			t.Errorf("programs/%s is %d bytes larger than programs/%s, want %d at most", b.ours, above, b.other, b.most)
		}
	}
	for _, ours := range []string{"protocol", "cognito"} {
		if _, aws, err := linked(ours); err != nil || aws > 0 {
			t.Errorf("linked(%s) = %d packages of the AWS SDK, %v, want none", ours, aws, err)
		}
	}
}

// TestSize_DoctorIsNotLinked: a program that never calls hostedui.Client.Check
// has nothing of package doctor in it.
func TestSize_DoctorIsNotLinked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "program")
	if _, err := goCommand("build", "-o", file, "./programs/cognito"); err != nil {
		t.Fatal(err)
	}
	symbols, err := goCommand("tool", "nm", file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(symbols, "cognito-go/hostedui.") {
		t.Fatal("the program has no symbols of hostedui")
	}
	for line := range strings.Lines(symbols) {
		if strings.Contains(line, "cognito-go/cognito/doctor.") {
			t.Errorf("the program has %s", strings.TrimSpace(line))
		}
	}
}
