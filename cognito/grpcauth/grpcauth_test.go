package grpcauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/grpcauth"
	"github.com/seed75762126/cognito-go/internal/problems/problemstest"
)

const (
	clientID = "7exampleclientid0a1b2c3d"
	check    = "/grpc.health.v1.Health/Check"
	watch    = "/grpc.health.v1.Health/Watch"
	service  = "/grpc.health.v1.Health/"
)

// whoAmI is gRPC's health service, which answers who has called.
type whoAmI struct {
	grpc_health_v1.UnimplementedHealthServer
	seen chan string
}

func (s *whoAmI) note(ctx context.Context) {
	id := cognito.FromContext(ctx)
	if id == nil {
		s.seen <- "guest"
		return
	}
	s.seen <- id.Username + id.UserID
}

func (s *whoAmI) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	s.note(ctx)
	return &grpc_health_v1.HealthCheckResponse{}, nil
}

func (s *whoAmI) Watch(_ *grpc_health_v1.HealthCheckRequest, stream grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	s.note(stream.Context())
	return stream.Send(&grpc_health_v1.HealthCheckResponse{})
}

type rig struct {
	pool   *cognitotest.Pool
	server *whoAmI
	client grpc_health_v1.HealthClient
	log    *bytes.Buffer
}

func newRig(t testing.TB, edit func(*grpcauth.Config)) *rig {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"admins"}}); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{pool: pool, server: &whoAmI{seen: make(chan string, 1)}, log: &bytes.Buffer{}}
	cfg := grpcauth.Config{Verifier: verifier, Now: pool.Now, Logger: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if edit != nil {
		edit(&cfg)
	}
	users, err := grpcauth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(users.Unary), grpc.StreamInterceptor(users.Stream))
	grpc_health_v1.RegisterHealthServer(server, r.server)
	conn := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(conn) }()
	t.Cleanup(server.Stop)
	client, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return conn.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	r.client = grpc_health_v1.NewHealthClient(client)
	return r
}

// call makes the unary and the streaming call, which must end alike.
func (r *rig) call(t *testing.T, fields ...string) (string, error) {
	t.Helper()
	ctx := t.Context()
	for _, f := range fields {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", f)
	}
	_, err := r.client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	stream, streamErr := r.client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
	first := ""
	if err == nil {
		first = <-r.server.seen
	}
	if streamErr == nil {
		_, streamErr = stream.Recv()
	}
	if status.Code(err) != status.Code(streamErr) || reason(err) != reason(streamErr) {
		t.Errorf("the unary call ends with %v, the stream with %v", err, streamErr)
	}
	if streamErr == nil {
		if second := <-r.server.seen; second != first {
			t.Errorf("the unary call sees %q, the stream %q", first, second)
		}
	}
	return first, err
}

func reason(err error) string {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok && info.Domain == "cognito-go" {
			return info.Reason
		}
	}
	return ""
}

func want(t *testing.T, what string, err error, code codes.Code, why string) {
	t.Helper()
	if status.Code(err) != code || reason(err) != why {
		t.Errorf("%s: %v with the reason %q, want %v %q", what, err, reason(err), code, why)
	}
}

func set(name string, value any) func(cognitotest.Claims) {
	return func(c cognitotest.Claims) { c[name] = value }
}

func TestE2_Interceptors(t *testing.T) {
	r := newRig(t, nil)
	good := "Bearer " + string(r.pool.AccessToken("jane"))
	if who, err := r.call(t, good); err != nil || who != "jane" {
		t.Errorf("a good token: %q, %v", who, err)
	}
	for _, tt := range []struct {
		name   string
		fields []string
		reason string
	}{
		{"none", nil, "CREDENTIALS_REQUIRED"},
		{"Basic", []string{"Basic eA=="}, "CREDENTIALS_REQUIRED"},
		{"two", []string{good, good}, "INVALID_REQUEST"},
		{"half", []string{"Bearer"}, "INVALID_REQUEST"},
		{"garbage", []string{"Bearer x"}, "INVALID_TOKEN"},
		{"ID token", []string{"Bearer " + string(r.pool.IDToken("jane"))}, "WRONG_TOKEN"},
		{"refresh token", []string{"Bearer " + string(r.pool.Tokens("jane").Refresh)}, "WRONG_TOKEN"},
		{"expired", []string{"Bearer " + string(r.pool.AccessToken("jane", set("exp", r.pool.Now().Add(-time.Hour).Unix())))}, "TOKEN_EXPIRED"},
		{"other client", []string{"Bearer " + string(r.pool.AccessToken("jane", set("client_id", "6mallory")))}, "INVALID_TOKEN"},
	} {
		r.log.Reset()
		_, err := r.call(t, tt.fields...)
		want(t, tt.name, err, codes.Unauthenticated, tt.reason)
		if !strings.Contains(r.log.String(), "method="+watch) || !strings.Contains(r.log.String(), "code="+strings.ToLower(tt.reason)) {
			t.Errorf("%s: log %q", tt.name, r.log)
		}
		for _, f := range tt.fields {
			if text := fmt.Sprint(err, r.log); len(f) > 40 && strings.Contains(text, f[20:40]) {
				t.Errorf("%s: the token is quoted: %s", tt.name, text)
			}
		}
	}
}

