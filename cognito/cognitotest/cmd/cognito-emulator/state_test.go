package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func get(t *testing.T, target string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(target)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, bodyOf(t, resp)
}

func postToken(t *testing.T, p *program, pairs ...string) (status int, answer map[string]any) {
	t.Helper()
	form := url.Values{"client_id": {p.settings["COGNITO_CLIENT_ID"]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, err := http.PostForm(p.url()+"/oauth2/token", form)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(bodyOf(t, resp)), &answer); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// What happens in one run counts in the next: a person who signed up, the
// refresh token, the keys. The set-up counts for what the file does not hold.
func TestStateOverTwoRuns(t *testing.T) {
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "landed") }))
	defer callback.Close()
	state := filepath.Join(t.TempDir(), "state.json")
	cb := callback.URL + "/cb"

	first := start(t, "-state", state, "-codes", "-callback", cb, "-user", "jane:First-word-1")
	code := signUp(t, first, cb, "new@example.com", "Correct-horse-1")
	status, tokens := postToken(t, first, "grant_type", "authorization_code", "code", code, "redirect_uri", cb)
	if status != 200 {
		t.Fatalf("token endpoint = %d %v, want tokens", status, tokens)
	}
	refresh, _ := tokens["refresh_token"].(string)
	_, keys := get(t, first.settings["COGNITO_ISSUER"]+"/.well-known/jwks.json")
	first.stop()
	if info, err := os.Stat(state); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("state file: %v, %v, want mode 0600", info, err)
	}

	second := start(t, "-state", state, "-callback", cb, "-user", "jane:Second-word-1", "-user", "late:Third-word-1", "-group", "admins=new@example.com")
	if !strings.Contains(second.stderr.String(), "not as in the set-up: jane\n") {
		t.Errorf("the second run says %q, want that jane is as in the file", second.stderr)
	}
	if status, answer := postToken(t, second, "grant_type", "refresh_token", "refresh_token", refresh); status != 200 {
		t.Errorf("refresh with a token of the first run = %d %v, want 200", status, answer)
	}
	if _, got := get(t, second.settings["COGNITO_ISSUER"]+"/.well-known/jwks.json"); got != keys {
		t.Error("the second run has other keys, want those of the first")
	}
	for _, who := range []struct {
		name, password string
		ok             bool
	}{
		{"new@example.com", "Correct-horse-1", true},
		{"jane", "First-word-1", true},
		{"jane", "Second-word-1", false},
		{"late", "Third-word-1", true},
	} {
		browser := cognitotest.NewBrowser()
		resp, err := browser.Get(second.url() + "/login?" + authorizeQuery(second, cb))
		if err != nil {
			t.Fatal(err)
		}
		resp, err = cognitotest.Submit(browser, resp, "username", who.name, "password", who.password)
		if err != nil {
			t.Fatal(err)
		}
		if in := bodyOf(t, resp) == "landed"; in != who.ok {
			t.Errorf("sign-in of %s with %s = %v, want %v", who.name, who.password, in, who.ok)
		}
	}
}

// The file is there from the start, so that a path that cannot be written
// shows, and a run that is killed leaves its keys.
func TestStateIsWrittenAtTheStart(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	start(t, "-state", state)
	if _, err := openState(state); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(state); err != nil {
		t.Error(err)
	}
	missing := filepath.Join(t.TempDir(), "none", "state.json")
	if got := refuse(t, exitMistake, "-addr", "127.0.0.1:0", "-state", missing); !strings.Contains(got, "-state: ") || !strings.Contains(got, missing) {
		t.Errorf("run(-state in no folder) says %q, want the path", got)
	}
}

