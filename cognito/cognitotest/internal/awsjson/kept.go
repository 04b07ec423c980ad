package awsjson

import (
	"encoding/json"
)

// A Kept is a parameter that means nothing here, and that the pool gives
// back as it was given.
type Kept = json.RawMessage

// Unquoted returns the text of a kept JSON string.
func Unquoted(v Kept) (s string) {
	DecodeKept(v, &s)
	return s
}

// DecodeKept decodes a kept value, if there is one.
func DecodeKept(v Kept, into any) {
	if v == nil {
		return
	}
	if err := json.Unmarshal(v, into); err != nil {
		panic("cognitotest: " + err.Error()) // it was encoded from the same type
	}
}
