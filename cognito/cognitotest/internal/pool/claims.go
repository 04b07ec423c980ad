package pool

import (
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// Claims are the claims of a token before it is signed. Times are int64
// seconds, lists are []string, "email_verified" is a bool.
type Claims map[string]any

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

// idClaims are the claims of an ID token.
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

// accessClaims are the claims of an access token of a user.
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

// machineClaims are those of an access token of the app client itself.
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
