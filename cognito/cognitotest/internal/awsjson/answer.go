package awsjson

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Answers of operations that have nothing to say.
type (
	Empty  struct{} // {}
	NoBody struct{} // no body at all
)

// HeaderText is text that a header can contain.
func HeaderText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// Text is v as a parameter that holds JSON.
func Text(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	return string(text)
}

// NotOneOf is the refusal of a value that is not among those of an enum.
func NotOneOf(member, value string, set []string) error {
	return refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value '"+refusal.Clip(value, 64)+"' at '"+member+
		"' failed to satisfy constraint: Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
}

func SortedKeys[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
