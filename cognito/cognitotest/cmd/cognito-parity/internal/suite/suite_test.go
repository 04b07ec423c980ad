package suite_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/cmd/cognito-parity/internal/suite"
)

// ids are the ids of all requests.
func ids(t *testing.T) (all []string) {
	t.Helper()
	for _, story := range suite.All() {
		for _, r := range story.Requests {
			id := story.ID(r)
			if slices.Contains(all, id) {
				t.Errorf("two requests are called %s", id)
			}
			all = append(all, id)
		}
	}
	return all
}

var (
	row    = regexp.MustCompile(`^\| (\S.*?) \| (\S.*?) \| (\S.*?) \|$`)
	called = regexp.MustCompile("`([^`]+)`")
)

// Every row of what is not known of Cognito names requests that settle it.
func TestSuite_SettlesEveryUnknown(t *testing.T) {
	text, err := os.ReadFile("../../../../../../docs/emulator-unknowns.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "|---|---|---|\n")
	all, rows := ids(t), 0
	for line := range strings.Lines(table) {
		cells := row.FindStringSubmatch(strings.TrimSpace(line))
		if cells == nil {
			t.Errorf("the line %q has no three columns", line)
			continue
		}
		rows++
		names := called.FindAllStringSubmatch(cells[3], -1)
		if len(names) == 0 {
			t.Errorf("the row %q names no request that settles it", cells[1])
		}
		for _, name := range names {
			if !slices.Contains(all, name[1]) {
				t.Errorf("the row %q names %s, which is no request of the suite", cells[1], name[1])
			}
		}
	}
	if rows < 100 {
		t.Errorf("the table has %d rows, want all of it", rows)
	}
}

// A few hundred requests, each well formed.
func TestSuite_IsWellFormed(t *testing.T) {
	if n := len(ids(t)); n < 500 {
		t.Errorf("the suite has %d requests, want at least 500", n)
	}
	broken := []string{"sign-up-refused/not-json"} // on purpose
	placeholder := regexp.MustCompile(`\{[a-z][a-z0-9-]*\}`)
	for _, story := range suite.All() {
		if slices.Contains(story.Needs, suite.ByHand) != (story.Setup != "" && !slices.Contains(story.Needs, suite.IdentityPool)) {
			t.Errorf("%s: what a person sets up is told, and told there alone", story.Name)
		}
		for _, r := range story.Requests {
			id := story.ID(r)
			if !regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9-]+$`).MatchString(id) {
				t.Errorf("the id %q has other characters than a-z, 0-9 and -", id)
			}
			body := placeholder.ReplaceAllString(strings.ReplaceAll(r.JSON(), "{attributes}", ""), "x")
			if r.API() && json.Valid([]byte(body)) == slices.Contains(broken, id) {
				t.Errorf("%s has the body %s", id, body)
			}
		}
	}
}

// Nothing that costs money, or sends a message, is asked without its flag.
func TestSuite_CostsNothing(t *testing.T) {
	for _, story := range suite.All() {
		for _, r := range story.Requests {
			text := r.JSON() + r.Body
			may := append(slices.Clone(story.Needs), r.Needs)
			if strings.Contains(text, "client_credentials&client_id={machine}") && !slices.Contains(may, suite.Paid) {
				t.Errorf("%s asks for a token of a program, and does not need -paid", story.ID(r))
			}
			sends := r.Op == "AdminResetUserPassword" && story.User != suite.Temporary && !strings.Contains(text, "nobody") ||
				r.Op == "SignUp" && strings.Contains(text, `"Value":"{email`) ||
				r.Op == "UpdateUserAttributes" && strings.Contains(text, `"Value":"{email`) ||
				r.Op == "AdminCreateUser" && strings.Contains(text, `"Value":"{email`) && !strings.Contains(text, "SUPPRESS")
			if sends && !slices.Contains(may, suite.Send) {
				t.Errorf("%s has Cognito send a message, and does not need -send", story.ID(r))
			}
		}
	}
}
