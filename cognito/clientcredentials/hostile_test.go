package clientcredentials_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
)

// TestE1_ErrorsQuoteNoSecret: an answer that echoes what it was sent does not
// get the client's secret into an error or a log.
func TestE1_ErrorsQuoteNoSecret(t *testing.T) {
	const secret = "correct-horse-battery"
	for name, format := range map[string]string{
		"description": `{"error":"invalid_request","error_description":%s}`,
		"code":        `{"error":%s}`,
		"API":         `{"__type":"InvalidParameterException","message":%s}`,
	} {
		for _, domain := range []string{"", "shop"} {
			log := new(strings.Builder)
			sent := ""
			_, tokens := newMachine(t, func(c *clientcredentials.Config) {
				c.Pool.Domain, c.Pool.ClientSecret, c.Pool.Logger = domain, secret, logTo(log)
				c.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					body, _ := io.ReadAll(r.Body)
					_, password, _ := r.BasicAuth()
					sent = string(body) + password + r.Header.Get("Authorization")
					quoted, _ := json.Marshal("Value '" + sent + "' at 'secret' failed; " + sent)
					return answer(r, http.StatusBadRequest, "application/json", strings.NewReader(fmt.Sprintf(format, quoted)))
				})}
			})
			_, err := tokens.TokenContext(t.Context())
			if !strings.Contains(sent, secret) {
				t.Fatalf("%s, domain %q: sent %q, want the secret in it", name, domain, sent)
			}
			credentials := sent[strings.LastIndexByte(sent, ' ')+1:]
			for e := err; e != nil; e = errors.Unwrap(e) {
				fmt.Fprintf(log, "%v %+v %#v", e, e, e)
			}
			if text := log.String(); err == nil || strings.Contains(text, secret) || strings.Contains(text, credentials) {
				t.Errorf("%s, domain %q: the secret is in an error or the log: %s", name, domain, text)
			}
		}
	}
}

// asleep returns a time after its machine has slept: only the clock on the wall
// has gone on. The monotonic clock, which decides what is earlier, has not.
func asleep(now time.Time, d time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&now)) += uint64(d/time.Second) << 30 // the seconds in Time.wall
	return now
}

// TestClientCredentialsAfterSleep: the token of a machine that has slept for
// longer than the token's life is not handed out.
func TestClientCredentialsAfterSleep(t *testing.T) {
	var slept time.Duration
	begun := time.Now()
	if now := asleep(begun, time.Hour); now.Sub(begun) != 0 || now.Round(0).Sub(begun.Round(0)) != time.Hour {
		t.Fatalf("asleep changes %v on the monotonic clock and %v on the wall, want 0 and an hour", now.Sub(begun), now.Round(0).Sub(begun.Round(0)))
	}
	pool, tokens := newMachine(t, func(c *clientcredentials.Config) {
		c.Pool.Now = func() time.Time { return asleep(time.Now(), slept) }
	})
	first := mustToken(t, tokens)
	pool.Advance(2 * time.Hour)
	slept = 2 * time.Hour
	second := mustToken(t, tokens)
	if second == first || asked(pool) != 2 {
		t.Errorf("after a sleep of two hours there is the old token, after %d requests: want a new one", asked(pool))
	}
}

func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
