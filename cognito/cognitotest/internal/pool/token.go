package pool

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

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

	ID, Access Claims // id is nil without openid
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

// commonClaims are those that both tokens have.
func (p *Pool) commonClaims(g *grants.Grant, a *directory.Account, life time.Duration) Claims {
	now := p.Now()
	c := Claims{
		"sub":       a.Sub,
		"iss":       p.Issuer(),
		"auth_time": g.AuthTime.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(life).Unix(),
		"event_id":  random.UUID(),
	}
	if len(a.Groups) > 0 {
		c["cognito:groups"] = a.Groups
	}
	if g.Client.Revocable() {
		c["jti"] = random.UUID()
		c["origin_jti"] = g.OriginJTI
	}
	return c
}

func (p *Pool) idClaims(g *grants.Grant, a *directory.Account) Claims {
	c := p.commonClaims(g, a, g.Client.IDTokenValidity)
	c["token_use"] = keys.UseID
	c["aud"] = g.Client.ID
	c["cognito:username"] = a.Username
	all, preferred := directory.Roles(p.Users.GroupsOf(a))
	if len(all) > 0 {
		c["cognito:roles"] = all
	}
	if preferred != "" {
		c["cognito:preferred_role"] = preferred
	}
	if all := a.IdentitiesClaim(); all != nil {
		c["identities"] = all
	}
	for name, value := range a.Attributes {
		if (g.API || clients.ScopesCover(g.Scopes, name)) && g.Client.Reads(name) {
			c[name] = attributeClaim(name, value)
		}
	}
	return c
}

// attributeClaim gives an attribute the type it has in an ID token.
func attributeClaim(name, value string) any {
	switch name {
	case "email_verified", "phone_number_verified":
		return value == "true"
	case "address":
		return map[string]string{"formatted": value}
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return n
		}
	}
	return value
}

func (p *Pool) accessClaims(g *grants.Grant, a *directory.Account) Claims {
	c := p.commonClaims(g, a, g.Client.AccessTokenValidity)
	jti := random.UUID()
	c["jti"] = jti
	c["token_use"] = keys.UseAccess
	c["client_id"] = g.Client.ID
	c["username"] = a.Username
	if !g.API {
		c["version"] = 2
	}
	if g.Device != "" {
		c["device_key"] = g.Device
	}
	c["scope"] = strings.Join(g.Scopes, " ")
	if g.Resource != "" {
		c["aud"] = g.Resource
	}
	p.Grants.NoteAccess(jti, g, p.Now())
	return c
}

// machineClaims are those of an access token that stands for the app client
// itself.
func (p *Pool) machineClaims(g *grants.Grant) Claims {
	now := p.Now()
	return Claims{
		"sub":       g.Client.ID,
		"iss":       p.Issuer(),
		"client_id": g.Client.ID,
		"token_use": keys.UseAccess,
		"scope":     strings.Join(g.Scopes, " "),
		"auth_time": now.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(g.Client.AccessTokenValidity).Unix(),
		"jti":       random.UUID(),
		"version":   2,
	}
}

// SignClaims signs claims as Cognito writes them: a header of kid and alg
// alone, and every slash escaped.
func (p *Pool) SignClaims(use string, c Claims, edits []func(Claims)) string {
	for _, edit := range edits {
		edit(c)
	}
	key := p.Keys.Signing(use)
	return key.Sign(keys.TokenHeader(key.ID, "RS256"), keys.EscapeSlashes(c))
}

// Claims are the claims of a token before it is signed. Times are int64
// seconds, lists are []string, "email_verified" is a bool.
type Claims map[string]any
