package pool

import (
	"context"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// MachineGrant is what the client itself is granted.
func (p *Pool) MachineGrant(client *clients.Client, scopes []string) *grants.Grant {
	return &grants.Grant{Client: client, Scopes: scopes, AuthTime: p.Now()}
}

// DirectSet is what a sign-in of that user would give.
func (p *Pool) DirectSet(username string) *TokenSet {
	a := p.MustUser(username)
	set := &TokenSet{Grant: p.NewGrant(p.Clients.First(), &a), User: &a, Source: trigger.SourceHostedAuth}
	if err := p.Fill(context.Background(), set); err != nil {
		panic("cognitotest: " + err.Error())
	}
	if set.ID == nil { // the client's scopes lack openid, but the test asks for an ID token
		set.ID = p.idClaims(set.Grant, &a)
	}
	return set
}

// NewGrant is a sign-in to client now, with all its scopes.
func (p *Pool) NewGrant(client *clients.Client, a *directory.Account) *grants.Grant {
	now := p.Now()
	return &grants.Grant{
		Client:    client,
		Sub:       a.Sub,
		Scopes:    client.Scopes,
		AuthTime:  now,
		OriginJTI: random.UUID(),
		Expires:   now.Add(client.RefreshTokenValidity),
	}
}

// A TokenSet is the tokens of one answer before they are signed.
type TokenSet struct {
	Grant    *grants.Grant
	User     *directory.Account // nil for client_credentials
	Nonce    string             // "" means none
	Source   trigger.Source     // of the trigger event
	Metadata map[string]string  // of the trigger event

	ID, Access Claims // ID is nil without openid
}

// Fill makes the claims of the grant for its user as they are now, and has
// the hook change them.
func (p *Pool) Fill(ctx context.Context, set *TokenSet) error {
	if set.User == nil {
		set.Access = p.machineClaims(set.Grant)
	} else {
		set.Access = p.accessClaims(set.Grant, set.User)
		if set.Grant.API || slices.Contains(set.Grant.Scopes, "openid") {
			set.ID = p.idClaims(set.Grant, set.User)
			if set.Nonce != "" {
				set.ID["nonce"] = set.Nonce
			}
			set.ID["event_id"] = set.Access["event_id"] // of one sign-in
		}
	}
	return p.preTokenGeneration(ctx, set)
}

// Sign signs the tokens. The ID token is "" if there is none.
func (p *Pool) Sign(set *TokenSet) (id, access string) {
	access = p.SignClaims(keys.UseAccess, set.Access, nil)
	if set.ID == nil {
		return "", access
	}
	if !set.Grant.API {
		set.ID["at_hash"] = keys.AccessTokenHash(access)
	}
	return p.SignClaims(keys.UseID, set.ID, nil), access
}

// SignClaims signs claims as Cognito writes them: a header with only kid and
// alg, and every slash escaped.
func (p *Pool) SignClaims(use string, c Claims, edits []func(Claims)) string {
	for _, edit := range edits {
		edit(c)
	}
	key := p.Keys.Signing(use)
	return key.Sign(keys.TokenHeader(key.ID, "RS256"), keys.EscapeSlashes(c))
}