// A file that cannot be used is refused, with what to do, and left as it is.
func TestStateDamaged(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithID(defaultPoolID))
	whole := saved(t, pool)
	broken := strings.Replace(whole, `"Users": [`, `"Users": [{}, `, 1)
	broken = strings.Replace(broken, `"Users": null`, `"Users": [{}]`, 1)
	tests := []struct{ name, text, says string }{
		{"empty", "", "the file is empty"},
		{"cut short", whole[:len(whole)/2], "the file is damaged"},
		{"something else", `{"users": []}`, "it is not a state file"},
		{"a list", `[]`, "the file is damaged"},
		{"newer", strings.Replace(whole, `"version": 1`, `"version": 2`, 1), "it has version 2"},
		{"a user without a name", broken, "pool " + defaultPoolID},
		{"another pool's", strings.Replace(whole, `"PoolID": "`+defaultPoolID, `"PoolID": "eu-west-1_B`, 1), "pool " + defaultPoolID},
		{"no key", strings.Replace(whole, `"Kid": "`, `"Kid": "", "X": "`, 1), "pool " + defaultPoolID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.text == whole {
				t.Fatal("the test changed nothing")
			}
			name := writeFile(t, tt.text)
			got := refuse(t, exitMistake, "-addr", "127.0.0.1:0", "-state", name)
			for _, want := range []string{"-state " + name, tt.says, "left as it is", "move it away"} {
				if !strings.Contains(got, want) {
					t.Errorf("it says %q, want %q in it", got, want)
				}
			}
			if after, err := os.ReadFile(name); err != nil || string(after) != tt.text {
				t.Errorf("the file after = %q, %v, want it unchanged", after, err)
			}
		})
	}
}

// saved is a state file with these pools.
func saved(t *testing.T, pools ...*cognitotest.Pool) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "state.json")
	s, err := openState(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.save(pools); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Pools that a run does not have stay in the file.
func TestStateKeepsOtherPools(t *testing.T) {
	other := cognitotest.NewPool(cognitotest.WithID("us-east-1_Other"))
	if _, err := other.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	name := writeFile(t, saved(t, other))
	start(t, "-state", name).stop()
	s, err := openState(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.saved.Pools) != 2 {
		t.Fatalf("the file has %d pools, want 2", len(s.saved.Pools))
	}
	again := cognitotest.NewPool(cognitotest.WithID("us-east-1_Other"))
	if err := s.restore(again); err != nil || len(again.Users()) != 1 {
		t.Errorf("restore(the other pool) = %v with %v, want jane", err, again.Users())
	}
}

// While the program runs, the file follows within one interval, and is left
// alone while nothing happens.
func TestStateIsKept(t *testing.T) {
	cognitotest.NewPool().KeyID("id") // the keys are made outside the bubble
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		pool := cognitotest.NewPool()
		s, err := openState(filepath.Join(dir, "state.json"))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.keep(ctx, saveEvery, func() []*cognitotest.Pool { return []*cognitotest.Pool{pool} }, func(err error) { t.Error(err) })
		}()
		exists := func() bool {
			_, err := os.Stat(s.path)
			return !errors.Is(err, os.ErrNotExist)
		}
		time.Sleep(3 * saveEvery)
		synctest.Wait()
		if exists() {
			t.Error("the file was written, want none before anything happened")
		}
		s.touch()
		time.Sleep(saveEvery)
		synctest.Wait()
		if !exists() {
			t.Error("there is no file an interval after a request")
		}
		cancel()
		<-done
	})
}

// A failure is reported, tried again, and leaves no half-written file.
func TestStateSaveFails(t *testing.T) {
	cognitotest.NewPool().KeyID("id")
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		pool := cognitotest.NewPool()
		path := filepath.Join(dir, "folder", "state.json") // the folder is missing
		s, err := openState(path)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		failures := 0
		go func() {
			defer close(done)
			s.keep(ctx, saveEvery, func() []*cognitotest.Pool { return []*cognitotest.Pool{pool} }, func(error) { failures++ })
		}()
		s.touch()
		time.Sleep(2*saveEvery + time.Second)
		synctest.Wait()
		if failures != 2 {
			t.Errorf("%d failures were reported in two intervals, want 2", failures)
		}
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(saveEvery)
		synctest.Wait()
		if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 1 {
			t.Errorf("the folder has %v, %v, want the state file alone", names, err)
		}
		cancel()
		<-done
	})
}

