package hostedui_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// startChecked makes a Client that checks its set-up at the start, and returns
// it with its log.
func startChecked(t *testing.T, app cognitotest.AppClient, through http.RoundTripper) (*hostedui.Client, *record) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(app))
	logged := new(record)
	cfg := hostedui.Config{
		Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()},
		CheckAtStart: (*hostedui.Protocol).LogCheck,
	}
	cfg.Pool.Logger = slog.New(slog.NewTextHandler(logged, nil))
	if through != nil {
		cfg.Pool.HTTPClient = &http.Client{Transport: through}
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, logged
}

// TestClient_CheckAtStart: one line of the log says what is wrong and what
// mends it.
func TestClient_CheckAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, logged := startChecked(t, cognitotest.AppClient{CallbackURLs: []string{base + "/callback"}, LogoutURLs: []string{base + "/auth/signed-out"}}, nil)
		synctest.Wait()
		text := logged.String()
		if strings.Count(text, "\n") != 1 {
			t.Errorf("the log = %s, want one line", text)
		}
		for _, want := range []string{"level=ERROR", "the set-up was checked", "op=check", "state=fail", "fail callback-url: " + base + "/auth/callback is not registered", "add " + base + "/auth/callback to CallbackURLs"} {
			if !strings.Contains(text, want) {
				t.Errorf("the log = %s, want %q in it", text, want)
			}
		}
	})
}

// TestE6_CheckAtStartHangs: New does not wait for the check, and Close ends it.
func TestE6_CheckAtStartHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := make(chan struct{}, 1)
		client, logged := startChecked(t, cognitotest.AppClient{}, hanging(calls))
		<-calls // New has returned, and the check is under way
		if err := client.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
		if text := logged.String(); text != "" {
			t.Errorf("the log = %s, want none of a check that was ended", text)
		}
	})
}

// hanging answers no request. It tells of the first.
type hanging chan struct{}

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case h <- struct{}{}:
	default:
	}
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// An app checks its set-up when it starts, beside the first requests. What is
// wrong stands in one line of the log.
func ExampleProtocol_LogCheck() {
	pool, keys := cognitotest.NewPool().Config(), []session.Key{session.NewKey()}
	pool.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{
		Pool: pool, BaseURL: base, SessionKeys: keys,
		CheckAtStart: (*hostedui.Protocol).LogCheck,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the app serves while the check runs")
	_ = client.Close(context.Background())
	// Output: the app serves while the check runs
}
