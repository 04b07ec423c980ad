package flows

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// Spoil signs the tokens of a set with the fault of the request.
func (c *Flow) Spoil(set *pool.TokenSet) (id, access string) {
	kind := c.Event.Fault
	for _, claims := range []pool.Claims{set.Access, set.ID} {
		if claims != nil {
			spoilClaims(kind, claims)
		}
	}
	switch kind {
	case fault.WrongKey, fault.WrongKid, fault.AlgNone:
		return c.signWrongly(set, kind)
	case fault.NoAtHash, fault.WrongAtHash:
		return c.spoilHash(set, kind)
	}
	id, access = c.Sign(set)
	switch kind {
	case fault.NoIDToken:
		id = ""
	case fault.NoAccessToken:
		access = ""
	case fault.Swapped:
		id, access = access, id
	}
	return id, access
}

// spoilClaims changes the claims of one token.
func spoilClaims(kind fault.Kind, c pool.Claims) {
	switch kind {
	case fault.WrongNonce:
		if c["token_use"] == keys.UseID {
			c["nonce"] = random.UUID()
		}
	case fault.NoNonce:
		delete(c, "nonce")
	case fault.WrongTokenUse:
		c["token_use"] = map[any]string{keys.UseID: keys.UseAccess, keys.UseAccess: keys.UseID}[c["token_use"]]
	case fault.WrongIssuer:
		c["iss"] = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Another0"
	case fault.WrongAudience:
		name := "client_id"
		if c["token_use"] == keys.UseID {
			name = "aud"
		}
		c[name] = random.Alnum(26)
	case fault.Expired:
		for _, name := range []string{"exp", "iat", "auth_time"} {
			at, _ := c[name].(int64)
			c[name] = at - int64(25*time.Hour/time.Second)
		}
	case fault.WrongSub:
		c["sub"] = random.UUID()
	}
}

// spoilHash signs an ID token without at_hash, or with another's.
func (c *Flow) spoilHash(set *pool.TokenSet, kind fault.Kind) (id, access string) {
	access = c.SignClaims(keys.UseAccess, set.Access, nil)
	if set.ID == nil {
		return "", access
	}
	if kind == fault.WrongAtHash {
		set.ID["at_hash"] = keys.AccessTokenHash(access + "x")
	}
	return c.SignClaims(keys.UseID, set.ID, nil), access
}

// signWrongly signs so that no signature can be verified.
func (c *Flow) signWrongly(set *pool.TokenSet, kind fault.Kind) (id, access string) {
	sign := func(use string, claims pool.Claims) string {
		kid := c.Keys.Signing(use).ID
		switch kind {
		case fault.AlgNone:
			return base64.RawURLEncoding.EncodeToString(keys.TokenHeader(kid, "none")) + "." +
				base64.RawURLEncoding.EncodeToString(keys.EscapeSlashes(claims)) + "."
		case fault.WrongKid:
			return c.Keys.Signing(use).Sign(keys.TokenHeader(keys.NewID(), "RS256"), keys.EscapeSlashes(claims))
		}
		key, err := keys.Strange()
		if err != nil {
			panic(err) // the system's random generator failed
		}
		return key.Sign(keys.TokenHeader(kid, "RS256"), keys.EscapeSlashes(claims))
	}
	access = sign(keys.UseAccess, set.Access)
	if set.ID == nil {
		return "", access
	}
	if !set.Grant.API {
		set.ID["at_hash"] = keys.AccessTokenHash(access)
	}
	return sign(keys.UseID, set.ID), access
}

// DecodeOnce does what users saw Cognito do to a state in standard base64. If
// the state was encoded for a URL twice, or came in a form, a plus sign becomes
// a space.
var DecodeOnce = strings.NewReplacer("%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", "+", " ")
