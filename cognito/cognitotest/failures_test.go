package cognitotest_test

import (
	"reflect"
	"testing"
)

// Calls about a user or an app client that does not exist fail in one style.
// Those with an error among their results return it, and the others panic.
func TestFailures(t *testing.T) {
	other := map[string]bool{ // what they name is no user and no app client
		"LastCode": true, "LastLink": true, "Credentials": true, "KeyID": true, "Sign": true, "ServeAt": true, "Start": true,
	}
	checked := 0
	pool := reflect.ValueOf(newPool(t))
	for i := range pool.NumMethod() {
		name, method := pool.Type().Method(i).Name, pool.Method(i)
		if other[name] || method.Type().NumIn() == 0 || method.Type().In(0) != reflect.TypeFor[string]() {
			continue
		}
		checked++
		args := []reflect.Value{reflect.ValueOf("nobody")}
		for j := 1; j < method.Type().NumIn(); j++ {
			if j < method.Type().NumIn()-1 || !method.Type().IsVariadic() {
				args = append(args, reflect.Zero(method.Type().In(j)))
			}
		}
		results := method.Type().NumOut()
		if results == 0 || method.Type().Out(results-1) != reflect.TypeFor[error]() {
			mustPanic(t, name, func() { method.Call(args) })
		} else if method.Call(args)[results-1].IsNil() {
			t.Errorf("%s of nobody = nil, want an error", name)
		}
	}
	if checked < 15 {
		t.Errorf("checked %d methods, want all that name a user or an app client", checked)
	}
}
