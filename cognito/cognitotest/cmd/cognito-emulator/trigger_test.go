package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// idp calls an operation of the user-pool API at a running program.
func (p *program) idp(op string, in map[string]any) (out map[string]any, failure string) {
	p.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", p.settings["COGNITO_ENDPOINT"]+"/", strings.NewReader(string(text)))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil && err != io.EOF {
		p.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Sprintf("%v: %v", out["__type"], out["message"])
	}
	return out, ""
}

func (p *program) signUpAs(email string) (confirmed any, failure string) {
	p.t.Helper()
	out, failure := p.idp("SignUp", map[string]any{
		"ClientId": p.settings["COGNITO_CLIENT_ID"], "Username": email, "Password": "Correct-horse-1",
		"UserAttributes": []map[string]string{{"Name": "email", "Value": email}},
	})
	return out["UserConfirmed"], failure
}

// The function of docs/emulator-triggers.md runs as written, and the program
// calls it.
func TestDocTrigger(t *testing.T) {
	need(t, "python3", "--version")
	page, err := os.ReadFile("../../../../docs/emulator-triggers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```python\n")
	source, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("the page has no program in Python")
	}
	file := filepath.Join(t.TempDir(), "function.py")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	function := exec.Command("python3", file, port)
	if err := function.Start(); err != nil {
		t.Fatal(err)
	}
	defer function.Wait()
	defer function.Process.Kill()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			conn.Close()
			break
		}
		if time.Since(began) > time.Minute {
			t.Fatal(err)
		}
	}
	p := start(t, "-addr", "127.0.0.1:0", "-trigger", "PreSignUp=http://127.0.0.1:"+port+"/")
	if confirmed, failure := p.signUpAs("jane@example.com"); confirmed != true {
		t.Errorf("SignUp of an address that the function lets in = %v %s, want it confirmed", confirmed, failure)
	}
	const want = "UserLambdaValidationException: PreSignUp failed with error Use your work address."
	if _, failure := p.signUpAs("jane@elsewhere.example"); failure != want {
		t.Errorf("SignUp of another address = %s, want %s", failure, want)
	}
}

// A function is called by its ARN in pools that the API makes, in later runs
// too. The log says which function has no URL.
func TestTriggersByARN(t *testing.T) {
	calls := make(chan string, 10)
	function := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event map[string]any
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			t.Error(err)
		}
		calls <- fmt.Sprint(event["userPoolId"])
		json.NewEncoder(w).Encode(map[string]any{"response": map[string]any{"autoConfirmUser": true}})
	}))
	defer function.Close()
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:sign-up"
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"-addr", "127.0.0.1:0", "-state", state, "-trigger", arn + "=" + function.URL}
	p := start(t, args...)
	made, failure := p.idp("CreateUserPool", map[string]any{"PoolName": "p", "LambdaConfig": map[string]any{"PreSignUp": arn, "PostConfirmation": arn + "-2"}})
	if failure != "" {
		t.Fatal(failure)
	}
	id := made["UserPool"].(map[string]any)["Id"].(string)
	made, failure = p.idp("CreateUserPoolClient", map[string]any{"UserPoolId": id, "ClientName": "c"})
	if failure != "" {
		t.Fatal(failure)
	}
	client := made["UserPoolClient"].(map[string]any)["ClientId"].(string)
	for run := range 2 {
		p.settings["COGNITO_CLIENT_ID"] = client
		if confirmed, failure := p.signUpAs(fmt.Sprintf("jane%d@example.com", run)); confirmed != true {
			t.Errorf("run %d: SignUp = %v %s, want it confirmed", run+1, confirmed, failure)
		}
		select {
		case got := <-calls:
			if got != id {
				t.Errorf("run %d: the event names pool %s, want %s", run+1, got, id)
			}
		default:
			t.Errorf("run %d: the function was not called", run+1)
		}
		if run == 0 {
			if note := "NOTE no function is called for PostConfirmation: "; strings.Count(p.stderr.String(), note) != 1 || strings.Contains(p.stderr.String(), "called for PreSignUp") {
				t.Errorf("the log is %q, want %q alone", p.stderr, note)
			}
			p.stop()
			p = start(t, args...)
		}
	}
}

// Mistakes name the flag, or the place in the file.
func TestTriggerMistakes(t *testing.T) {
	for want, args := range map[string][]string{
		"-trigger PreSignUp: write it as name=URL":                            {"-trigger", "PreSignUp"},
		`"PostSignUp" is neither an ARN nor one of`:                           {"-trigger", "PostSignUp=http://127.0.0.1:9000"},
		`PreSignUp: "127.0.0.1:9000" is not an http or https URL`:             {"-trigger", "PreSignUp=127.0.0.1:9000"},
		"-trigger: write it into the -config file instead":                    {"-config", "x", "-trigger", "PreSignUp=http://127.0.0.1:9000"},
		`pools[0].triggers: PreSignUp: "nowhere" is not an http or https URL`: {"-config", writeFile(t, `{"pools":[{"id":"eu-west-1_Emulator1","clients":[{"id":"web"}],"triggers":{"PreSignUp":"nowhere"}}]}`)},
	} {
		if got := refuse(t, 2, args...); !strings.Contains(got, want) {
			t.Errorf("%q says %q, want %q", args, got, want)
		}
	}
}
