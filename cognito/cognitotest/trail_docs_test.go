package cognitotest_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestTrail_DocsEvent: the event in docs/emulator-events.md is the one that a
// pool delivers for its operation. Ids, times and what follows from the
// request alone differ.
func TestTrail_DocsEvent(t *testing.T) {
	page, err := os.ReadFile("../../docs/emulator-events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\n```json\n")
	block, _, found := strings.Cut(rest, "\n```")
	var want map[string]any
	if err := json.Unmarshal([]byte(block), &want); err != nil || !found {
		t.Fatalf("docs/emulator-events.md has no event: %v", err)
	}
	detail, _ := want["detail"].(map[string]any)
	operation, _ := detail["eventName"].(string)

	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		t.Fatal(err)
	}
	rec := &trailRecorder{t: t}
	pool.DeliverTrail(rec.receive)
	newAdmin(t, pool).must(operation, object{"UserPoolId": pool.ID(), "Username": "jane"}, nil)
	var got map[string]any
	if len(rec.take()) != 1 {
		t.Fatalf("%s has not one event", operation)
	}
	if err := json.Unmarshal([]byte(rec.texts[0]), &got); err != nil {
		t.Fatal(err)
	}
	sameShape(t, "", want, got)
}

// sameShape compares the members of two objects, and those values that no
// request changes.
func sameShape(t *testing.T, where string, want, got map[string]any) {
	t.Helper()
	varies := []string{"id", "time", "eventTime", "eventID", "requestID", "sub", "sourceIPAddress", "userAgent"}
	if a, b := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(a, b) {
		t.Errorf("%s has the members %v in docs/emulator-events.md, and %v in the event", where, a, b)
	}
	for name, value := range want {
		inner, isObject := value.(map[string]any)
		other, _ := got[name].(map[string]any)
		switch {
		case isObject:
			sameShape(t, where+"."+name, inner, other)
		case !slices.Contains(varies, name):
			a, _ := json.Marshal(value)
			b, _ := json.Marshal(got[name])
			if string(a) != string(b) {
				t.Errorf("%s.%s is %s in docs/emulator-events.md, and %s in the event", where, name, a, b)
			}
		}
	}
}
