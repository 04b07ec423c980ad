package cognito

import (
	"strings"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// maxClaims bounds the claims that UnmarshalClaims reads, in bytes.
const maxClaims = 64 << 10

// UnmarshalClaims sets id to the user that a JSON object of Cognito's claims
// describes: the claims of an ID token, an access token or userInfo. It
// verifies no signature: use it only for claims that you trust for another
// reason, as packages alb and apigateway do. It checks only the form. sub must
// be present, no name may appear twice, and the object may have 64 KiB at
// most. After an error id is unchanged.
func (id *Identity) UnmarshalClaims(claims []byte) error {
	if len(claims) > maxClaims {
		return CheckSize.Failed("the claims are longer than 64 KiB")
	}
	read, err := readIdentity(string(claims))
	if err != nil {
		return err
	}
	*id = *read
	return nil
}

func readIdentity(claims string) (*Identity, error) {
	id := &Identity{extra: claims}
	var username, audience, use string
	var resources []string
	err := object(id.extra, func(name string, v rawjson.Value) error {
		switch name {
		case "iss":
			return mustString(&id.Issuer, name, v)
		case "sub":
			return mustString(&id.Subject, name, v)
		case "client_id":
			return mustString(&id.ClientID, name, v)
		case "auth_time":
			return numericDate(&id.AuthTime, name, v)
		case "aud":
			audience, _ = v.String()
			if resources, _ = v.Strings(); audience != "" {
				resources = []string{audience}
			}
		case "token_use":
			use, _ = v.String()
		case "username":
			username, _ = v.String()
		case "email_verified":
			id.EmailVerified = tolerantBool(v)
		case "cognito:groups":
			id.Groups, _ = v.Strings()
		case "cognito:roles":
			id.Roles = stringOrList(v)
		case "scope":
			scope, _ := v.String()
			id.Scopes = strings.Fields(scope)
		default:
			id.readText(name, v)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case id.Subject == "":
		return nil, CheckSubject.Failed("the claim is missing")
	}
	if id.Username == "" {
		id.Username = username
	}
	if id.ClientID == "" {
		id.ClientID = audience
	}
	if use == "access" { // the aud of an ID token is its app client
		id.Audience = resources
	}
	return id, nil
}

// readText reads the claims that are strings and decide nothing.
func (id *Identity) readText(name string, v rawjson.Value) {
	switch name {
	case "cognito:username":
		id.Username, _ = v.String()
	case "cognito:preferred_role":
		id.PreferredRole, _ = v.String()
	case "email":
		id.Email, _ = v.String()
	case "name":
		id.Name, _ = v.String()
	}
}
