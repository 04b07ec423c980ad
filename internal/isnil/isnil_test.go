package isnil_test

import (
	"errors"
	"testing"

	"github.com/seed75762126/cognito-go/internal/isnil"
)

func TestValue(t *testing.T) {
	var pointer *int
	var function func()
	var interfaceValue error
	for name, v := range map[string]any{"nothing": nil, "a nil pointer": pointer, "a nil function": function, "a nil interface": interfaceValue} {
		if !isnil.Value(v) {
			t.Errorf("Value(%s) = false, want true", name)
		}
	}
	for name, v := range map[string]any{"a pointer": new(int), "a function": func() {}, "zero": 0, "an empty struct": struct{}{}, "an error": errors.New("")} {
		if isnil.Value(v) {
			t.Errorf("Value(%s) = true, want false", name)
		}
	}
}
