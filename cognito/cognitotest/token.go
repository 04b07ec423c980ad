package cognitotest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Claims are the claims of a token before it is signed. Times are int64
// seconds, lists are []string, "email_verified" is a bool.
type Claims map[string]any

// IDToken signs an ID token for a user of that username, e-mail or sub, with
// the claims that a sign-in through the first app client with all its scopes
// would give, the PreTokenGeneration hook included: no nonce, and no at_hash,
// since it has no access token beside it. Each edit may change the claims
// before they are signed.
//
// It panics if there is no such user, or if the hook refuses.
func (p *Pool) IDToken(username string, edit ...func(Claims)) cognito.IDToken {
	set := p.directSet(username)
	return cognito.IDToken(p.signClaims(keys.UseID, set.id, edit))
}

// AccessToken is [Pool.IDToken] for an access token. [Pool.SignOutUser] ends
// it.
func (p *Pool) AccessToken(username string, edit ...func(Claims)) cognito.AccessToken {
	set := p.directSet(username)
	return cognito.AccessToken(p.signClaims(keys.UseAccess, set.access, edit))
}

// Tokens returns a set of tokens as a sign-in through the first app client
// with all its scopes would give it, without the sign-in. The refresh token
// works, and the at_hash fits.
//
// It panics if there is no such user, or if the PreTokenGeneration hook
// refuses.
func (p *Pool) Tokens(username string) cognito.Tokens {
	set := p.directSet(username)
	id, access := p.sign(set)
	return cognito.Tokens{
		ID:      cognito.IDToken(id),
		Access:  cognito.AccessToken(access),
		Refresh: cognito.RefreshToken(p.grants.addRefresh(set.grant)),
		Expiry:  p.Now().Add(set.grant.client.AccessTokenValidity),
	}
}

// ClientToken signs the access token that an app client with
// [FlowClientCredentials] gets for scopes, or for all its scopes if none is
// named. Each is one of the client's. It panics if there is no such client or
// scope.
func (p *Pool) ClientToken(clientID string, scopes ...string) cognito.AccessToken {
	client := p.mustClient(clientID)
	granted, ok := client.machineScopes(scopes)
	if !ok {
		panic(fmt.Sprintf("cognitotest: app client %q has the custom scopes %v, not all of %v", clientID, client.customScopes(), scopes))
	}
	set := &tokenSet{grant: p.machineGrant(client, granted), source: trigger.SourceClientCredentials}
	if err := p.fill(context.Background(), set); err != nil {
		panic("cognitotest: " + err.Error())
	}
	_, access := p.sign(set)
	return cognito.AccessToken(access)
}

// directSet is what a sign-in of that user would give.
func (p *Pool) directSet(username string) *tokenSet {
	a := p.mustUser(username)
	set := &tokenSet{grant: p.newGrant(p.clients.first(), &a), user: &a, source: trigger.SourceHostedAuth}
	if err := p.fill(context.Background(), set); err != nil {
		panic("cognitotest: " + err.Error())
	}
	if set.id == nil { // the client's scopes lack openid, but the test asks for an ID token
		set.id = p.idClaims(set.grant, &a)
	}
	return set
}

// newGrant is a sign-in to client now, with all its scopes.
func (p *Pool) newGrant(client *AppClient, a *account) *grant {
	now := p.Now()
	return &grant{
		client:    client,
		sub:       a.sub,
		scopes:    client.Scopes,
		authTime:  now,
		originJTI: random.UUID(),
		expires:   now.Add(client.RefreshTokenValidity),
	}
}

// A tokenSet is the tokens of one answer before they are signed.
type tokenSet struct {
	grant    *grant
	user     *account          // nil for client_credentials
	nonce    string            // "" means none
	source   trigger.Source    // of the trigger event
	metadata map[string]string // of the trigger event

	id, access Claims // id is nil without openid
}

// fill makes the claims of the grant for its user as they are now, and has
// the hook change them.
func (p *Pool) fill(ctx context.Context, set *tokenSet) error {
	if set.user == nil {
		set.access = p.machineClaims(set.grant)
	} else {
		set.access = p.accessClaims(set.grant, set.user)
		if set.grant.api || slices.Contains(set.grant.scopes, "openid") {
			set.id = p.idClaims(set.grant, set.user)
			if set.nonce != "" {
				set.id["nonce"] = set.nonce
			}
		}
	}
	return p.preTokenGeneration(ctx, set)
}

// sign signs the tokens. The ID token is "" if there is none.
func (p *Pool) sign(set *tokenSet) (id, access string) {
	access = p.signClaims(keys.UseAccess, set.access, nil)
	if set.id == nil {
		return "", access
	}
	if !set.grant.api {
		set.id["at_hash"] = keys.AccessTokenHash(access)
	}
	return p.signClaims(keys.UseID, set.id, nil), access
}

// commonClaims are those that both tokens have.
func (p *Pool) commonClaims(g *grant, a *account, life time.Duration) Claims {
	now := p.Now()
	c := Claims{
		"sub":       a.sub,
		"iss":       p.Issuer(),
		"auth_time": g.authTime.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(life).Unix(),
		"event_id":  random.UUID(),
	}
	if len(a.groups) > 0 {
		c["cognito:groups"] = a.groups
	}
	if g.client.revocable() {
		c["jti"] = random.UUID()
		c["origin_jti"] = g.originJTI
	}
	return c
}

func (p *Pool) idClaims(g *grant, a *account) Claims {
	c := p.commonClaims(g, a, g.client.IDTokenValidity)
	c["token_use"] = keys.UseID
	c["aud"] = g.client.ID
	c["cognito:username"] = a.username
	all, preferred := roles(p.users.groupsOf(a))
	if len(all) > 0 {
		c["cognito:roles"] = all
	}
	if preferred != "" {
		c["cognito:preferred_role"] = preferred
	}
	if all := a.identitiesClaim(); all != nil {
		c["identities"] = all
	}
	for name, value := range a.attributes {
		if (g.api || scopesCover(g.scopes, name)) && g.client.reads(name) {
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

func (p *Pool) accessClaims(g *grant, a *account) Claims {
	c := p.commonClaims(g, a, g.client.AccessTokenValidity)
	jti := random.UUID()
	c["jti"] = jti
	c["token_use"] = keys.UseAccess
	c["client_id"] = g.client.ID
	c["username"] = a.username
	if !g.api {
		c["version"] = 2
	}
	if g.device != "" {
		c["device_key"] = g.device
	}
	c["scope"] = strings.Join(g.scopes, " ")
	if g.resource != "" {
		c["aud"] = g.resource
	}
	p.grants.noteAccess(jti, g, p.Now())
	return c
}

// machineClaims are those of an access token that stands for the app client
// itself.
func (p *Pool) machineClaims(g *grant) Claims {
	now := p.Now()
	return Claims{
		"sub":       g.client.ID,
		"iss":       p.Issuer(),
		"client_id": g.client.ID,
		"token_use": keys.UseAccess,
		"scope":     strings.Join(g.scopes, " "),
		"auth_time": now.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(g.client.AccessTokenValidity).Unix(),
		"jti":       random.UUID(),
		"version":   2,
	}
}

// signClaims signs claims as Cognito writes them: a header of kid and alg
// alone, and every slash escaped.
func (p *Pool) signClaims(use string, c Claims, edits []func(Claims)) string {
	for _, edit := range edits {
		edit(c)
	}
	key := p.keys.Signing(use)
	return key.Sign(keys.TokenHeader(key.ID, "RS256"), keys.EscapeSlashes(c))
}
