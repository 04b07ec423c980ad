package pool

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

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
func (p *Pool) preTokenGeneration(ctx context.Context, set *TokenSet) error {
	hooks := p.Triggers()
	version := hooks.PreTokenVersion
	if version == 0 {
		version = trigger.PreTokenV2
	}
	if hooks.PreTokenGeneration == nil || set.User == nil && version < trigger.PreTokenV3 {
		return nil
	}
	e := preTokenEvent(p, set, version)
	if err := hooks.PreTokenGeneration(ctx, e); err != nil {
		return refusal.HookFailed("PreTokenGeneration", err)
	}
	if err := checkGenerated(e, version); err != nil {
		return err
	}
	if set.User != nil {
		overrideGroups(e.GroupOverrideDetails, set)
	}
	if set.ID != nil {
		changeClaims(set.ID, e.IDTokenGeneration.ClaimsToAddOrOverride, e.IDTokenGeneration.ClaimsToSuppress)
	}
	if version >= trigger.PreTokenV2 {
		changeAccess(e.AccessTokenGeneration, set)
	}
	return nil
}

func preTokenEvent(p *Pool, set *TokenSet, version trigger.PreTokenVersion) *trigger.PreTokenGeneration {
	e := &trigger.PreTokenGeneration{Event: trigger.Event{
		TriggerSource:  set.Source,
		Region:         p.Region(),
		UserPoolID:     p.ID,
		UserName:       set.Grant.Client.ID,
		ClientID:       set.Grant.Client.ID,
		ClientMetadata: set.Metadata,
	}}
	if version >= trigger.PreTokenV2 {
		e.Scopes = slices.Clone(set.Grant.Scopes)
	}
	if set.User != nil {
		all, preferred := directory.Roles(p.Users.GroupsOf(set.User))
		e.UserName, e.UserAttributes = set.User.Username, set.User.TriggerAttributes()
		e.GroupOverrideDetails = trigger.GroupOverrideDetails{GroupsToOverride: slices.Clone(set.User.Groups), IAMRolesToOverride: all, PreferredRole: preferred}
	}
	return e
}

// ErrLambdaOutput is what Cognito says about an answer of the wrong shape.
var ErrLambdaOutput = refusal.New("InvalidLambdaResponseException", "Unrecognizable lambda output")

// checkGenerated refuses what a function of that version cannot answer.
func checkGenerated(e *trigger.PreTokenGeneration, version trigger.PreTokenVersion) error {
	access := e.AccessTokenGeneration
	if len(e.IDTokenGeneration.ClaimsToAddOrOverride)+len(access.ClaimsToAddOrOverride)+len(access.ScopesToAdd) > maxGenerated {
		return refusal.HookFailed("PreTokenGeneration", fmt.Errorf("more than %d claims and scopes", maxGenerated))
	}
	if version > trigger.PreTokenV1 {
		return nil
	}
	for _, value := range e.IDTokenGeneration.ClaimsToAddOrOverride {
		if _, ok := value.(string); !ok {
			return ErrLambdaOutput
		}
	}
	return nil
}

// overrideGroups puts groups and roles into the tokens.
func overrideGroups(g trigger.GroupOverrideDetails, set *TokenSet) {
	put := func(c Claims, name string, value any, present bool) {
		switch {
		case c == nil:
		case present:
			c[name] = value
		default:
			delete(c, name)
		}
	}
	put(set.Access, "cognito:groups", g.GroupsToOverride, len(g.GroupsToOverride) > 0)
	put(set.ID, "cognito:groups", g.GroupsToOverride, len(g.GroupsToOverride) > 0)
	put(set.ID, "cognito:roles", g.IAMRolesToOverride, len(g.IAMRolesToOverride) > 0)
	put(set.ID, "cognito:preferred_role", g.PreferredRole, g.PreferredRole != "")
}

func changeAccess(g trigger.AccessTokenGeneration, set *TokenSet) {
	if aud, ok := g.ClaimsToAddOrOverride["aud"]; ok && aud == set.Grant.Client.ID {
		set.Access["aud"] = aud
	}
	changeClaims(set.Access, g.ClaimsToAddOrOverride, g.ClaimsToSuppress)
	scopes := slices.Clone(set.Grant.Scopes)
	for _, scope := range g.ScopesToAdd {
		if scope != "" && !strings.ContainsAny(scope, " \t\r\n") && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return slices.Contains(g.ScopesToSuppress, s) })
	set.Access["scope"] = strings.Join(scopes, " ")
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