type verifierFunc func() (*cognito.AccessClaims, error)

func (f verifierFunc) VerifyAccess(context.Context, cognito.AccessToken) (*cognito.AccessClaims, error) {
	return f()
}

func TestE2_Unavailable(t *testing.T) {
	for name, err := range map[string]error{"keys": &cognito.VerifyError{Check: "keys", Err: cognito.ErrKeysUnavailable}, "other": errors.New("no tenants"), "neither": nil} {
		r := newRig(t, func(c *grpcauth.Config) {
			c.Verifier = verifierFunc(func() (*cognito.AccessClaims, error) { return nil, err })
			c.Public = []string{service} // even there
		})
		_, got := r.call(t, "Bearer x")
		want(t, name, got, codes.Unavailable, "CREDENTIALS_UNCHECKED")
		if !strings.Contains(fmt.Sprint(status.Convert(got).Details()), "retry_delay") && len(status.Convert(got).Details()) != 2 {
			t.Errorf("%s: no RetryInfo in %v", name, status.Convert(got).Details())
		}
	}
}

func TestInterceptorPolicies(t *testing.T) {
	admins, staff := cognito.AnyGroup("admins"), cognito.AnyGroup("staff")
	for _, tt := range []struct {
		name     string
		policies map[string]cognito.Policy
		code     codes.Code
		reason   string
	}{
		{"for the service", map[string]cognito.Policy{service: admins}, codes.OK, ""},
		{"for all", map[string]cognito.Policy{"/": staff}, codes.PermissionDenied, "FORBIDDEN"},
		{"for the methods", map[string]cognito.Policy{check: staff, watch: staff}, codes.PermissionDenied, "FORBIDDEN"},
		{"all that cover it", map[string]cognito.Policy{"/": admins, service: staff, check: admins, watch: admins}, codes.PermissionDenied, "FORBIDDEN"},
		{"for others", map[string]cognito.Policy{"/grpc.health.v1.HealthX/": staff, check + "X": staff, "/grpc.health/": staff}, codes.OK, ""},
		{"fresh", map[string]cognito.Policy{"/": cognito.SignedInWithin(time.Minute)}, codes.Unauthenticated, "STALE_SIGN_IN"},
	} {
		r := newRig(t, func(c *grpcauth.Config) { c.Policies = tt.policies })
		_, err := r.call(t, "Bearer "+string(r.pool.AccessToken("jane", set("auth_time", r.pool.Now().Add(-time.Hour).Unix()))))
		want(t, tt.name, err, tt.code, tt.reason)
		if tt.code == codes.PermissionDenied && !strings.Contains(r.log.String(), `refused_by="any group of staff"`) {
			t.Errorf("%s: log %q", tt.name, r.log)
		}
	}
}

func TestPublicMethods(t *testing.T) {
	r := newRig(t, func(c *grpcauth.Config) {
		c.Public = []string{service}
		c.Policies = map[string]cognito.Policy{"/": cognito.AnyGroup("staff")}
	})
	if who, err := r.call(t); err != nil || who != "guest" {
		t.Errorf("no token: %q, %v, want a guest", who, err)
	}
	if who, err := r.call(t, "Bearer "+string(r.pool.AccessToken("jane"))); err != nil || who != "jane" {
		t.Errorf("a token: %q, %v, want jane", who, err)
	}
	_, err := r.call(t, "Bearer x")
	want(t, "a bad token", err, codes.Unauthenticated, "INVALID_TOKEN")
}

