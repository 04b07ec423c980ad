package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestNoSuchPage: a link that leads nowhere ends on a page of the app.
func TestNoSuchPage(t *testing.T) {
	app, err := newApp(settings{pool: cognitotest.NewPool().Config(), baseURL: "https://app.example.com", keys: []session.Key{session.NewKey()}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://app.example.com/nothing", nil))
	body, err := io.ReadAll(w.Body)
	if err != nil || w.Code != http.StatusNotFound || !strings.Contains(string(body), "There is no such page") || !strings.Contains(string(body), `<a class="button" href="/">`) {
		t.Errorf("GET /nothing = %d %v\n%s", w.Code, err, body)
	}
}
