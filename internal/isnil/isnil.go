// Package isnil reports whether an interface holds nil, which means that a
// setting was left out.
package isnil

import "reflect"

// Value reports whether an interface holds nothing, or a nil pointer or
// function. A method call on it would panic.
func Value(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	}
	return false
}
