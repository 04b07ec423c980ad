package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestSize holds the budgets of the program that signs in with the Hosted UI,
// and that it links nothing of the AWS SDK. Linkers lay programs out in pages
// of 4 KB, so that a small change shows late or counts double.
func TestSize(t *testing.T) {
	if runtime.GOOS+"/"+runtime.GOARCH != "linux/amd64" {
		if os.Getenv("CI") == "true" {
			t.Fatal("the budget is for linux/amd64: run CI there")
		}
		t.Skip("the budget is for linux/amd64")
	}
	ours, err := buildSize("cognito")
	if err != nil {
		t.Fatal(err)
	}
	for dir, most := range map[string]int64{"plain": maxSizeAbovePlain, "byhand": maxSizeAboveByHand} {
		other, err := buildSize(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("programs/cognito has %d bytes: %d more than programs/%s", ours, ours-other, dir)
		if above := ours - other; above > most {
			t.Errorf("programs/cognito is %d bytes larger than programs/%s, want %d at most", above, dir, most)
		}
	}
	if _, aws, err := linked("cognito"); err != nil || aws > 0 {
		t.Errorf("linked(cognito) = %d packages of the AWS SDK, %v, want none", aws, err)
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
