package userpool_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

var dialError = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}

// TestC8_Repetition: a call is made again only where Cognito cannot have
// carried it out, since a code counts once.
func TestC8_Repetition(t *testing.T) {
	tests := []struct {
		name  string
		says  answer
		calls int
	}{
		{"too many requests", refusal("TooManyRequestsException", "Rate exceeded"), 3},
		{"no connection", answer{err: dialError}, 3},
		{"a lost connection", answer{err: &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}}, 1},
		{"a connection that takes too long", answer{err: &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}}, 1},
		{"an outage", answer{status: 500, body: `{"__type":"InternalErrorException"}`}, 1},
		{"a proxy's outage", answer{status: 503, body: `busy`}, 1},
		{"too many attempts", refusal("LimitExceededException", "Attempt limit exceeded, please try after some time."), 1},
		{"a wrong code", refusal("CodeMismatchException", "Invalid verification code provided, please try again."), 1},
		{"a race", refusal("ConcurrentModificationException", ""), 1},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			api, client := newAPI(t, "")
			api.script(tt.says)
			err := client.VerifyUserAttribute(t.Context(), thisAccess, "email", "123456")
			if got := len(api.made()); err == nil || got != tt.calls {
				t.Errorf("VerifyUserAttribute with %s = %v after %d calls, want an error after %d", tt.name, err, got, tt.calls)
			}
			api.script(tt.says, answer{body: "{}"})
			err = client.VerifyUserAttribute(t.Context(), thisAccess, "email", "123456")
			if (err == nil) != (tt.calls > 1) {
				t.Errorf("VerifyUserAttribute with %s once = %v, want success only if it is repeated", tt.name, err)
			}
		})
	}
}

// TestC8_Redirects: none is followed, with our HTTP client, with one of the
// caller's and with the SDK's own, which would repeat the POST.
func TestC8_Redirects(t *testing.T) {
	followed := false
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, _ *http.Request) {
		followed = true
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte("{}"))
	})
	pool := cognito.Config{UserPoolID: poolID, ClientID: clientID, Endpoint: server.URL}
	own := cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: aws.String(server.URL)})
	for name, cfg := range map[string]userpool.Config{
		"nothing set":          {Pool: pool},
		"an HTTP client":       {Pool: pool, HTTPClient: &http.Client{}},
		"an SDK client":        {Pool: pool, SDK: own},
		"the SDK's HTTP":       {Pool: pool, SDK: cip.New(own.Options(), func(o *cip.Options) { o.HTTPClient = awshttp.NewBuildableClient() })},
		"another HTTP for SDK": {Pool: pool, SDK: own, HTTPClient: server.Client()},
	} {
		client, err := userpool.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = client.GlobalSignOut(t.Context(), thisAccess)
		if err == nil || asError(t, err).Code != "bad_answer" || followed {
			t.Errorf("with %s GlobalSignOut of an API that redirects = %v, followed %t, want bad_answer and not followed", name, err, followed)
		}
		followed = false
	}
}

// hang is a transport that answers nothing until the request ends.
type hang struct{}

func (hang) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func (h hang) Do(r *http.Request) (*http.Response, error) { return h.RoundTrip(r) }

// busy is a transport that turns every call away, after four seconds.
type busy struct{}

func (busy) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(4 * time.Second):
		return refusal("TooManyRequestsException", "Rate exceeded").response(r), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// TestC8_TimeLimit: a call ends after ten seconds, or what is set, all
// attempts together, whoever's HTTP client it is.
func TestC8_TimeLimit(t *testing.T) {
	tests := []struct {
		name string
		edit func(*userpool.Config)
		want time.Duration
	}{
		{"nothing set", func(c *userpool.Config) { c.Pool.HTTPClient = &http.Client{Transport: hang{}} }, 10 * time.Second},
		{"three seconds", func(c *userpool.Config) {
			c.HTTPClient, c.Pool.Timeout = &http.Client{Transport: hang{}}, 3*time.Second
		}, 3 * time.Second},
		{"a slow API that is busy", func(c *userpool.Config) {
			c.HTTPClient = &http.Client{Transport: busy{}}
		}, 10 * time.Second},
		{"another kind of HTTP client", func(c *userpool.Config) {
			c.SDK = cip.New(cip.Options{Region: "eu-west-1", HTTPClient: hang{}})
		}, 10 * time.Second},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			_, client := newAPI(t, "", tt.edit)
			begin := time.Now()
			err := client.GlobalSignOut(t.Context(), thisAccess)
			e := asError(t, err)
			if took := time.Since(begin); took != tt.want || e.Code != "unreachable" || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("with %s GlobalSignOut of an API that hangs = %v after %v, want unreachable after %v", tt.name, err, took, tt.want)
			}
		})
	}
}

