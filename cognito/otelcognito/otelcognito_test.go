package otelcognito_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/otelcognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
)

const (
	base = "https://app.example.com"
	pw   = "Passw0rd!"
)

// A freeLock is a lock that is never held by another process.
type freeLock struct{}

func (freeLock) Lock(ctx context.Context, _ string) (context.Context, func(), error) {
	return ctx, func() {}, nil
}

// A telemetry is the OpenTelemetry SDK, in memory.
type telemetry struct {
	*sdkmetric.ManualReader
	spans  *tracetest.SpanRecorder
	tracer trace.Tracer
	sub    string // of the user
	ids    []string
}

// walk has each kind of event happen, and returns what the SDK was given.
func walk(t *testing.T) *telemetry {
	t.Helper()
	tel := &telemetry{ManualReader: sdkmetric.NewManualReader(), spans: tracetest.NewSpanRecorder()}
	traces := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(tel.spans))
	tel.tracer = traces.Tracer("test")
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Password: pw, Email: "jane@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	tel.sub = sub
	observer, err := otelcognito.New(otelcognito.Config{
		MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(tel)), TracerProvider: traces, Now: pool.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Observer, cfg.Logger = observer, slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{
		Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()},
		Session: session.Options{Store: session.NewMemoryStore(pool.Now), Locker: freeLock{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tel.ids = append(tel.ids, session.FromContext(r.Context()).ID())
	})))
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tel.tracer.Start(r.Context(), "request")
		defer span.End()
		mux.ServeHTTP(w, r.WithContext(ctx))
	})
	get := func(b *http.Client, path string) {
		t.Helper()
		res, err := b.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	b := pool.Browser(app, base)
	pool.Advance(time.Minute)
	get(b, "/auth/callback?code=x&state=x") // a stray
	b = pool.SignedIn(app, base+"/account", "jane", pw)
	pool.Advance(61 * time.Minute)
	get(b, "/account")
	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable})
	pool.Advance(61 * time.Minute)
	get(b, "/account")
	pool.ClearFaults()
	if err := pool.ExpireRefreshTokens("jane"); err != nil {
		t.Fatal(err)
	}
	pool.Advance(10 * time.Minute)
	get(b, "/account")

	walkOutage(t, pool, cfg)

	forms, err := userpool.New(userpool.Config{Pool: cfg})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = forms.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "wrong"})
	if _, err := forms.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: pw}); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	api := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Logger: cfg.Logger}.Require(http.NotFoundHandler())
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.Tokens("jane").ID))
	api.ServeHTTP(httptest.NewRecorder(), r)
	return tel
}

// metrics are what the SDK has, by name.
func (tel *telemetry) metrics(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := tel.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	byName := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			byName[m.Name] = m
		}
	}
	return byName
}

// walkOutage has an app ask about an access token, serve a request without
// tokens, and end a session that Cognito refuses.
func walkOutage(t *testing.T, pool *cognitotest.Pool, cfg cognito.Config) {
	t.Helper()
	client, err := hostedui.New(hostedui.Config{
		Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()},
		Session: session.Options{Recheck: 5 * time.Minute, OutageGrace: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	b := pool.SignedIn(mux, base+"/account", "jane", pw)
	after := func(d time.Duration) {
		t.Helper()
		pool.Advance(d)
		res, err := b.Get(base + "/account")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	after(6 * time.Minute)
	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable})
	after(time.Hour)
	pool.ClearFaults()
	after(10 * time.Minute)
	if err := pool.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	after(6 * time.Minute)
}

// points are the attributes of a metric's data, and how often each was
// recorded.
func points(m metricdata.Metrics) map[string]uint64 {
	got := map[string]uint64{}
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			got[p.Attributes.Encoded(attribute.DefaultEncoder())] = uint64(p.Value)
		}
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			got[p.Attributes.Encoded(attribute.DefaultEncoder())] = p.Count
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			got[p.Attributes.Encoded(attribute.DefaultEncoder())] = uint64(p.Value)
		}
	}
	return got
}

