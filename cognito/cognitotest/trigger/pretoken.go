package trigger

import (
	"fmt"
)

// A PreTokenVersion is a version of the pre token generation event.
type PreTokenVersion int

const (
	PreTokenV1 PreTokenVersion = iota + 1 // changes ID tokens and groups; values are strings
	PreTokenV2                            // access tokens too, scopes, values of any JSON type
	PreTokenV3                            // runs for client_credentials too
)

// String returns the version as Cognito spells it: "V1_0".
func (v PreTokenVersion) String() string { return fmt.Sprintf("V%d_0", int(v)) }

// A PreTokenGeneration is the event of a PreTokenGeneration hook, with its
// answer.
type PreTokenGeneration struct {
	Event

	// Scopes are the scopes of the access token. Version 1 has none.
	Scopes []string

	// IDTokenGeneration and AccessTokenGeneration change the claims. Version 1
	// has only IDTokenGeneration.
	IDTokenGeneration     IDTokenGeneration
	AccessTokenGeneration AccessTokenGeneration

	// GroupOverrideDetails has the user's groups and roles. The hook may change
	// them: the tokens get the changed values.
	GroupOverrideDetails GroupOverrideDetails
}

// An IDTokenGeneration changes the claims of an ID token. Cognito's own claims
// do not change, such as sub, aud and every claim that begins with "cognito:".
type IDTokenGeneration struct {
	ClaimsToAddOrOverride map[string]any // only strings in version 1
	ClaimsToSuppress      []string
}

// An AccessTokenGeneration is an [IDTokenGeneration] for access tokens. It
// may add aud, with the client id as its value.
type AccessTokenGeneration struct {
	ClaimsToAddOrOverride map[string]any
	ClaimsToSuppress      []string
	ScopesToAdd           []string
	ScopesToSuppress      []string
}

// GroupOverrideDetails are cognito:groups, cognito:roles and
// cognito:preferred_role.
type GroupOverrideDetails struct {
	GroupsToOverride   []string
	IAMRolesToOverride []string
	PreferredRole      string
}
