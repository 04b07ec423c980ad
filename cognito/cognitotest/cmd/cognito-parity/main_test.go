package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/cmd/cognito-parity/internal/suite"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// richPool has what most requests need. Refreshes need a pool without devices.
const richPool = `"PoolName":"parity-test","MfaConfiguration":"OFF","UsernameConfiguration":{"CaseSensitive":true},
	"AliasAttributes":["email"],"AutoVerifiedAttributes":["email"],"AdminCreateUserConfig":{"InviteMessageTemplate":{"EmailMessage":"Hello \u007busername}, {####}","EmailSubject":"Hello"}},
	"Schema":[{"Name":"team","AttributeDataType":"String","Mutable":true}]`

const devicePool = richPool + `,"DeviceConfiguration":{"ChallengeRequiredOnNewDevice":false,"DeviceOnlyRememberedOnUserPrompt":false}`

// serve starts an emulator with a pool that the API made, and returns the pool's
// id and the side that looks at it. wrap may spoil its answers.
func serve(t *testing.T, pool string, wrap func(http.Handler) http.Handler) (id, base string, s *side) {
	t.Helper()
	server := cognitotest.NewServer()
	var handler http.Handler = server
	if wrap != nil {
		handler = wrap(server)
	}
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	server.ServeAt(listening.URL)
	s = &side{name: "pool", api: listening.URL, region: "eu-west-1", transport: http.DefaultTransport, credentials: dummyCredentials, vars: &vars{set: map[string]string{"pool": "none"}}}
	var made struct{ UserPool struct{ ID string } }
	if err := s.admin(t.Context(), "CreateUserPool", pool, &made); err != nil {
		t.Fatal(err)
	}
	s.vars.set["pool"] = made.UserPool.ID
	if err := s.admin(t.Context(), "SetUserPoolMfaConfig", `"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true}`, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.admin(t.Context(), "CreateUserPoolDomain", `"Domain":"parity-test"`, nil); err != nil {
		t.Fatal(err)
	}
	return made.UserPool.ID, listening.URL, s
}

// compared runs the program, and returns its report.
func compared(t *testing.T, want int, args ...string) report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append(args, "-json"), &stdout, &stderr); code != want {
		t.Errorf("the exit code is %d, want %d: %s", code, want, lastLines(stderr.String()))
	}
	var found report
	if err := json.Unmarshal(stdout.Bytes(), &found); err != nil {
		t.Fatalf("the report is no JSON: %v\n%s", err, lastLines(stderr.String()))
	}
	return found
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}

// Two emulators answer every request alike, and the program leaves nothing in the
// pool.
func TestParity_EmulatorAgainstItself(t *testing.T) {
	id, base, s := serve(t, richPool, nil)
	found := compared(t, exitSame, "-pool", id, "-endpoint", base, "-domain", base, "-send", "-paid")
	for _, res := range found.Results {
		switch {
		case res.Outcome == different:
			t.Errorf("%s: %+v", res.ID, res.Differences)
		case res.Outcome == notRun && !leftOut(res.Why, suite.ByHand, suite.IdentityPool, suite.Devices):
			t.Errorf("%s was not run: %s", res.ID, res.Why)
		}
	}
	if found.Same < 400 {
		t.Errorf("%d requests were compared, want a few hundred", found.Same)
	}
	if len(found.Notes) > 0 {
		t.Errorf("the two were not set up alike: %q", found.Notes)
	}
	checkEmpty(t, s)
}

// The requests about devices are compared on a pool that tracks them.
func TestParity_Devices(t *testing.T) {
	id, base, _ := serve(t, devicePool, nil)
	found := compared(t, exitSame, "-pool", id, "-endpoint", base, "-domain", base, "-run", "device/", "-by-hand", "remembered-device")
	for _, res := range found.Results {
		if res.Outcome != same {
			t.Errorf("%s: %s %s %+v", res.ID, res.Outcome, res.Why, res.Differences)
		}
	}
	if len(found.Results) < 15 {
		t.Errorf("%d requests, want those of two stories", len(found.Results))
	}
}

// In a pool where people sign in with their e-mail address, a username is the sub.
func TestParity_EmailAsUsername(t *testing.T) {
	for _, send := range thorough.Sample([]string{"-send", "-q"}, 2, 0) {
		pool := strings.Replace(richPool, `"AliasAttributes"`, `"UsernameAttributes"`, 1)
		id, base, s := serve(t, pool, nil)
		found := compared(t, exitSame, "-pool", id, "-endpoint", base, "-domain", base, send)
		for _, res := range found.Results {
			if res.Outcome == different {
				t.Errorf("%s: %+v", res.ID, res.Differences)
			}
		}
		if found.Same < 350 {
			t.Errorf("%d requests were compared, want a few hundred", found.Same)
		}
		checkEmpty(t, s)
	}
}