// What has not changed is not written again.
func TestStateUnchanged(t *testing.T) {
	pool := cognitotest.NewPool()
	name := writeFile(t, saved(t, pool))
	s, err := openState(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.restore(pool); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.save([]*cognitotest.Pool{pool}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(name); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced (%v), want it left alone", err)
	}
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	if err := s.save([]*cognitotest.Pool{pool}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || !bytes.Contains(text, []byte("jane")) {
		t.Errorf("the file after a change does not name jane (%v)", err)
	}
}

// A symbolic link stays one.
func TestStateBehindALink(t *testing.T) {
	target := writeFile(t, saved(t, cognitotest.NewPool(cognitotest.WithID(defaultPoolID))))
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	start(t, "-state", link, "-user", "jane:Correct-horse-1").stop()
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link after = %v, %v, want a link", info, err)
	}
	if text, err := os.ReadFile(target); err != nil || !bytes.Contains(text, []byte("jane")) {
		t.Errorf("the linked file does not name jane (%v)", err)
	}
}

// A file that cannot be put in its place leaves nothing beside it.
func TestReplaceFileFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	if err := os.MkdirAll(filepath.Join(path, "within"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(path, []byte("text")); err == nil {
		t.Error("replaceFile(a folder) = nil, want an error")
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("the folder has %v, %v, want what was there alone", names, err)
	}
}

// callAPI calls an operation of the user-pool API, as an administrator.
func callAPI(t *testing.T, p *program, op, body string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequest("POST", p.url()+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, bodyOf(t, resp)
}

// callAdmin is callAPI for a call that must succeed.
func callAdmin(t *testing.T, p *program, op, body string) (answer map[string]any) {
	t.Helper()
	status, text := callAPI(t, p, op, body)
	if status != 200 {
		t.Fatalf("%s(%s) = %d %s", op, body, status, text)
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
	}
	return answer
}

// Pools that CreateUserPool makes are there in the next run, with what was
// changed since, and deleted ones are not.
func TestStateKeepsCreatedPools(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	api := func(p *program, op, body string) map[string]any { return callAdmin(t, p, op, body) }
	create := func(p *program, name string) string {
		t.Helper()
		return api(p, "CreateUserPool", `{"PoolName":"`+name+`"}`)["UserPool"].(map[string]any)["Id"].(string)
	}
	pools := func(p *program) string {
		t.Helper()
		var names []string
		for _, pool := range api(p, "ListUserPools", `{"MaxResults":60}`)["UserPools"].([]any) {
			names = append(names, pool.(map[string]any)["Name"].(string))
		}
		slices.Sort(names)
		return fmt.Sprint(names)
	}
	first := start(t, "-state", state)
	kept, gone := create(first, "kept"), create(first, "gone")
	api(first, "AdminCreateUser", `{"UserPoolId":"`+kept+`","Username":"jane"}`)
	first.stop()

	second := start(t, "-state", state)
	if got := pools(second); got != "[eu-west-1_Emulator1 gone kept]" {
		t.Errorf("pools of the second run = %s, want all three", got)
	}
	api(second, "AdminGetUser", `{"UserPoolId":"`+kept+`","Username":"jane"}`)
	api(second, "DeleteUserPool", `{"UserPoolId":"`+gone+`"}`)
	second.stop()

	third := start(t, "-state", state)
	if got := pools(third); got != "[eu-west-1_Emulator1 kept]" {
		t.Errorf("pools of the third run = %s, want the deleted one gone", got)
	}
}

// The state can be read after app clients were deleted. One that the API made
// stays deleted; that of the set-up is there again.
func TestStateAfterDeletedClients(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	first := start(t, "-state", state, "-user", "jane:Correct-horse-1")
	pool := `"UserPoolId":"` + first.settings["COGNITO_USER_POOL_ID"] + `"`
	made := callAdmin(t, first, "CreateUserPoolClient", `{`+pool+`,"ClientName":"web","ExplicitAuthFlows":["ALLOW_ADMIN_USER_PASSWORD_AUTH"]}`)
	client := `"ClientId":"` + made["UserPoolClient"].(map[string]any)["ClientId"].(string) + `"`
	callAdmin(t, first, "AdminInitiateAuth", `{`+pool+`,`+client+`,"AuthFlow":"ADMIN_USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"jane","PASSWORD":"Correct-horse-1"}}`)
	callAdmin(t, first, "DeleteUserPoolClient", `{`+pool+`,`+client+`}`)
	callAdmin(t, first, "DeleteUserPoolClient", `{`+pool+`,"ClientId":"`+first.settings["COGNITO_CLIENT_ID"]+`"}`)
	if code := first.stop(); code != 0 {
		t.Fatalf("the first run ended with %d", code)
	}

	second := start(t, "-state", state)
	listed := callAdmin(t, second, "ListUserPoolClients", `{`+pool+`,"MaxResults":60}`)["UserPoolClients"].([]any)
	if len(listed) != 1 || listed[0].(map[string]any)["ClientId"] != second.settings["COGNITO_CLIENT_ID"] {
		t.Errorf("clients of the second run = %v, want the one of the set-up", listed)
	}
	callAdmin(t, second, "AdminGetUser", `{`+pool+`,"Username":"jane"}`)
}
