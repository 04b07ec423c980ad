package setup_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
)

var update = flag.Bool("update", false, "write the table of checks in docs/setup.md")

const docs = "../../../../../docs/setup.md"

// TestDocs: docs/setup.md has a row for each check. -update writes them.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	const heading = "| check | what must hold | setup mends it |\n|---|---|---|\n"
	before, after, found := strings.Cut(string(text), heading)
	if !found {
		t.Fatalf("%s has no table of checks", docs)
	}
	end := strings.Index(after+"\n\n", "\n\n")
	var table strings.Builder
	for _, f := range setup.Review(setup.Wish{App: "https://app.example.com"}, &setup.State{Pool: new(types.UserPoolType), Client: new(types.UserPoolClientType)}, "") {
		mends := ""
		if f.Mendable {
			mends = "yes"
		}
		fmt.Fprintf(&table, "| `aws-%s` | %s | %s |\n", f.ID, f.About, mends)
	}
	want := before + heading + table.String() + strings.TrimPrefix(after[min(end, len(after)):], "\n")
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the checks say: run this test with -update", docs)
	}
	if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