// A pool that has users of others is left alone, unless it is asked for.
func TestParity_RefusesUsedPools(t *testing.T) {
	id, base, s := serve(t, richPool, nil)
	if err := s.admin(t.Context(), "AdminCreateUser", `"Username":"jane","MessageAction":"SUPPRESS"`, nil); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", id, "-endpoint", base}, &stdout, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "-allow-users") {
		t.Errorf("the exit code is %d: %s; want %d and the flag's name", code, stderr.String(), exitFailed)
	}
	if found := compared(t, exitSame, "-pool", id, "-endpoint", base, "-run", "refresh/refresh-old-name", "-allow-users"); found.Same != 1 {
		t.Errorf("with -allow-users the report is %+v, want one request compared", found)
	}
	if err := s.admin(t.Context(), "AdminGetUser", `"Username":"jane"`, nil); err != nil {
		t.Errorf("the user of others is away: %v", err)
	}
}

// A pool of the Plus plan costs money for each user.
func TestParity_RefusesPaidPools(t *testing.T) {
	id, base, _ := serve(t, richPool+`,"UserPoolTier":"PLUS"`, nil)
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", id, "-endpoint", base}, &stdout, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "Plus plan") {
		t.Errorf("the exit code is %d: %s; want %d and the plan's name", code, stderr.String(), exitFailed)
	}
}

// After Ctrl-C in the middle of a run nothing is left in the pool.
func TestParity_CleansUpAfterInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	seen := 0
	id, base, s := serve(t, richPool, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".CreateGroup") {
				seen++
				interrupt()
			}
			next.ServeHTTP(w, r)
		})
	})
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"-pool", id, "-endpoint", base, "-q", "-run", thorough.Or("group/", "")}, &stdout, &stderr); code != exitFailed || seen == 0 {
		t.Errorf("the exit code is %d with %d groups made, want %d after the first: %s", code, seen, exitFailed, stderr.String())
	}
	checkEmpty(t, s)
}

// Two people may run it on one pool at once.
func TestParity_TwiceAtOnce(t *testing.T) {
	id, base, s := serve(t, richPool, nil)
	codes := make(chan int)
	for range 2 {
		go func() {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"-pool", id, "-endpoint", base, "-q", "-run", "group/"}, &stdout, &stderr)
			if code != exitSame {
				t.Errorf("the exit code is %d: %s %s", code, stdout.String(), stderr.String())
			}
			codes <- code
		}()
	}
	<-codes
	<-codes
	checkEmpty(t, s)
}

// -clean deletes what old runs left behind, and nothing of others.
func TestParity_Clean(t *testing.T) {
	id, base, s := serve(t, richPool, nil)
	old := newPrefix(time.Now().Add(-2 * time.Hour))
	young := newPrefix(time.Now())
	for _, name := range []string{old, young, "others"} {
		if err := s.admin(t.Context(), "CreateGroup", `"GroupName":"`+name+`-group"`, nil); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", id, "-endpoint", base, "-clean"}, &stdout, &stderr); code != exitSame || !strings.Contains(stdout.String(), "deleted 1 ") {
		t.Errorf("the exit code is %d: %s %s", code, stdout.String(), stderr.String())
	}
	var found struct{ Groups []struct{ GroupName string } }
	if err := s.admin(t.Context(), "ListGroups", "", &found); err != nil || len(found.Groups) != 2 {
		t.Errorf("ListGroups = %+v, %v, want those of the young run and of others", found, err)
	}
}

// leftOut reports whether a request was not run for one of these needs.
func leftOut(why string, needs ...suite.Need) bool {
	return slices.ContainsFunc(needs, func(need suite.Need) bool { return strings.HasPrefix(why, string(need)) })
}

// checkEmpty fails if a run left something behind.
func checkEmpty(t *testing.T, s *side) {
	t.Helper()
	for op, member := range map[string]string{"ListUsers": "Users", "ListGroups": "Groups", "ListUserPoolClients": "UserPoolClients", "ListResourceServers": "ResourceServers", "ListIdentityProviders": "Providers"} {
		limit := `"MaxResults":50`
		if op == "ListUsers" || op == "ListGroups" {
			limit = ""
		}
		var found map[string]json.RawMessage
		if err := s.admin(t.Context(), op, limit, &found); err != nil {
			t.Fatal(err)
		}
		var items []map[string]any
		json.Unmarshal(found[member], &items)
		if len(items) > 0 {
			t.Errorf("%s lists %d things after the run: %v", op, len(items), items[0])
		}
	}
}