// TestMetrics: each event is a record, with the attributes that the package's
// text names.
func TestMetrics(t *testing.T) {
	t.Parallel() // a walk waits
	tel := walk(t)
	got := tel.metrics(t)
	const client = "cognito.client_id="
	for name, attributes := range map[string][]string{
		"cognito.authentication.challenges":            {"cognito.sign_in.kind=hosted_ui", "cognito.sign_in.kind=own_forms"},
		"cognito.authentication.sign_ins":              {"cognito.provider=COGNITO,cognito.sign_in.kind=hosted_ui", "error.type=NotAuthorizedException", client},
		"cognito.authentication.strays":                {"cognito.stray.outcome=restarted"},
		"cognito.authentication.authenticate.duration": {"cognito.token.use=id", "cognito.token.use=access", "error.type=token_use"},
		"cognito.authentication.forbids":               {"cognito.guard=session,error.type=sign_in_required,http.response.status_code=302", "cognito.guard=token,error.type=wrong_token", "error.type=refresh_unavailable,http.response.status_code=503"},
		"cognito.client.call.duration":                 {"cognito.operation=exchange,cognito.service=oauth", "cognito.operation=refresh,cognito.service=oauth,error.type=invalid_grant,http.response.status_code=400", "cognito.operation=InitiateAuth,cognito.service=cognito-idp"},
		"cognito.keys.fetch.duration":                  {""},
		"cognito.keys.age":                             {"url.full=https://cognito-idp.eu-west-1.amazonaws.com/"},
		"cognito.session.start.duration":               {client},
		"cognito.session.refresh.duration":             {"error.type=refresh_unavailable", "error.type=no_session"},
		"cognito.session.recheck.duration":             {"", "error.type=invalid_grant"},
		"cognito.session.stale":                        {""},
		"cognito.session.ends":                         {"cognito.session.end.cause=revoked"},
		"cognito.session.store.duration":               {"cognito.store.operation=find", "cognito.store.operation=commit"},
		"cognito.session.lock.wait.duration":           {""},
	} {
		all := points(got[name])
		for _, want := range attributes {
			if !slices.ContainsFunc(keys(all), func(have string) bool { return strings.Contains(have, want) }) {
				t.Errorf("%s has %v, want %q", name, all, want)
			}
		}
	}
	for name, m := range got {
		text := fmt.Sprint(points(m))
		if strings.Contains(text, "user.hash") || strings.Contains(text, "session.handle") {
			t.Errorf("%s grows with the users: %s", name, text)
		}
	}
}

func keys(m map[string]uint64) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	return list
}

// TestSpans: operations are spans below the request's, which has the other
// events. Neither tells who the user is.
func TestSpans(t *testing.T) {
	t.Parallel() // a walk waits
	tel := walk(t)
	byName := map[string]sdktrace.ReadOnlySpan{}
	var text strings.Builder
	events := map[string]bool{}
	for _, s := range tel.spans.Ended() {
		if known := byName[s.Name()]; known == nil || !known.Parent().IsValid() { // one within a request counts
			byName[s.Name()] = s
		}
		fmt.Fprintln(&text, s.Name(), s.Attributes(), s.Status())
		for _, e := range s.Events() {
			events[e.Name] = true
			fmt.Fprintln(&text, " ", e.Name, e.Attributes)
		}
	}
	if len(tel.spans.Started()) != len(tel.spans.Ended()) {
		t.Errorf("%d spans have started, %d have ended", len(tel.spans.Started()), len(tel.spans.Ended()))
	}
	for _, want := range []string{"oauth exchange", "oauth refresh", "GET jwks", "session refresh", "session store find", "session store commit", "lock wait", "CognitoIdentityProvider.InitiateAuth"} {
		s := byName[want]
		if s == nil {
			t.Errorf("there is no span %q:\n%s", want, text.String())
			continue
		}
		if !strings.HasPrefix(want, "Cognito") && !s.Parent().IsValid() {
			t.Errorf("the span %q has no parent", want)
		}
	}
	for _, want := range []string{"cognito.sign_in.begun", "cognito.sign_in", "cognito.stray", "cognito.refusal", "cognito.session.start"} {
		if !events[want] {
			t.Errorf("no request has the event %s:\n%s", want, text.String())
		}
	}
	for _, part := range []string{"user.hash", observe.SessionHandle(tel.ids[0]), "rpc.method", "invalid_grant"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("the spans lack %q:\n%s", part, text.String())
		}
	}
	for _, secret := range []string{tel.sub, tel.ids[0], "jane", "eyJ", pw} {
		if strings.Contains(text.String(), secret) {
			t.Errorf("the spans tell %q:\n%s", secret, text.String())
		}
	}
}

