//go:build unix

package internal_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// standIns are programs of a page's reader that a test cannot have, made from
// those that it has. Cognito is the emulator's, and what is started to go on
// ends as soon as it serves. They use what bash has built in and each other:
// $OTHERS is the PATH of the real programs.
var standIns = map[string]string{
	"go": `case $1 in
run)
	program=${2%@*}; program=${program##*/}; shift 2
	case $program in
	cognito-parity) # against a pool on AWS: its flags are those that it has
		help=$("$BIN/cognito-parity" -h 2>&1 || true)
		for flag in "$@"; do case $flag in -*) [[ $help == *"  $flag "* ]] || exit 1;; esac; done ;;
	*) PATH=$OTHERS exec "$BIN/$program" "$@" ;;
	esac ;;
*) echo "go $1 has no stand-in" >&2; exit 1 ;;
esac`,
	"aws": `case $1 in
cognito-idp) url=$EMULATOR ;;
*) url=$AWS ;;
esac
PATH=$OTHERS exec "$REAL_AWS" --endpoint-url "$url" --region eu-west-1 "$@"`,
	"curl": `for arg in "$@"; do
	arg=${arg/#https:\/\/cognito-idp.eu-west-1.amazonaws.com/$EMULATOR}
	set -- "$@" "${arg/#https:\/\/health.aws.amazon.com/$AWS}"; shift
done
PATH=$OTHERS exec "$REAL_CURL" -f "$@"`,
	"cognito-emulator": `exec {output}< <(exec "$BIN/cognito-emulator" -addr 127.0.0.1:0 "$@" 2>&1)
emulator=$! text=
while read -r -t 60 -u "$output" line; do
	case $line in *READY*) kill "$emulator"; exit 0 ;; esac
	text+=$line$'\n'
done
kill "$emulator" 2>/dev/null || true
printf '%s' "$text" >&2; exit 1`,
	"docker": `case $1 in
build) # docker build -t NAME -f FILE FOLDER
	[ "$2 $3 $4" = "-t cognito-emulator -f" ] && [ -f "$ROOT/$6/$5" ] ;;
run) # docker run FLAGS IMAGE ARGUMENTS
	port=
	while read -r word value; do
		if [ "$word" = EXPOSE ]; then port=$value; fi
	done <"$ROOT/cognito/cognitotest/cmd/cognito-emulator/Dockerfile"
	while [ "$1" != cognito-emulator ]; do
		if [ "$1" = -p ] && [ "${2##*:}" != "$port" ]; then
			echo "the image does not serve port ${2##*:}" >&2; exit 1
		fi
		shift
	done
	shift
	exec cognito-emulator -insecure-expose "$@" ;;
*) exit 1 ;;
esac`,
}

