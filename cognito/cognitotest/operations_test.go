package cognitotest_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

var update = flag.Bool("update", false, "write docs/emulator-operations.md")

// operationsTable is the table of operations, which is written from the tests.
// A test names the operation that it shows in a line of its comment. The line
// has op, a colon, and the name; then perhaps "without" and what is missing.
const operationsTable = "../../docs/emulator-operations.md"

const operationsHeading = `# Operations of the user-pool API on the emulator

This table says which operations of the user-pool API the emulator implements. The last column names the test.
The credentials are those that AWS demands; the emulator accepts every well-formed AWS signature.

| word | meaning |
|---|---|
| yes | The emulator implements the operation. |
| partly: without … | It refuses these parameters with an InvalidParameterException. |
| kept without an effect: … | It stores these parameters and returns them, but they do nothing. Event.Ignored and the program's log name them. |
| no: … | It does not have the operation and answers UnknownOperationException. The cell says why. |

To update the table, run ` + "`go test ./cognito/cognitotest -run TestOperationsTable -update`" + `.

| operation | credentials | implemented | test |
|---|---|---|---|
`

// modelOperations are the operations of the service model, which are those
// of the AWS SDK for Go, and those that are newer.
func modelOperations(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := append(strings.Fields(string(text)), "GetClientToken", "AdminGetUserAuthFactors", "AdminDeleteSoftwareToken")
	slices.Sort(names)
	return slices.Compact(names)
}

// missingOperations are those that the emulator does not have, and why.
var missingOperations = map[string]string{
	"AdminListUserAuthEvents":      noThreats,
	"AdminUpdateAuthEventFeedback": noThreats,
	"CreateUserImportJob":          noImport,
	"CreateUserPoolReplica":        noReplicas,
	"DeleteUserPoolReplica":        noReplicas,
	"DescribeUserImportJob":        noImport,
	"ListUserImportJobs":           noImport,
	"ListUserPoolReplicas":         noReplicas,
	"StartUserImportJob":           noImport,
	"StopUserImportJob":            noImport,
	"UpdateAuthEventFeedback":      noThreats,
	"UpdateUserPoolReplica":        noReplicas,
}

const (
	noThreats  = "the emulator has no threat protection"
	noImport   = "the emulator reads no files in S3; use Pool.AddUser or AdminCreateUser"
	noReplicas = "a pool of the emulator is in one Region"
)

func TestOperationsTable(t *testing.T) {
	operations := cognitotest.OperationsForTest()
	shown := make(map[string][]string) // tests by operation
	lacks := make(map[string][]string) // what tests say is missing
	for note, tests := range namedByTests(t, "op: ") {
		name, missing, partly := strings.Cut(note, " without ")
		if _, known := operations[name]; !known {
			t.Errorf("%v names %q, which is no operation of the emulator", tests, name)
		}
		shown[name] = append(shown[name], tests...)
		if partly {
			lacks[name] = append(lacks[name], missing)
		}
	}
	model := modelOperations(t)
	var table strings.Builder
	table.WriteString(operationsHeading)
	for _, name := range model {
		op, known := operations[name]
		if !known {
			reason := missingOperations[name]
			if reason == "" {
				t.Errorf("%s is not an operation of the emulator: missingOperations says why", name)
			}
			fmt.Fprintf(&table, "| %s | | no: %s | |\n", name, reason)
			continue
		}
		if len(shown[name]) == 0 {
			t.Errorf("no test names the operation %s", name)
		}
		credentials, here := "", "yes"
		if op.Signed {
			credentials = "AWS"
		}
		if missing := append(slices.Clone(op.Unsupported), slices.Sorted(slices.Values(lacks[name]))...); len(missing) > 0 {
			here = "partly: without " + strings.Join(missing, ", ")
		}
		if len(op.Inert) > 0 {
			here += "; kept without an effect: " + strings.Join(op.Inert, ", ")
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", name, credentials, here, slices.Min(shown[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(operations)) {
		if !slices.Contains(model, name) {
			t.Errorf("%s is no operation of the service model", name)
		}
	}
	if *update {
		if err := os.WriteFile(operationsTable, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(operationsTable)
	if err != nil || string(written) != table.String() {
		t.Errorf("%s is not what the tests say (%v): run this test with -update", operationsTable, err)
	}
}
