package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// clearEnv has the app find no settings but those of the test.
func clearEnv(t *testing.T, set ...string) {
	for _, name := range []string{
		"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET", "COGNITO_CLIENT_SECRET_FILE", "COGNITO_DOMAIN", "COGNITO_IDENTITY_POOL_ID",
		"APP_URL", "SESSION_KEYS", "SESSION_KEYS_FILE", "DATABASE_URL", "REDIS_URL", "EVENTS_SECRET", "S3_BUCKET", "S3_REGION",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
	} {
		t.Setenv(name, "")
	}
	for i := 0; i < len(set); i += 2 {
		t.Setenv(set[i], set[i+1])
	}
}

// TestRun: with nothing configured the app runs on its demo, and tells whom to
// sign in as. It logs which login it has and each request with its id. It sends
// traces where there is a collector, and ends when it is told to.
func TestRun(t *testing.T) {
	sent := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	clearEnv(t, "OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL, "OTEL_EXPORTER_OTLP_COMPRESSION", "none")
	before := slog.Default()
	defer slog.SetDefault(before)

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-addr", "localhost:0", "-log", "json"}, in)
		_ = in.Close()
	}()
	var said []string
	var url string
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		said = append(said, lines.Text())
		url, _ = strings.CutPrefix(lines.Text(), "Open ")
		if url == lines.Text() {
			url = ""
		}
	}
	rest := make(chan []string)
	go func() {
		var list []string
		for lines.Scan() {
			list = append(list, lines.Text())
		}
		rest <- list
	}()
	text := strings.Join(said, "\n")
	for _, want := range []string{demoPassword, "jane@example.com", "pat@example.com", "joe@example.com", `"flow":"hosted","option":"auto","reason":"a user-pool domain is configured"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the start does not tell %q:\n%s", want, text)
		}
	}
	resp, err := http.Get(url + "/readyz")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("GET /readyz = %d, want 200", resp.StatusCode)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("run = %v, want no error after the signal", err)
	}
	var logged bool
	for _, line := range <-rest {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Errorf("the log has a line that is no JSON: %s", line)
		}
		if record["msg"] == "request" && record["request_id"] == resp.Header.Get("X-Request-Id") && record["trace_id"] != nil && record["status"] == 200.0 {
			logged = true
		}
	}
	if !logged {
		t.Errorf("the request %s is not in the log", resp.Header.Get("X-Request-Id"))
	}
	close(sent) // run has sent what there was before it ended
	traced := false
	for each := range sent {
		traced = traced || strings.HasPrefix(each, "/v1/traces ") && strings.Contains(each, "GET /readyz")
	}
	if !traced {
		t.Error("the collector got no span of GET /readyz")
	}
	if _, err := http.Get(url + "/healthz"); err == nil {
		t.Error("the app answers after its end")
	}
}

// TestRun_Settings: what is missing or wrong is said, all at once.
func TestRun_Settings(t *testing.T) {
	pool := []string{"COGNITO_USER_POOL_ID", "eu-west-1_aB3dE5gH7", "COGNITO_CLIENT_ID", "7exampleclientid0a1b2c3d"}
	tests := []struct {
		name string
		env  []string
		args []string
		want []string
	}{
		{"nothing but a pool", append(pool, "S3_BUCKET", "files"), nil, []string{"APP_URL", "SESSION_KEYS", "COGNITO_IDENTITY_POOL_ID"}},
		{"half a pool", pool[:2], nil, []string{"COGNITO_CLIENT_ID"}},
		{"short keys", []string{"SESSION_KEYS", "c2hvcnQ="}, nil, []string{"SESSION_KEYS"}},
		{"keys and a file with keys", append(pool, "APP_URL", "http://localhost:1", "SESSION_KEYS", strings.Repeat("B", 43)+"=", "SESSION_KEYS_FILE", "/nowhere/keys"), nil, []string{"SESSION_KEYS_FILE", "one of the two"}},
		{"a file with keys that is missing", append(pool, "APP_URL", "http://localhost:1", "SESSION_KEYS_FILE", "/nowhere/keys"), nil, []string{"SESSION_KEYS_FILE", "/nowhere/keys"}},
		{"a file with a secret that is missing", append(pool, "COGNITO_CLIENT_SECRET_FILE", "/nowhere/secret"), nil, []string{"COGNITO_CLIENT_SECRET_FILE"}},
		{"hosted without a domain", append(pool, "APP_URL", "http://localhost:1", "SESSION_KEYS", strings.Repeat("B", 43)+"="), []string{"-login", "hosted"}, []string{"COGNITO_DOMAIN"}},
		{"an unknown login", nil, []string{"-login", "magic"}, []string{`"magic"`}},
		{"an unknown format", nil, []string{"-log", "xml"}, []string{`"xml"`}},
		{"a word too many", nil, []string{"please"}, []string{`"please"`}},
		{"a database that is none", []string{"DATABASE_URL", "nonsense://"}, nil, []string{"database"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slog.Default()
			defer slog.SetDefault(before)
			clearEnv(t, tt.env...)
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			err := run(ctx, append([]string{"-addr", "localhost:0"}, tt.args...), io.Discard)
			if err == nil {
				t.Fatal("run = nil, want an error")
			}
			if ctx.Err() != nil {
				t.Errorf("run = %v only at the end of its time, want it at once", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("run = %v, which does not name %s", err, want)
				}
			}
		})
	}
}
