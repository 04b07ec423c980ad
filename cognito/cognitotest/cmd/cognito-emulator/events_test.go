package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// -events-url: a change through the API of any pool reaches the app, with its
// key, and before the program ends.
func TestEvents(t *testing.T) {
	type request struct{ body, key string }
	got := make(chan request, 10)
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- request{string(body), r.Header.Get("X-Api-Key")}
	}))
	defer app.Close()
	p := start(t, "-user", "jane:Correct-horse-1", "-events-url", app.URL, "-events-header", "X-Api-Key: 0123", "-events-copies", "2")
	if _, failure := p.idp("AdminDisableUser", map[string]any{"UserPoolId": p.settings["COGNITO_USER_POOL_ID"], "Username": "jane"}); failure != "" {
		t.Fatal(failure)
	}
	p.stop()
	for range 2 {
		select {
		case r := <-got:
			if r.key != "0123" || !strings.Contains(r.body, `"eventName":"AdminDisableUser"`) {
				t.Errorf("request = %+v, want AdminDisableUser with the key", r)
			}
		default:
			t.Error("the app got no event, want two")
		}
	}
}

// Mistakes in the flags of events are told before anything is served.
func TestEvents_Mistakes(t *testing.T) {
	for _, args := range [][]string{
		{"-events-url", "localhost:8080"},
		{"-events-header", "Authorization: Bearer key"},
		{"-events-url", "http://localhost:8080/", "-events-header", "Bearer key"},
		{"-events-url", "http://localhost:8080/", "-events-header", "Api Key: 0123"},
		{"-events-url", "http://localhost:8080/", "-events-header", "X-Api-Key: 01\n23"},
		{"-events-url", "http://localhost:8080/", "-events-copies", "0"},
	} {
		if text := refuse(t, exitMistake, append([]string{"-addr", "127.0.0.1:0"}, args...)...); !strings.Contains(text, "-events-") {
			t.Errorf("run(%q) says %q, want it to name the flag", args, text)
		}
	}
}