func TestMapUser(t *testing.T) {
	var fail error
	r := newRig(t, func(c *grpcauth.Config) {
		c.Public = []string{service}
		c.MapUser = func(_ context.Context, id *cognito.Identity) error {
			id.UserID = ":row-7"
			return fail
		}
	})
	good := "Bearer " + string(r.pool.AccessToken("jane"))
	if who, err := r.call(t, good); err != nil || who != "jane:row-7" {
		t.Errorf("mapped: %q, %v", who, err)
	}
	fail = cognito.Refuse("This account is closed.")
	_, err := r.call(t, good)
	want(t, "refused", err, codes.PermissionDenied, "REFUSED")
	if status.Convert(err).Message() != "This account is closed." {
		t.Errorf("refused: %v", err)
	}
	for _, fail = range []error{errors.New("hunter2"), cognito.ErrNoCredentials} {
		_, err = r.call(t, good)
		want(t, "failed", err, codes.Internal, "GUARD_ERROR")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("failed: %v quotes the error", err)
		}
	}
	for code, wanted := range map[cognito.RefusalCode]codes.Code{
		cognito.PolicyUnchecked: codes.Unavailable, cognito.Forbidden: codes.PermissionDenied,
		cognito.StaleSignIn: codes.Unauthenticated, cognito.PolicyMistake: codes.Internal,
		cognito.StoreUnavailable: codes.Internal, "": codes.Internal,
	} {
		fail = &cognito.PolicyError{Code: code, Err: errors.New("hunter2")}
		_, err = r.call(t, good)
		want(t, string(code), err, wanted, strings.ToUpper(string(cognito.CodeOf(fail))))
		if status.Convert(err).Message() == "" {
			t.Errorf("%s: the status has no text", code)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v quotes the error", code, err)
		}
	}
}

// TestT9_UncheckedPolicy: where a policy cannot be decided, the call is
// Unavailable, and never allowed.
func TestT9_UncheckedPolicy(t *testing.T) {
	fails := cognito.Satisfies("asked", func(context.Context, *cognito.Identity) (bool, error) { return true, errors.New("hunter2 is down") })
	for name, p := range map[string]cognito.Policy{"alone": fails, "Not": cognito.Not(fails)} {
		r := newRig(t, func(c *grpcauth.Config) { c.Policies = map[string]cognito.Policy{"/": p} })
		_, err := r.call(t, "Bearer "+string(r.pool.AccessToken("jane")))
		want(t, name, err, codes.Unavailable, "POLICY_UNCHECKED")
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(r.log.String(), "hunter2 is down") {
			t.Errorf("%s: %v, log %q", name, err, r.log)
		}
	}
}

// TestPolicyReasons: what would help is in the status.
func TestPolicyReasons(t *testing.T) {
	for _, tt := range []struct {
		policy cognito.Policy
		code   codes.Code
		reason string
	}{
		{cognito.AllScopes("orders/write"), codes.PermissionDenied, "INSUFFICIENT_SCOPE"},
		{cognito.ForResource("https://api.example.com"), codes.Unauthenticated, "INVALID_TOKEN"},
	} {
		r := newRig(t, func(c *grpcauth.Config) { c.Policies = map[string]cognito.Policy{"/": tt.policy} })
		_, err := r.call(t, "Bearer "+string(r.pool.AccessToken("jane")))
		want(t, tt.policy.String(), err, tt.code, tt.reason)
	}
}

type tokenFunc func(context.Context) (*oauth2.Token, error)

func (f tokenFunc) TokenContext(ctx context.Context) (*oauth2.Token, error) { return f(ctx) }

// TestPerRPCTakesAnyTokens: tokens of another source, such as a cache of the
// app's own. A bad token is an error of the call, not a panic.
func TestPerRPCTakesAnyTokens(t *testing.T) {
	good := tokenFunc(func(context.Context) (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "abc"}, nil })
	md, err := grpcauth.PerRPC(good).GetRequestMetadata(t.Context())
	if err != nil || md["authorization"] != "Bearer abc" {
		t.Errorf("GetRequestMetadata = %v, %v", md, err)
	}
	for name, tokens := range map[string]grpcauth.TokenSource{
		"nil":         nil,
		"typed nil":   (*clientcredentials.Source)(nil),
		"nil func":    tokenFunc(nil),
		"neither":     tokenFunc(func(context.Context) (*oauth2.Token, error) { return nil, nil }),
		"empty token": tokenFunc(func(context.Context) (*oauth2.Token, error) { return &oauth2.Token{}, nil }),
	} {
		if md, err := grpcauth.PerRPC(tokens).GetRequestMetadata(t.Context()); err == nil {
			t.Errorf("%s: GetRequestMetadata = %v, want an error", name, md)
		}
	}
}

