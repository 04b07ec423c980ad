package hostedui_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestE2_Error(t *testing.T) {
	tests := []struct {
		err  hostedui.Error
		text string
		hint string // in its Hint; "" means that there is none
	}{
		{hostedui.Error{Op: "exchange", Code: "invalid_grant", Status: 400}, "cognito: exchange: invalid_grant, status 400: ", "five minutes"},
		{hostedui.Error{Op: "refresh", Code: "invalid_grant", Status: 400}, "cognito: refresh: invalid_grant, status 400", ""},
		{hostedui.Error{Op: "exchange", Code: "invalid_client", Description: "invalid_client_secret"}, `cognito: exchange: invalid_client ("invalid_client_secret"): `, "COGNITO_CLIENT_SECRET"},
		{hostedui.Error{Op: "callback", Code: "invalid_request", Description: "invalid_scope"}, `cognito: callback: invalid_request ("invalid_scope"): `, "AllowedOAuthScopes"},
		{hostedui.Error{Op: "callback", Code: "invalid_scope"}, "cognito: callback: invalid_scope: ", "Config.Scopes"},
		{hostedui.Error{Op: "callback", Code: "invalid_request"}, "cognito: callback: invalid_request", "AttributeMapping"},
		{hostedui.Error{Op: "callback", Code: "unauthorized_client"}, "cognito: callback: unauthorized_client: ", "AllowedOAuthFlows"},
		{hostedui.Error{Op: "revoke", Code: "invalid_request", Status: 400}, "cognito: revoke: invalid_request, status 400: ", "EnableTokenRevocation"},
		{hostedui.Error{Op: "userinfo", Code: "unreachable", Err: fs.ErrClosed}, "cognito: userinfo: unreachable: file already closed: ", "COGNITO_DOMAIN"},
		{hostedui.Error{Op: "callback", Code: "x", Description: "a\n\"b\""}, `cognito: callback: x ("a\n\"b\"")`, ""},
	}
	for _, tt := range tests {
		got, hint := tt.err.Error(), tt.err.Hint()
		if !strings.HasPrefix(got, tt.text) || !strings.HasSuffix(got, hint) || (hint == "") != (tt.hint == "") || !strings.Contains(hint, tt.hint) {
			t.Errorf("Error() = %q with the hint %q, want %q and a hint at %q", got, hint, tt.text, tt.hint)
		}
		wrapped := fmt.Errorf("step: %w", &tt.err)
		var e *hostedui.Error
		if !errors.As(wrapped, &e) || e.Code != tt.err.Code || tt.err.Err != nil && !errors.Is(wrapped, tt.err.Err) {
			t.Errorf("errors.As and Is do not see through to %v", got)
		}
		if is := errors.Is(wrapped, cognito.ErrInvalidGrant); is != (tt.err.Code == "invalid_grant") {
			t.Errorf("%s is ErrInvalidGrant: %t", got, is)
		}
	}
}

// TestE2_Revocation: what the pool says about a revocation that it refuses is
// in the error.
func TestE2_Revocation(t *testing.T) {
	w := newWorld(t, withApp(func(c *cognitotest.AppClient) { c.DisableRevocation = true }))
	e := wantError(t, "Revoke with revocation disabled", w.client.Revoke(t.Context(), w.pool.Tokens("jane").Refresh), "revoke", "invalid_request")
	if e.Status != 400 || !strings.Contains(e.Hint(), "EnableTokenRevocation") {
		t.Errorf("Revoke = %v (status %d), want a hint at EnableTokenRevocation", e, e.Status)
	}
	w = newWorld(t)
	wantError(t, "Revoke(an access token)", w.client.Revoke(t.Context(), cognito.RefreshToken(w.pool.AccessToken("jane"))), "revoke", "unsupported_token_type")
	for name, h := range map[string]hook{
		"HTML":            respond(500, "text/html", "<h1>oops</h1>"),
		"JSON of no kind": respond(400, "application/json", `{"error":{"x":1}}`),
		"an array":        respond(400, "application/json", `["error"]`),
		"too long":        respond(400, "application/json", `{"x":"`+strings.Repeat("x", 1<<20)+`","error":"x"}`),
	} {
		w.wire.on(revokePath, h)
		e := wantError(t, "Revoke at "+name, w.client.Revoke(t.Context(), "x"), "revoke", "bad_answer")
		if e.Status < 400 || !strings.Contains(e.Error(), fmt.Sprint(e.Status)) {
			t.Errorf("Revoke at %s = %v, want the status in it", name, e)
		}
	}
	w.wire.on(revokePath, respond(200, "", ""))
	if err := w.client.Revoke(t.Context(), "x"); err != nil {
		t.Errorf("Revoke with an empty answer = %v", err)
	}
}