// TestDocs_Shell runs the lines for the shell that no test nearer to the
// matter runs, and wants each block to end well.
func TestDocs_Shell(t *testing.T) {
	bash := needs(t, "bash")
	dir := t.TempDir()
	shell := newReaderShell(t, dir, bash)
	for _, b := range blocksFor(t, "TestDocs_Shell") {
		first, _, _ := strings.Cut(b.code, "\n")
		t.Run(filepath.Base(b.page)+" "+first, func(t *testing.T) {
			t.Parallel()
			for _, program := range []string{"jq", "aws", "curl", "redis-cli", "python3"} {
				if regexp.MustCompile(`(^|[\n|(])\s*` + program + ` `).MatchString(b.code) {
					needs(t, program)
				}
			}
			for _, m := range goRun.FindAllStringSubmatch(b.code, -1) {
				program(t, m[1])
			}
			if strings.Contains(b.code, "cognito-emulator") {
				program(t, "cognito/cognitotest/cmd/cognito-emulator")
			}
			env := shell.env
			if strings.Contains(b.code, "REDIS_URL") {
				env = append(slices.Clone(env), "REDIS_URL=redis://"+servers.StartRedis(t).Addr)
			}
			cmd := exec.CommandContext(t.Context(), bash, "-eu", "-o", "pipefail", "-c", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"+shell.prepare(t, b))
			cmd.Dir, cmd.Env = dir, env
			var complaints strings.Builder
			cmd.Stderr = &complaints
			out, err := cmd.Output()
			if err != nil {
				t.Errorf("%s: %v: the lines\n%s\nwrite\n%s%s", b.page, err, b.code, out, complaints.String())
			}
			for line := range strings.Lines(b.code) { // lines that look something up find it
				if looksUp.MatchString(line) && strings.TrimSpace(string(out)) == "" {
					t.Errorf("%s: the lines print nothing:\n%s", b.page, b.code)
				}
			}
		})
	}
}

var (
	looksUp = regexp.MustCompile(`^(jq|curl|redis-cli) |^aws .*--query`)
	goRun   = regexp.MustCompile(`go run (?:\./|github\.com/seed75762126/cognito-go/)([a-z/-]+)`)
)

// A readerShell has the reader's files and settings.
type readerShell struct {
	dir string
	env []string
}

func newReaderShell(t *testing.T, dir, bash string) readerShell {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"http://localhost:8080/auth/callback"}, LogoutURLs: []string{"http://localhost:8080/auth/signed-out"},
	}))
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	cfg := pool.Config()
	env := append(os.Environ(),
		"PATH="+filepath.Join(dir, "path")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"STAND_INS="+filepath.Join(dir, "path"), "BIN="+programDir, "ROOT="+root, "EMULATOR="+cfg.Endpoint, "AWS="+otherServices(t),
		"POOL="+cfg.UserPoolID, "CLIENT="+cfg.ClientID, "pool="+cfg.UserPoolID, "AWS_REGION=eu-west-1",
		"COGNITO_USER_POOL_ID="+cfg.UserPoolID, "COGNITO_CLIENT_ID="+cfg.ClientID, "COGNITO_CLIENT_SECRET="+string(cfg.ClientSecret),
		"COGNITO_DOMAIN="+cfg.Domain, "COGNITO_ISSUER="+cfg.Issuer, "COGNITO_ENDPOINT="+cfg.Endpoint, "APP_URL=http://localhost:8080",
		"AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_CONFIG_FILE=none", "AWS_SHARED_CREDENTIALS_FILE=none", "AWS_PAGER=",
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
	)
	for _, program := range []string{"aws", "curl"} {
		if path, err := exec.LookPath(program); err == nil {
			env = append(env, "REAL_"+strings.ToUpper(program)+"="+path)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "path"), 0o755); err != nil {
		t.Fatal(err)
	}
	head := "#!" + bash + "\nset -eu -o pipefail\nOTHERS=$PATH PATH=$STAND_INS\n" // the least of machines has no other program
	for name, script := range standIns {
		if err := os.WriteFile(filepath.Join(dir, "path", name), []byte(head+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeAppLog(t, pool, filepath.Join(dir, "app.log"))
	return readerShell{dir: dir, env: env}
}

// prepare writes the files that a block's page tells the reader to write, and
// puts ports that are free in place of the page's.
func (s readerShell) prepare(t *testing.T, b block) (lines string) {
	t.Helper()
	for _, other := range blocksOf(t, filepath.Join("..", b.page)) {
		if other.kind == "python" && strings.Contains(b.code, "function.py") {
			if err := os.WriteFile(filepath.Join(s.dir, "function.py"), []byte(other.code), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = free.Close() }()
	return strings.ReplaceAll(b.code, "9000", fmt.Sprint(free.Addr().(*net.TCPAddr).Port))
}

// writeAppLog writes the log of an app, in JSON: it has refused a token with an
// unknown key, and has not reached Cognito. The app adds the request's id.
func writeAppLog(t *testing.T, pool *cognitotest.Pool, name string) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(pool.AccessToken("jane")), ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"forged"}`)) + "." + rest
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.NewJSONHandler(file, nil)).With("request_id", "r1")
	away := cfg
	away.KeysURL = "http://127.0.0.1:1/jwks.json"
	for _, cfg := range []cognito.Config{cfg, away} {
		verifier, err := cognito.NewVerifier(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+forged)
		w := httptest.NewRecorder()
		cognito.RequireToken(verifier, http.NotFoundHandler()).ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusServiceUnavailable {
			t.Fatalf("a token with an unknown key: %d", w.Code)
		}
	}
}

// otherServices answers for those services of AWS that the emulator is not,
// and for AWS's page of events.
func otherServices(t *testing.T) (url string) {
	t.Helper()
	answers := map[string]any{
		"ListServiceQuotas":    map[string]any{"Quotas": []any{map[string]any{"QuotaName": "Rate of UserAuthentication requests", "Value": 120.0}}},
		"CreateConnection":     map[string]any{"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/app/1"},
		"CreateApiDestination": map[string]any{"ApiDestinationArn": "arn:aws:events:eu-west-1:123456789012:api-destination/app/1"},
		"PutRule":              map[string]any{"RuleArn": "arn:aws:events:eu-west-1:123456789012:rule/cognito-sign-outs"},
		"PutTargets":           map[string]any{"FailedEntryCount": 0, "FailedEntries": []any{}},
		"LookupEvents":         map[string]any{"Events": []any{map[string]any{"EventTime": 1.7e9, "EventName": "AdminUserGlobalSignOut", "Username": "ops"}}},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if i := strings.LastIndex(operation, "."); i >= 0 {
			operation = operation[i+1:]
		}
		answer, known := answers[operation]
		if !known && r.URL.Path != "/public/currentevents" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestDocs_Nginx: nginx accepts each configuration, where the page says that
// it goes: a location in a server, all else in http.
func TestDocs_Nginx(t *testing.T) {
	nginx := needs(t, "nginx", "/usr/sbin/nginx")
	for _, b := range blocksFor(t, "TestDocs_Nginx") {
		dir := t.TempDir()
		lines := strings.ReplaceAll(b.code, "/var/log/nginx", dir)
		if strings.HasPrefix(lines, "location") {
			lines = "server {\n" + lines + "\n}"
		}
		conf := filepath.Join(dir, "nginx.conf")
		if err := os.WriteFile(conf, fmt.Appendf(nil, "pid %s/pid;\nevents {}\nhttp {\n%s\n}\n", dir, lines), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(nginx, "-t", "-q", "-c", conf, "-p", dir, "-e", "stderr").CombinedOutput(); err != nil {
			t.Errorf("%s: nginx refuses\n%s\n%v: %s", b.page, b.code, err, out)
		}
	}
}

// testcontainers stands in for the package of that name: the container is the
// emulator's own program.
const testcontainers = `import os, subprocess, time, urllib.request

class DockerContainer:
    def __init__(self, image):
        assert image == "cognito-emulator"
    def with_bind_ports(self, container, host):
        assert container == 9229
        self.port = host
        return self
    def with_command(self, command):
        self.command = command.split()
        return self
    def __enter__(self):
        self.process = subprocess.Popen([os.environ["EMULATOR_PROGRAM"], "-addr", f"127.0.0.1:{self.port}", *self.command], stdout=subprocess.PIPE, text=True)
        return self
    def __exit__(self, *exc):
        with urllib.request.urlopen(endpoint_of(self.port) + "/health") as answer:
            assert answer.status == 200
        self.process.kill()
        self.process.wait()

def endpoint_of(port):
    return f"http://localhost:{port}"

def wait_for_logs(container, text):
    for line in container.process.stdout:
        if text in line:
            return
    raise Exception("the emulator ended")
`

// TestDocs_Testcontainers runs the page's program in Python with a package in
// place of testcontainers, whose container is the emulator's program.
func TestDocs_Testcontainers(t *testing.T) {
	python := needs(t, "python3")
	dir := t.TempDir()
	emulator := program(t, "cognito/cognitotest/cmd/cognito-emulator")
	for _, name := range []string{"container", "waiting_utils"} {
		file := filepath.Join(dir, "testcontainers", "core", name+".py")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(testcontainers), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(free.Addr().(*net.TCPAddr).Port)
	_ = free.Close()
	for _, b := range blocksFor(t, "TestDocs_Testcontainers") {
		program := strings.Replace(b.code, "port = 19229", "port = "+port, 1) + "\n    assert endpoint.endswith(str(port))\n"
		cmd := exec.Command(python, "-c", program)
		cmd.Env = append(os.Environ(), "PYTHONPATH="+dir, "EMULATOR_PROGRAM="+emulator, "NO_PROXY=localhost", "no_proxy=localhost")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", b.page, err, out)
		}
	}
}