// spoil changes the answers of one operation.
func spoil(op string, change func(status int, h http.Header, body []byte) (int, []byte)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+op) {
				next.ServeHTTP(w, r)
				return
			}
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			status, body := change(rec.Code, rec.Header(), rec.Body.Bytes())
			for name, values := range rec.Header() {
				if name != "Content-Length" {
					w.Header()[name] = values
				}
			}
			w.WriteHeader(status)
			w.Write(body)
		})
	}
}

// Each kind of difference is found, at the request and the place where it is.
func TestParity_FindsDifferences(t *testing.T) {
	replaced := func(old, new string) func(int, http.Header, []byte) (int, []byte) {
		return func(status int, h http.Header, body []byte) (int, []byte) {
			return status, bytes.ReplaceAll(body, []byte(old), []byte(new))
		}
	}
	for name, test := range map[string]struct {
		op     string
		change func(int, http.Header, []byte) (int, []byte)
		only   string
		want   difference
	}{
		"status": {"AdminGetUser", func(_ int, h http.Header, body []byte) (int, []byte) { return 418, body }, "admin-user/get-nobody",
			difference{Kind: "status", Pool: "418", Emulator: "400"}},
		"error code": {"AdminGetUser", replaced("UserNotFoundException", "NotAuthorizedException"), "admin-user/get-nobody",
			difference{Kind: "error code", Pool: "NotAuthorizedException", Emulator: "UserNotFoundException"}},
		"message": {"AdminGetUser", replaced("does not exist", "is away"), "admin-user/get-nobody",
			difference{Kind: "message", At: "message", Pool: "User is away.", Emulator: "User does not exist."}},
		"field that is missing": {"AdminGetUser", replaced("UserLastModifiedDate", "Changed"), "admin-user/get",
			difference{Kind: "field", At: "UserLastModifiedDate", Emulator: "number large"}},
		"type of a field": {"AdminGetUser", replaced(`"Enabled":true`, `"Enabled":"true"`), "admin-user/get",
			difference{Kind: "field", At: "Enabled", Pool: `string "true"`, Emulator: "boolean true"}},
		"header": {"AdminGetUser", func(status int, h http.Header, body []byte) (int, []byte) {
			h.Set("Content-Type", "application/json")
			return status, body
		}, "admin-user/get", difference{Kind: "header", At: "Content-Type", Pool: "application/json", Emulator: "application/x-amz-json-1.1"}},
		"no answer at all": {"AdminGetUser", func(int, http.Header, []byte) (int, []byte) { panic(http.ErrAbortHandler) }, "admin-user/get-nobody",
			difference{Kind: "status", Pool: "no answer: Post: EOF", Emulator: "400"}},
	} {
		t.Run(name, func(t *testing.T) {
			id, base, _ := serve(t, richPool, spoil(test.op, test.change))
			found := compared(t, exitDifferent, "-pool", id, "-endpoint", base, "-run", test.only)
			for _, res := range found.Results {
				if res.ID == test.only && slices.Contains(res.Differences, test.want) {
					return
				}
			}
			t.Errorf("found %+v, want %+v", found.Results, test.want)
		})
	}
}

// A header that differs everywhere is printed once.
func TestParity_FoldsHeaders(t *testing.T) {
	id, base, _ := serve(t, richPool, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Other-Server", "1")
			next.ServeHTTP(w, r)
		})
	})
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", id, "-endpoint", base, "-run", "group/", "-q"}, &stdout, &stderr); code != exitDifferent {
		t.Errorf("the exit code is %d, want %d: %s", code, exitDifferent, stderr.String())
	}
	const want = "\non 19 requests\n  header X-Other-Server\n    pool      there\n    emulator  (absent)\n\n19 requests: 0 same, 19 different, 0 not run\n"
	if stdout.String() != want {
		t.Errorf("the report is %q, want %q", stdout.String(), want)
	}
}

// moto, where it is installed, is another emulator to compare with.
func TestParity_Moto(t *testing.T) {
	program, err := exec.LookPath("moto_server")
	if err != nil {
		t.Logf("moto is not installed; TestParity_OddServer and cognito-local show that differences are reported: %v", err)
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(address)
	moto := exec.CommandContext(t.Context(), program, "-H", "127.0.0.1", "-p", port)
	if err := moto.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { moto.Wait() })
	s := &side{name: "pool", api: "http://" + address, region: "us-east-1", transport: http.DefaultTransport, credentials: dummyCredentials, vars: &vars{set: map[string]string{"pool": "none"}}}
	var made struct{ UserPool struct{ ID string } }
	deadline := time.Now().Add(time.Minute)
	for err = errors.New("not yet"); err != nil; time.Sleep(100 * time.Millisecond) { // it is another process
		if err = s.admin(t.Context(), "CreateUserPool", `"PoolName":"parity"`, &made); err != nil && time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", made.UserPool.ID, "-endpoint", s.api, "-json", "-q"}, &stdout, &stderr); code == exitSame {
		t.Error("the exit code is 0, want differences")
	}
	var found report
	if err := json.Unmarshal(stdout.Bytes(), &found); err != nil || found.Different < 200 {
		t.Errorf("%d differences, %v; want a few hundred: %s", found.Different, err, lastLines(stderr.String()))
	}
}

