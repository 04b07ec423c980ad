package internal_test

import (
	"go/ast"
	"slices"
	"testing"
)

// codeFields are the names of fields that hold one of a known set of values.
var codeFields = []string{"Code", "Check", "Op", "Operation", "Cause", "Kind", "Reason", "Outcome", "Service", "Guard", "Use"}

// openFields are fields of these names that are not codes, by their type.
var openFields = map[string]string{
	"userpool.Confirmation.Code":  "a one-time code that a user types",
	"userpool.PasswordReset.Code": "a one-time code that a user types",
	"userpool.Answers.Code":       "a one-time code that a user types",
}

// TestCodes: a field with a code, a check, an operation or a cause has a type
// of its own. So go doc lists its values, and a typing error does not compile.
func TestCodes(t *testing.T) {
	met := map[string]bool{}
	for _, file := range publicFiles(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok || !spec.Name.IsExported() {
				return false
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					if !slices.Contains(codeFields, name.Name) {
						continue
					}
					full := file.Name.Name + "." + spec.Name.Name + "." + name.Name
					met[full] = true
					if plain, ok := f.Type.(*ast.Ident); ok && plain.Name == "string" && openFields[full] == "" {
						t.Errorf("%s is a string: give it a type with constants, as cognito.RefusalCode and observe.Op are", full)
					}
				}
			}
			return false
		})
	}
	for _, known := range []string{"cognito.OAuthError.Op", "cognito.OAuthError.Code", "cognito.VerifyError.Check", "cognito.PolicyError.Code",
		"session.Refusal.Code", "hostedui.PageError.Code", "identitypool.Error.Code", "userpool.Error.Code", "observe.Refusal.Code", "observe.SessionEnd.Cause"} {
		if !met[known] {
			t.Errorf("%s was not found", known)
		}
	}
	for open := range openFields {
		if !met[open] {
			t.Errorf("%s is gone: take it off the list", open)
		}
	}
}

// publicFiles parses the files of the packages that an app can import, but for
// those of tests: there an operation may have any name.
func publicFiles(t *testing.T) (files []*ast.File) {
	t.Helper()
	for _, f := range publicPaths(t) {
		files = append(files, f.parse(t))
	}
	return files
}
