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
	Inert       []string // parameters that are kept without an effect
}

// OperationsForTest are the operations of the user-pool API.
func OperationsForTest() map[string]OperationForTest {
	all := make(map[string]OperationForTest)
	for name, op := range apiOperations {
		all[name] = OperationForTest{op.Signed, fieldsIn(op.In, "", isUnsupported), fieldsIn(op.In, "", isInert)}
	}
	return all
}

func isUnsupported(f awsjson.Field) bool { return f.Unsupported }

func isInert(f awsjson.Field) bool { return f.Inert }

// fieldsIn returns the paths of the parameters in t that are of a kind.
func fieldsIn(t reflect.Type, path string, is func(awsjson.Field) bool) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []string
	for name, field := range awsjson.FieldsOf(t) {
		if is(field) {
			all = append(all, path+name)
			continue
		}
		all = append(all, fieldsIn(field.Typ, path+name+".", is)...)
	}
	slices.Sort(all)
	return all
}
