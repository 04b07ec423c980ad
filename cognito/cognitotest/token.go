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

// IDToken signs an ID token for a user of that username, e-mail or sub. It has
// the claims of a sign-in through the first app client with all its scopes, the
// PreTokenGeneration hook included. It has no nonce, and no at_hash, since
// there is no access token beside it. Each edit may change the claims before
// they are signed.
//
// It panics if there is no such user, or if the hook refuses.
func (p *Pool) IDToken(username string, edit ...func(Claims)) cognito.IDToken {
	set := p.core.DirectSet(username)
	return cognito.IDToken(p.core.SignClaims(keys.UseID, set.ID, editsOf(edit)))
}

// AccessToken is [Pool.IDToken] for an access token. [Pool.SignOutUser] ends
// it.
func (p *Pool) AccessToken(username string, edit ...func(Claims)) cognito.AccessToken {
	set := p.core.DirectSet(username)
	return cognito.AccessToken(p.core.SignClaims(keys.UseAccess, set.Access, editsOf(edit)))
}

// Tokens returns a set of tokens as a sign-in through the first app client
// with all its scopes would give it, without the sign-in. The refresh token
// works, and the at_hash fits.
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
// [FlowClientCredentials] gets for scopes, or for all its scopes if scopes is
// empty. Each is one of the client's. It panics if there is no such client or
// scope.
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
