package cognitotest

import (
	"reflect"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
)

// An OperationForTest is what the table of operations says of one.
type OperationForTest struct {
	Signed      bool     // wants AWS credentials
	Unsupported []string // parameters that are refused
}

// OperationsForTest are the operations of the user-pool API.
func OperationsForTest() map[string]OperationForTest {
	all := make(map[string]OperationForTest)
	for name, op := range apiOperations {
		all[name] = OperationForTest{op.Signed, unsupportedIn(op.In, "")}
	}
	return all
}

// unsupportedIn returns the paths of the parameters in t that are refused.
func unsupportedIn(t reflect.Type, path string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []string
	for name, field := range awsjson.FieldsOf(t) {
		if field.Unsupported {
			all = append(all, path+name)
			continue
		}
		all = append(all, unsupportedIn(field.Typ, path+name+".")...)
	}
	slices.Sort(all)
	return all
}
