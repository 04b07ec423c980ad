package cognitotest

import (
	"context"
	"fmt"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Claims are the claims of a token before it is signed. Times are int64
// seconds, lists are []string, "email_verified" is a bool.
type Claims map[string]any

// IDToken signs an ID token for the user with that username, e-mail or sub. It
// has the claims of a sign-in with the first app client and all its scopes,
// after the PreTokenGeneration hook. It has no nonce. It has no at_hash,
// because no access token is issued with it. Each function edit may change the
// claims before they are signed.
//
// It panics if there is no such user, or if the hook refuses.
func (p *Pool) IDToken(username string, edit ...func(Claims)) cognito.IDToken {
	set := p.core.DirectSet(username)
	return cognito.IDToken(p.core.SignClaims(keys.UseID, set.ID, editsOf(edit)))
}

// AccessToken is like [Pool.IDToken], but returns an access token.
// [Pool.SignOutUser] ends it.
func (p *Pool) AccessToken(username string, edit ...func(Claims)) cognito.AccessToken {
	set := p.core.DirectSet(username)
	return cognito.AccessToken(p.core.SignClaims(keys.UseAccess, set.Access, editsOf(edit)))
}

// Tokens returns the tokens that a user gets from a sign-in with the first app
// client and all its scopes, without a sign-in. The refresh token works, and
// at_hash is right.
//
// It panics if there is no such user, or if the PreTokenGeneration hook
// refuses.
func (p *Pool) Tokens(username string) cognito.Tokens {
	set := p.core.DirectSet(username)
	id, access := p.core.Sign(set)
	return cognito.Tokens{
		ID:      cognito.IDToken(id),
		Access:  cognito.AccessToken(access),
		Refresh: cognito.RefreshToken(p.core.Grants.AddRefresh(set.Grant)),
		Expiry:  p.Now().Add(set.Grant.Client.AccessTokenValidity),
	}
}

// ClientToken signs the access token that an app client with
// [FlowClientCredentials] gets for the given scopes. Without scopes it has all
// scopes of the client. It panics if there is no such client, or if a scope is
// not one of the client's.
func (p *Pool) ClientToken(clientID string, scopes ...string) cognito.AccessToken {
	client := p.core.MustClient(clientID)
	granted, ok := client.MachineScopes(scopes)
	if !ok {
		panic(fmt.Sprintf("cognitotest: app client %q has the custom scopes %v, not all of %v", clientID, client.CustomScopes(), scopes))
	}
	set := &pool.TokenSet{Grant: p.core.MachineGrant(client, granted), Source: trigger.SourceClientCredentials}
	if err := p.core.Fill(context.Background(), set); err != nil {
		panic("cognitotest: " + err.Error())
	}
	_, access := p.core.Sign(set)
	return cognito.AccessToken(access)
}

// editsOf are edits of claims for a signature.
func editsOf(edits []func(Claims)) (all []func(pool.Claims)) {
	for _, edit := range edits {
		all = append(all, func(c pool.Claims) { edit(Claims(c)) })
	}
	return all
}
