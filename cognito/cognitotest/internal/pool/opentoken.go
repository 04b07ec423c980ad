package pool

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
)

// CheckAccess accepts an access token of the pool's that has the openid
// scope, has not expired and was not revoked.
func (p *Pool) CheckAccess(token string, now time.Time) (grants.AccessClaims, error) {
	claims, err := p.ReadAccess(token)
	switch {
	case err != nil,
		!slices.Contains(strings.Fields(claims.Scope), "openid"),
		now.Unix() >= claims.Exp,
		p.Grants.AccessRevoked(claims.JTI):
		return claims, keys.ErrBadToken
	}
	return claims, nil
}

// ReadAccess accepts an access token of the pool's, which may have expired or
// been revoked.
func (p *Pool) ReadAccess(token string) (claims grants.AccessClaims, err error) {
	payload, err := p.Keys.Open(keys.UseAccess, token)
	if err != nil || json.Unmarshal(payload, &claims) != nil ||
		claims.TokenUse != keys.UseAccess || claims.Iss != p.Issuer() {
		return claims, keys.ErrBadToken
	}
	return claims, nil
}
