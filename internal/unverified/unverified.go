// Package unverified reads claims of tokens that were verified earlier. It
// checks no signature and no time.
package unverified

import (
	"time"

	"github.com/seed75762126/cognito-go/internal/jws"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Claim returns a claim of a token, or "" if the token cannot be read or does
// not have it.
func Claim(token, name string) rawjson.Value {
	parsed, err := jws.Parse(token)
	if err != nil {
		return ""
	}
	var value rawjson.Value
	_ = rawjson.Object(parsed.Payload, func(n string, v rawjson.Value) error {
		if n == name {
			value = v
		}
		return nil
	})
	return value
}

// Text is a claim that is a string, and otherwise "".
func Text(token, name string) string {
	s, _ := Claim(token, name).String()
	return s
}

// Time is a claim that is a time, and otherwise the zero Time.
func Time(token, name string) time.Time {
	seconds, ok := Claim(token, name).Date()
	if !ok || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