// TestE5_ContextEndsTheCall: the caller's context ends the call and a pause
// before the next attempt, and is recognized in the error.
func TestE5_ContextEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := newAPI(t, "", func(c *userpool.Config) { c.HTTPClient = &http.Client{Transport: hang{}} })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begin := time.Now()
		_, err := client.GetUser(ctx, thisAccess)
		if took := time.Since(begin); took != time.Second || !errors.Is(err, context.Canceled) || asError(t, err).Code != "unreachable" {
			t.Errorf("GetUser canceled after a second = %v after %v, want unreachable and context.Canceled", err, took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		api, client := newAPI(t, "")
		api.script(refusal("TooManyRequestsException", "Rate exceeded"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		begin := time.Now()
		_, err := client.GetUser(ctx, thisAccess)
		if took := time.Since(begin); err == nil || took > time.Millisecond || len(api.made()) != 1 {
			t.Errorf("GetUser of a busy API = %v after %v and %d calls, want an error after a millisecond and one call", err, took, len(api.made()))
		}
	})
}

// TestE4_Goroutines: a call leaves none behind. (A bubble that has one does
// not end.)
func TestE4_Goroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, client := newAPI(t, "")
		api.script(answer{body: "{}"})
		if err := client.GlobalSignOut(t.Context(), thisAccess); err != nil {
			t.Errorf("GlobalSignOut = %v, want no error", err)
		}
	})
}

// TestE6_NewCallsNobody: a Client is there with Cognito unreachable, and
// without a domain.
func TestE6_NewCallsNobody(t *testing.T) {
	_, err := userpool.New(userpool.Config{
		Pool:       cognito.Config{UserPoolID: poolID, ClientID: clientID},
		HTTPClient: &http.Client{Transport: hang{}},
	})
	if err != nil {
		t.Errorf("New without a network = %v, want a Client", err)
	}
}

// TestNew_AllProblems: every problem at once.
func TestNew_AllProblems(t *testing.T) {
	_, err := userpool.New(userpool.Config{
		Pool: cognito.Config{UserPoolID: "nonsense", Endpoint: "http://cognito.example"},
		SDK:  cip.New(cip.Options{}),
	})
	for _, field := range []string{"cognito: UserPoolID", "cognito: ClientID", "cognito: Endpoint", "userpool: SDK"} {
		if err == nil || !strings.Contains(err.Error(), field+": ") {
			t.Errorf("New = %v, want a problem with %s among them", err, field)
		}
	}
	_, err = userpool.New(userpool.Config{
		Pool: cognito.Config{UserPoolID: poolID, ClientID: clientID},
		SDK:  cip.New(cip.Options{Region: "us-east-1"}),
	})
	var problem *cognito.ConfigError
	if !errors.As(err, &problem) || problem.Field != "SDK" {
		t.Errorf("New with an SDK client of another region = %v, want a ConfigError of SDK", err)
	}
}

// TestConfig_Endpoint: the endpoint of the configuration is called, path and
// all; with an SDK client it is that one's.
func TestConfig_Endpoint(t *testing.T) {
	tests := []struct {
		name string
		edit func(*userpool.Config)
		want string
	}{
		{"the region's", func(*userpool.Config) {}, "POST https://cognito-idp.eu-west-1.amazonaws.com/"},
		{"another", func(c *userpool.Config) { c.Pool.Endpoint = "https://vpce.example/cognito/" }, "POST https://vpce.example/cognito"},
		{"the SDK client's", func(c *userpool.Config) {
			c.SDK = cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: aws.String("https://proxy.example")})
			c.HTTPClient = c.Pool.HTTPClient
		}, "POST https://proxy.example/"},
		{"the SDK client's HTTP", func(c *userpool.Config) {
			c.SDK = cip.New(cip.Options{Region: "eu-west-1", HTTPClient: c.Pool.HTTPClient})
		}, "POST https://cognito-idp.eu-west-1.amazonaws.com/"},
	}
	for _, tt := range tests {
		api, client := newAPI(t, "", tt.edit)
		api.script(answer{body: "{}"})
		if err := client.GlobalSignOut(t.Context(), thisAccess); err != nil {
			t.Errorf("%s: GlobalSignOut = %v, want no error", tt.name, err)
			continue
		}
		if got := api.made()[0].url; got != tt.want {
			t.Errorf("%s: GlobalSignOut called %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestSDK_Unsigned: with an SDK client that has credentials, the calls that
// need none are still not signed.
func TestSDK_Unsigned(t *testing.T) {
	api, client := newAPI(t, "", func(c *userpool.Config) {
		c.SDK = cip.New(cip.Options{
			Region: "eu-west-1",
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
			}),
		})
		c.HTTPClient = c.Pool.HTTPClient
	})
	api.script(answer{body: "{}"})
	if err := client.GlobalSignOut(t.Context(), thisAccess); err != nil {
		t.Fatal(err)
	}
	checkCall(t, api, "GlobalSignOut", object{"AccessToken": thisAccess})
}