func TestT9_New(t *testing.T) {
	ok := verifierFunc(func() (*cognito.AccessClaims, error) { return nil, nil })
	for _, tt := range []struct {
		name string
		cfg  grpcauth.Config
		want []string
	}{
		{"whole", grpcauth.Config{Verifier: ok, Policies: map[string]cognito.Policy{"/a.B/": cognito.UserOnly()}, Public: []string{"/c.D/E"}}, nil},
		{"zero", grpcauth.Config{}, []string{"Verifier"}},
		{"typed nil", grpcauth.Config{Verifier: (*cognito.Verifier)(nil)}, []string{"Verifier"}},
		{"empty policies", grpcauth.Config{Verifier: ok, Policies: map[string]cognito.Policy{"/": {}, "/a.B/C": cognito.AnyGroup()}}, []string{"/: cognito: the empty Policy", "at least one group"}},
		{"no names", grpcauth.Config{Verifier: ok, Policies: map[string]cognito.Policy{"a.B/C": cognito.UserOnly()}, Public: []string{"", "/", "/a.B", "*"}}, []string{`"a.B/C" is neither`, `Public: "" is`, `Public: "/" is`, `"/a.B" is neither`, `"*"`}},
		{"public and not", grpcauth.Config{Verifier: ok, Policies: map[string]cognito.Policy{"/a.B/C": cognito.UserOnly()}, Public: []string{"/a.B/"}}, []string{"one or the other"}},
		{"not and public", grpcauth.Config{Verifier: ok, Policies: map[string]cognito.Policy{"/a.B/": cognito.UserOnly()}, Public: []string{"/a.B/C"}}, []string{"one or the other"}},
	} {
		_, err := grpcauth.New(tt.cfg)
		if (err != nil) != (tt.want != nil) {
			t.Errorf("%s: New = %v, want an error: %v", tt.name, err, tt.want != nil)
		}
		for _, want := range tt.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: New = %v, want %q in it", tt.name, err, want)
			}
		}
	}
}

func TestPerRPC(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithDomain("shop"), cognitotest.WithClient(cognitotest.AppClient{
		ID: "5batchclient", Secret: "s", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read"},
	}))
	newTokens := func(edit func(*cognito.Config)) *clientcredentials.Source {
		cfg := pool.Config()
		cfg.Logger = slog.New(slog.DiscardHandler)
		edit(&cfg)
		tokens, err := clientcredentials.New(clientcredentials.Config{Pool: cfg})
		if err != nil {
			t.Fatal(err)
		}
		return tokens
	}
	creds := grpcauth.PerRPC(newTokens(func(*cognito.Config) {}))
	md, err := creds.GetRequestMetadata(t.Context())
	if err != nil || !creds.RequireTransportSecurity() {
		t.Errorf("GetRequestMetadata = %v, TLS required: %v", err, creds.RequireTransportSecurity())
	}
	r := newRig(t, func(c *grpcauth.Config) {
		c.Verifier, err = cognito.NewVerifier(pool.Config())
		c.Policies = map[string]cognito.Policy{"/": cognito.MachineOnly()}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.call(t, md["authorization"]); err != nil {
		t.Errorf("the call with a machine's token: %v", err)
	}
	down := grpcauth.PerRPC(newTokens(func(c *cognito.Config) { c.HTTPClient = &http.Client{Transport: failing{}} }))
	var failed *cognito.OAuthError
	if _, err := down.GetRequestMetadata(t.Context()); !errors.As(err, &failed) {
		t.Errorf("GetRequestMetadata without a network = %v, want an OAuthError", err)
	}
}

type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }

func ExampleNew() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	users, err := grpcauth.New(grpcauth.Config{
		Verifier: verifier,
		Policies: map[string]cognito.Policy{"/shop.Orders/Cancel": cognito.AnyGroup("staff")},
		Public:   []string{"/grpc.health.v1.Health/"},
		Logger:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	_ = grpc.NewServer(grpc.UnaryInterceptor(users.Unary), grpc.StreamInterceptor(users.Stream))

	// What the server does with a call:
	list := func(ctx context.Context, _ any) (any, error) { return cognito.FromContext(ctx).Username, nil }
	ctx := metadata.NewIncomingContext(context.Background(), metadata.Pairs("authorization", "Bearer "+string(pool.AccessToken("jane"))))
	fmt.Println(users.Unary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: "/shop.Orders/List"}, list))
	_, err = users.Unary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: "/shop.Orders/Cancel"}, list)
	fmt.Println(status.Code(err))
	// Output:
	// jane <nil>
	// PermissionDenied
}

// TestE2_ConfigErrors: each problem that New reports is a ConfigError of this
// package, which names the field.
func TestE2_ConfigErrors(t *testing.T) {
	_, err := grpcauth.New(grpcauth.Config{Policies: map[string]cognito.Policy{"x": {}}, Public: []string{"x"}})
	problemstest.Check(t, "grpcauth.New", "grpcauth", err, "Verifier", "Policies", "Public")
}
