package relyingparties

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestParity_CognitoLocal compares the emulator with cognito-local, an emulator
// by others. Its answers are not Cognito's in many places: cognito-parity reports
// the differences and comes to its end.
func TestParity_CognitoLocal(t *testing.T) {
	dir := npmFolder(t)
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	server := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "node_modules", ".bin", "cognito-local"))
	server.Dir = t.TempDir() // it keeps its pools in the current folder
	server.Env = append(os.Environ(), "HOST=127.0.0.1", "PORT="+port)
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Wait() })
	pool := newLocalPool(t, "http://"+address)

	parity := exec.CommandContext(t.Context(), "go", "run", "./cognito/cognitotest/cmd/cognito-parity", "-pool", pool, "-endpoint", "http://"+address, "-json", "-q")
	parity.Dir = filepath.Join("..", "..", "..")
	parity.Env = append(os.Environ(), "GOWORK=")
	var report, errors bytes.Buffer
	parity.Stdout, parity.Stderr = &report, &errors
	if err := parity.Run(); err == nil {
		t.Error("cognito-parity found no difference, want many")
	}
	var found struct{ Different, NotRun int }
	if err := json.Unmarshal(report.Bytes(), &found); err != nil {
		t.Fatalf("the report is no JSON: %v\n%s", err, errors.String())
	}
	if found.Different < 200 || strings.Contains(errors.String(), "goroutine ") {
		t.Errorf("%d requests differ, want a few hundred and no crash:\n%s", found.Different, errors.String())
	}
}

// newLocalPool makes a pool on a server that has just been started.
func newLocalPool(t *testing.T, base string) (id string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/", strings.NewReader(`{"PoolName":"parity"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.CreateUserPool")
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			var made struct{ UserPool struct{ ID string } }
			if err := json.Unmarshal(body, &made); err != nil || made.UserPool.ID == "" {
				t.Fatalf("CreateUserPool = %d %s", resp.StatusCode, body)
			}
			return made.UserPool.ID
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not answer: %v", err)
		}
		time.Sleep(100 * time.Millisecond) // it is another process
	}
}