// Mistakes in the flags exit with 2, say what is wrong and ask nobody.
func TestParity_Flags(t *testing.T) {
	for args, want := range map[string]string{
		"":                                   "-pool is missing",
		"-pool x":                            "an id looks like eu-west-1_aB3dE5gH7",
		"-pool eu-west-1_a b":                `"b" is not a flag`,
		"-pool eu-west-1_a -endpoint nobody": "-endpoint nobody: it must be a URL",
		"-nonsense":                          "-nonsense",
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), strings.Fields(args), &stdout, &stderr); code != exitFailed || !strings.Contains(stderr.String(), want) {
			t.Errorf("%q exits with %d and says %q, want %d and %q", args, code, stderr.String(), exitFailed, want)
		}
	}
}

// A server whose answers are odd in every way is compared to the end. Its id
// names no region.
func TestParity_OddServer(t *testing.T) {
	odd := []func(w http.ResponseWriter){
		func(w http.ResponseWriter) { io.WriteString(w, "<html lang=en>not JSON") },
		func(w http.ResponseWriter) { io.WriteString(w, `[1,{"a":[null,{"Name":5}]},"x"]`) },
		func(w http.ResponseWriter) {
			io.WriteString(w, `{"Session":5,"AuthenticationResult":"x","UserPoolClient":[]}`)
		},
		func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		func(w http.ResponseWriter) { w.Header().Set("Location", "%zz"); w.WriteHeader(http.StatusFound) },
		func(w http.ResponseWriter) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter) {
			io.WriteString(w, `{"AuthenticationResult":{"IdToken":"eyJ.e30.!","AccessToken":"eyJh.!!.x"}}`)
		},
		func(w http.ResponseWriter) { io.WriteString(w, strings.Repeat("[", 20_000)) },
		func(w http.ResponseWriter) { io.WriteString(w, `{"__type":"\u001b[2Jx#Odd","message":"\u001b[2J"}`) },
	}
	var asked atomic.Int64
	needed := []string{"DescribeUserPool", "GetUserPoolMfaConfig", "ListUsers", "CreateUserPoolClient"}
	id, base, _ := serve(t, richPool, nil)
	inner := passOn(base)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		n := int(asked.Add(1))
		if slices.Contains(needed, op) && n <= 12 || op == "AdminCreateUser" || op == "AdminSetUserPassword" {
			inner.ServeHTTP(w, r)
			return
		}
		odd[n%len(odd)](w)
	}))
	t.Cleanup(server.Close)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"-pool", id, "-endpoint", server.URL, "-domain", server.URL, "-q"}, &stdout, &stderr)
	if code != exitFailed { // nothing can be deleted there
		t.Errorf("the exit code is %d, want %d", code, exitFailed)
	}
	if !strings.Contains(stdout.String(), " different, ") || strings.Contains(stdout.String(), "\x1b") {
		t.Errorf("the report does not come to its end, or moves the cursor: %s %s", lastLines(stdout.String()), lastLines(stderr.String()))
	}
}

// A claim that one side lacks is found, and no token is shown.
func TestParity_FindsClaims(t *testing.T) {
	id, base, _ := serve(t, richPool, nil)
	wrapped := spoil("InitiateAuth", func(status int, h http.Header, body []byte) (int, []byte) {
		if i := bytes.Index(body, []byte(`"IdToken":"`)); i > 0 {
			// The access token in the place of the ID token has other claims.
			var answer map[string]map[string]any
			if json.Unmarshal(body, &answer) == nil {
				result := answer["AuthenticationResult"]
				result["IdToken"] = result["AccessToken"]
				body, _ = json.Marshal(answer)
			}
		}
		return status, body
	})
	proxy := httptest.NewServer(wrapped(passOn(base)))
	t.Cleanup(proxy.Close)
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-pool", id, "-endpoint", proxy.URL, "-run", "password/right"}, &stdout, &stderr); code != exitDifferent {
		t.Errorf("the exit code is %d, want %d: %s", code, exitDifferent, stderr.String())
	}
	for _, want := range []string{"claim AuthenticationResult.IdToken.claims.aud\n    pool      (absent)\n    emulator  string \"{public}\"", `emulator  string "id"`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout.String())
		}
	}
	if strings.Contains(stdout.String()+stderr.String(), "eyJ") {
		t.Error("the report shows a token")
	}
}

// passOn sends requests to another server.
func passOn(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, base+r.URL.RequestURI(), r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		req.Header = r.Header.Clone()
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	})
}
