package internal_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestO6_DocsPattern: the pattern of docs/operations.md lets the events through
// that a pool sends when it ends a user's access, and no others.
func TestO6_DocsPattern(t *testing.T) {
	var pattern struct {
		Source []string
		Detail struct{ EventSource, EventName []string }
	}
	text := regexp.MustCompile(`(?s)<<'END'\n(\{.*?\n\})\nEND`)
	for _, b := range blocksOf(t, "../docs/operations.md") {
		if m := text.FindStringSubmatch(b.code); m != nil && strings.Contains(m[1], "aws.cognito-idp") {
			if err := json.Unmarshal([]byte(m[1]), &pattern); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(pattern.Detail.EventName) < 8 {
		t.Fatal("docs/operations.md has no pattern")
	}
	through := func(event []byte) bool {
		var e struct {
			Source string
			Detail struct{ EventSource, EventName string }
		}
		if err := json.Unmarshal(event, &e); err != nil {
			t.Fatal(err)
		}
		return slices.Contains(pattern.Source, e.Source) && slices.Contains(pattern.Detail.EventSource, e.Detail.EventSource) &&
			slices.Contains(pattern.Detail.EventName, e.Detail.EventName)
	}
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		t.Fatal(err)
	}
	passed := 0
	pool.DeliverTrail(func(event []byte) {
		if through(event) {
			passed++
		}
	})
	for _, call := range []struct {
		make func(username string) error
		want int
	}{
		{pool.SignOutUser, 1}, {pool.DisableUser, 2}, {pool.EnableUser, 2}, {pool.DeleteUser, 3},
	} {
		if err := call.make("jane"); err != nil || passed != call.want {
			t.Errorf("%d events have passed, want %d (%v)", passed, call.want, err)
		}
	}
}