// TestE1_ErrorsQuoteNothing: a server that echoes what it was sent, in any
// form, does not get it into an error, a log or a page. (newWorld looks.)
func TestE1_ErrorsQuoteNothing(t *testing.T) {
	echo := func(status int, contentType, format string) hook {
		return func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(r.Body)
			sent := strings.ReplaceAll(body.String(), `"`, "") + r.Header.Get("Authorization")
			return answer(r, status, contentType, fmt.Sprintf(format, sent)), nil
		}
	}
	hooks := map[string]hook{
		"HTML":                 echo(400, "text/html", "<pre>%s</pre>"),
		"plain text":           echo(500, "text/plain", "%s"),
		"JSON of another form": echo(400, "application/json", `{"message":"%s"}`),
		"JSON that is cut":     echo(200, "application/json", `{"access_token":"%s`),
		"JSON string":          echo(200, "application/json", `"%s"`),
		"only an access token": echo(200, "application/json", `{"access_token":"%s"}`),
		"as ID token":          echo(200, "application/json", `{"access_token":"x","id_token":"%s"}`),
		"as a number":          echo(200, "application/json", `{"access_token":"x","expires_in":"%s"}`), // encoding/json quotes it
		"HTML with status 200": echo(200, "text/html", "%s"),
		"as description":       echo(400, "application/json", `{"error":"invalid_request","error_description":"%s"}`),
		"as code":              echo(400, "application/json", `{"error":"%s"}`),
	}
	for _, name := range []string{"public", "confidential"} {
		var options []option
		if name == "confidential" {
			options = append(options, withSecret)
		}
		for what, h := range hooks {
			w := newWorld(t, options...)
			b := w.signedIn()
			w.wire.on(tokenPath, h)
			w.wire.on(revokePath, h)
			w.wire.on(userInfoPath, h)
			callback := b.callback("/auth/login", "jane")
			if p := b.do("GET", callback); p.status < 400 {
				t.Errorf("%s, %s: callback = %v, want an error", name, what, p)
			}
			v := w.last()
			for op, call := range calls {
				err := call.call(t.Context(), w, &hostedui.Login{Identity: v.id, Tokens: v.tokens})
				if err == nil && op != "revoke" && op != "jwks" {
					t.Errorf("%s, %s: %s = nil, want an error", name, what, op)
				}
				w.mu.Lock()
				w.errs = append(w.errs, err)
				w.mu.Unlock()
			}
			w.pool.Advance(61 * 60 * 1e9)
			b.do("GET", "/account")
			b.do("POST", "/auth/logout")
			if len(w.wire.allSecrets()) < 5 {
				t.Errorf("%s, %s: the test knows %d secrets only", name, what, len(w.wire.allSecrets()))
			}
		}
	}
}

