package cognitotest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// A PreTokenGenerationEvent is what a PreTokenGeneration hook is told, and
// what it answers.
type PreTokenGenerationEvent struct {
	TriggerEvent

	// Scopes are those of the access token. Version 1 has none.
	Scopes []string

	// IDTokenGeneration and AccessTokenGeneration change the claims. Version
	// 1 knows the first alone.
	IDTokenGeneration     IDTokenGeneration
	AccessTokenGeneration AccessTokenGeneration

	// GroupOverrideDetails holds the user's groups and roles. What the hook
	// leaves in it is what the tokens say.
	GroupOverrideDetails GroupOverrideDetails
}

// An IDTokenGeneration changes the claims of an ID token. Claims of Cognito's
// own, such as sub, aud and every one that begins with "cognito:", stay as
// they are.
type IDTokenGeneration struct {
	ClaimsToAddOrOverride map[string]any // strings alone in version 1
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

// maxGenerated is how many claims and scopes a hook may add, together.
const maxGenerated = 5000

// protectedClaims cannot be changed by a hook, nor can those that begin with
// "cognito:".
var protectedClaims = map[string]bool{
	"sub": true, "iss": true, "exp": true, "iat": true, "nbf": true, "jti": true, "origin_jti": true,
	"token_use": true, "auth_time": true, "at_hash": true, "nonce": true, "aud": true, "client_id": true,
	"event_id": true, "device_key": true, "version": true, "username": true, "identities": true,
	"amr": true, "acr": true, "azp": true, "scope": true,
}

func isProtected(claim string) bool {
	return protectedClaims[claim] || strings.HasPrefix(claim, "cognito:")
}

// preTokenGeneration has the hook change the claims of a set.
func (p *Pool) preTokenGeneration(ctx context.Context, set *tokenSet) error {
	version := p.hooks.PreTokenVersion
	if version == 0 {
		version = PreTokenV2
	}
	if p.hooks.PreTokenGeneration == nil || set.user == nil && version < PreTokenV3 {
		return nil
	}
	e := p.preTokenEvent(set, version)
	if err := p.hooks.PreTokenGeneration(ctx, e); err != nil {
		return hookFailed("PreTokenGeneration", err)
	}
	if err := e.check(version); err != nil {
		return err
	}
	if set.user != nil {
		e.GroupOverrideDetails.apply(set)
	}
	if set.id != nil {
		changeClaims(set.id, e.IDTokenGeneration.ClaimsToAddOrOverride, e.IDTokenGeneration.ClaimsToSuppress)
	}
	if version >= PreTokenV2 {
		e.AccessTokenGeneration.apply(set)
	}
	return nil
}

func (p *Pool) preTokenEvent(set *tokenSet, version PreTokenVersion) *PreTokenGenerationEvent {
	e := &PreTokenGenerationEvent{TriggerEvent: TriggerEvent{
		TriggerSource:  set.source,
		Region:         p.region(),
		UserPoolID:     p.id,
		UserName:       set.grant.client.ID,
		ClientID:       set.grant.client.ID,
		ClientMetadata: set.metadata,
	}}
	if version >= PreTokenV2 {
		e.Scopes = slices.Clone(set.grant.scopes)
	}
	if set.user != nil {
		all, preferred := roles(p.users.groupsOf(set.user))
		e.UserName, e.UserAttributes = set.user.username, set.user.triggerAttributes()
		e.GroupOverrideDetails = GroupOverrideDetails{slices.Clone(set.user.groups), all, preferred}
	}
	return e
}

// errLambdaOutput is what Cognito says about an answer of the wrong shape.
var errLambdaOutput = message{"InvalidLambdaResponseException", "Unrecognizable lambda output"}

// check refuses what a function of that version cannot answer.
func (e *PreTokenGenerationEvent) check(version PreTokenVersion) error {
	access := e.AccessTokenGeneration
	if len(e.IDTokenGeneration.ClaimsToAddOrOverride)+len(access.ClaimsToAddOrOverride)+len(access.ScopesToAdd) > maxGenerated {
		return hookFailed("PreTokenGeneration", fmt.Errorf("more than %d claims and scopes", maxGenerated))
	}
	if version > PreTokenV1 {
		return nil
	}
	for _, value := range e.IDTokenGeneration.ClaimsToAddOrOverride {
		if _, ok := value.(string); !ok {
			return errLambdaOutput
		}
	}
	return nil
}

// apply puts groups and roles into the tokens.
func (g GroupOverrideDetails) apply(set *tokenSet) {
	put := func(c Claims, name string, value any, present bool) {
		switch {
		case c == nil:
		case present:
			c[name] = value
		default:
			delete(c, name)
		}
	}
	put(set.access, "cognito:groups", g.GroupsToOverride, len(g.GroupsToOverride) > 0)
	put(set.id, "cognito:groups", g.GroupsToOverride, len(g.GroupsToOverride) > 0)
	put(set.id, "cognito:roles", g.IAMRolesToOverride, len(g.IAMRolesToOverride) > 0)
	put(set.id, "cognito:preferred_role", g.PreferredRole, g.PreferredRole != "")
}

func (g AccessTokenGeneration) apply(set *tokenSet) {
	if aud, ok := g.ClaimsToAddOrOverride["aud"]; ok && aud == set.grant.client.ID {
		set.access["aud"] = aud
	}
	changeClaims(set.access, g.ClaimsToAddOrOverride, g.ClaimsToSuppress)
	scopes := slices.Clone(set.grant.scopes)
	for _, scope := range g.ScopesToAdd {
		if scope != "" && !strings.ContainsAny(scope, " \t\r\n") && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return slices.Contains(g.ScopesToSuppress, s) })
	set.access["scope"] = strings.Join(scopes, " ")
}

// changeClaims leaves protected claims as they are. What is both added and
// suppressed is not there.
func changeClaims(c Claims, add map[string]any, suppress []string) {
	maps.DeleteFunc(c, func(name string, _ any) bool { return !isProtected(name) && slices.Contains(suppress, name) })
	for name, value := range add {
		if !isProtected(name) && !slices.Contains(suppress, name) {
			c[name] = value
		}
	}
}
