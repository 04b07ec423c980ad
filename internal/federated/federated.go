// Package federated reads Cognito's list of a user's accounts at identity
// providers: the claim "identities", and the user attribute of that name.
package federated

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// An Identity is one identity provider's account of a user.
type Identity struct {
	UserID       string
	ProviderName string
	ProviderType string
	Issuer       string
	Primary      bool
	Created      time.Time
}

// Parse reads an array of objects, or that array as a string, as userInfo and
// the user-pool API have it. What is not an identity in it is skipped.
func Parse(v rawjson.Value) []Identity {
	if s, ok := v.String(); ok {
		v = rawjson.Value(s)
	}
	var wire []json.RawMessage
	if json.Unmarshal([]byte(v), &wire) != nil {
		return nil
	}
	var list []Identity
	for _, w := range wire {
		var id Identity
		err := rawjson.Object(string(w), func(name string, v rawjson.Value) error {
			id.read(name, v)
			return nil
		})
		if err == nil {
			list = append(list, id)
		}
	}
	return list
}

func (id *Identity) read(name string, v rawjson.Value) {
	s, _ := v.String()
	switch name {
	case "userId":
		id.UserID = s
	case "providerName":
		id.ProviderName = s
	case "providerType":
		id.ProviderType = s
	case "issuer":
		id.Issuer = s
	case "primary": // Cognito sends "true"
		id.Primary = s == "true" || v == "true"
	case "dateCreated": // and milliseconds as a string
		if ms, ok := rawjson.Value(strings.Trim(string(v), `"`)).Integer(); ok && ms > 0 && ms/1000 <= rawjson.MaxDate {
			id.Created = time.UnixMilli(ms)
		}
	}
}