// TestE1_WholeLife: nothing secret is logged on the way from sign-in to
// logout, by either handler of slog. (newWorld looks.)
func TestE1_WholeLife(t *testing.T) {
	for _, json := range []bool{false, true} {
		for _, store := range []bool{false, true} {
			log := new(record)
			var told []string
			options := []option{withRotation, withSecret, withConfig(func(cfg *hostedui.Config) {
				level := &slog.HandlerOptions{Level: slog.LevelDebug}
				cfg.Pool.Logger = slog.New(slog.NewTextHandler(log, level))
				if json {
					cfg.Pool.Logger = slog.New(slog.NewJSONHandler(log, level))
				}
				logger := cfg.Pool.Logger
				cfg.OnLogin = func(_ context.Context, l *hostedui.Login) error {
					logger.Info("login", "identity", l.Identity, "tokens", l.Tokens)
					return nil
				}
				cfg.OnRefresh = func(_ context.Context, id *cognito.Identity, tokens cognito.Tokens) error {
					told = append(told, fmt.Sprintf("%v %+v %#v", tokens, tokens, tokens))
					return nil
				}
			})}
			if store {
				options = append(options, withStore)
			}
			w := newWorld(t, options...)
			b := w.signedIn()
			w.pool.Advance(61 * 60 * 1e9)
			b.open("/account")
			b.do("GET", "/auth/me", fetched...)
			b.do("POST", "/auth/logout")
			w.newBrowser().do("GET", "/auth/callback"+strayCallbacks["unknown state"])
			if text := log.String(); !strings.Contains(text, "signed in") || !strings.Contains(text, "signed out") || !strings.Contains(text, "[redacted]") || len(told) != 1 {
				t.Fatalf("the flow was not logged: %s", text)
			}
			_, _ = w.log.Write([]byte(log.String() + strings.Join(told, "")))
		}
	}
}

// TestE1_Client: a client prints nothing of what it knows.
func TestE1_Client(t *testing.T) {
	w := newWorld(t, withSecret)
	key := fmt.Sprint([]byte(w.config.SessionKeys[0]))
	var text, object bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "client", w.client, "config", w.config)
	slog.New(slog.NewJSONHandler(&object, nil)).Info("m", "client", w.client)
	places := []string{text.String(), object.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		places = append(places, fmt.Sprintf(verb, w.client), fmt.Sprintf(verb, struct{ C *hostedui.Client }{w.client}), fmt.Sprintf(verb, w.config), fmt.Sprintf(verb, *w.client))
	}
	for _, got := range places {
		for what, s := range map[string]string{"the client secret": secret, "the client secret in hex": fmt.Sprintf("%x", secret), "a session key": key, "a session key, inside": key[1:40], "a session key in hex": fmt.Sprintf("%x", []byte(w.config.SessionKeys[0]))} {
			if strings.Contains(got, s) {
				t.Errorf("%s is printed: %.300s", what, got)
			}
		}
	}
	if got := fmt.Sprint(w.client); got != "hostedui.Client" {
		t.Errorf("a Client prints as %q", got)
	}
}

// TestE2_FailedExchangeIsLogged: whatever the token endpoint answers, the line
// in the log says the status and what was wrong with the answer.
func TestE2_FailedExchangeIsLogged(t *testing.T) {
	for name, tt := range map[string]struct {
		hook hook
		want []string
	}{
		"empty":         {respond(200, "application/json", ""), []string{"status 200", "bad_answer"}},
		"an object":     {respond(200, "application/json", "{}"), []string{"status 200", "bad_answer"}},
		"a page":        {respond(200, "text/html", "<html>"), []string{"status 200", "bad_answer"}},
		"two megabytes": {respond(200, "application/json", `{"access_token":"`+strings.Repeat("x", 2<<20)+`"}`), []string{"status 200", "bad_answer"}},
		"500 empty":     {respond(500, "application/json", ""), []string{"status 500"}},
		"500 page":      {respond(500, "text/html", "<html>"), []string{"status 500"}},
		"429":           {respond(429, "application/json", `{"error":"slow_down"}`), []string{"status 429"}},
		"400":           {respond(400, "application/json", `{"error":"invalid_client"}`), []string{"status 400", "invalid_client", "COGNITO_CLIENT_SECRET"}},
	} {
		w := newWorld(t)
		b := w.newBrowser()
		callback := b.callback("/auth/login", "jane")
		w.wire.on(tokenPath, tt.hook)
		b.do("GET", callback)
		line := w.log.String()
		for _, want := range tt.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s: the log lacks %q:\n%s", name, want, line)
			}
		}
	}
}
