package hostedui_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestMounting_LoopbackAtTheSecondTry: a developer who has forgotten to mount
// the Client reads it in the log at the second try, and only once.
func TestMounting_LoopbackAtTheSecondTry(t *testing.T) {
	for base, warnings := range map[string][]int{
		"http://localhost:8080":   {0, 1, 1, 1, 1, 1},
		"http://127.0.0.1:8080":   {0, 1, 1, 1, 1, 1},
		"https://app.example.com": {0, 0, 0, 0, 1, 1},
	} {
		t.Run(base, func(t *testing.T) {
			var log bytes.Buffer
			pool := cognitotest.NewPool().Config()
			pool.Logger = slog.New(slog.NewTextHandler(&log, nil))
			client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
			if err != nil {
				t.Fatal(err)
			}
			page := client.Protect(http.NotFoundHandler())
			for i, want := range warnings {
				r := httptest.NewRequest("GET", base+"/account", nil)
				r.Header.Set("Accept", "text/html")
				r.Header.Set("Sec-Fetch-Mode", "navigate")
				r.Header.Set("Sec-Fetch-Dest", "document")
				w := httptest.NewRecorder()
				page.ServeHTTP(w, r)
				if w.Code != http.StatusFound {
					t.Fatalf("visit %d: status %d, want 302", i+1, w.Code)
				}
				if got := strings.Count(log.String(), "none has arrived"); got != want {
					t.Errorf("after visit %d: %d warnings, want %d: %s", i+1, got, want, &log)
				}
			}
		})
	}
}