// prometheusName is the name that Prometheus gives an instrument: OpenTelemetry's
// rules for units and counters.
func prometheusName(m metricdata.Metrics) string {
	name := strings.ReplaceAll(m.Name, ".", "_")
	if m.Unit == "s" {
		name += "_seconds"
	}
	if sum, ok := m.Data.(metricdata.Sum[int64]); ok && sum.IsMonotonic {
		name += "_total"
	}
	return name
}

// inExpressions are the names of metrics in a file, and the labels.
var (
	inExpressions = regexp.MustCompile(`\bcognito_[a-z_]+(_total|_seconds(_count|_bucket|_sum)?)\b`)
	labelNames    = regexp.MustCompile(`\b((?:cognito|http|error|url)_[a-z_]+)(?:=|!=|\}\}|,|\))`)
)

// TestMonitoring: dashboard and alert rules speak of metrics and labels that
// there are, and the dashboard shows them all.
func TestMonitoring(t *testing.T) {
	t.Parallel() // a walk waits
	tel := walk(t)
	known, labels := map[string]bool{}, map[string]bool{}
	for _, m := range tel.metrics(t) {
		known[prometheusName(m)] = true
		for encoded := range points(m) {
			for pair := range strings.SplitSeq(encoded, ",") {
				name, _, _ := strings.Cut(pair, "=")
				labels[strings.ReplaceAll(name, ".", "_")] = true
			}
		}
	}
	if len(known) != 16 {
		t.Errorf("%d metrics, want 16: %v", len(known), known)
	}
	for _, file := range []string{"dashboard.json", "alerts.yaml"} {
		text, err := os.ReadFile(filepath.Join("monitoring", file))
		if err != nil {
			t.Fatal(err)
		}
		shown := map[string]bool{}
		for _, name := range inExpressions.FindAllString(string(text), -1) {
			for _, suffix := range []string{"_count", "_bucket", "_sum"} {
				name = strings.TrimSuffix(name, suffix)
			}
			shown[name] = true
			if !known[name] {
				t.Errorf("%s has %s, which is not a metric", file, name)
			}
		}
		for _, found := range labelNames.FindAllStringSubmatch(string(text), -1) {
			if label := found[1]; !labels[label] && !known[label] {
				t.Errorf("%s has %s, which is not a label", file, label)
			}
		}
		for name := range known {
			if file == "dashboard.json" && !shown[name] {
				t.Errorf("%s does not show %s", file, name)
			}
		}
	}
	var dashboard struct{ Panels []struct{ Title string } }
	text, err := os.ReadFile(filepath.Join("monitoring", "dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &dashboard); err != nil || len(dashboard.Panels) == 0 {
		t.Errorf("dashboard.json: %v, %d panels", err, len(dashboard.Panels))
	}
}

// TestNew_Documented: the package's text names each metric.
func TestNew_Documented(t *testing.T) {
	t.Parallel() // a walk waits
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for name := range walk(t).metrics(t) {
		if !strings.Contains(string(text), "//	"+name+" ") {
			t.Errorf("the package's text does not name %s", name)
		}
	}
}

func ExampleNew() {
	pool := cognitotest.NewPool().Config()
	var err error
	if pool.Observer, err = otelcognito.New(otelcognito.Config{}); err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: "http://localhost:8080", SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.CallbackURL())
	// Output: http://localhost:8080/auth/callback
}
