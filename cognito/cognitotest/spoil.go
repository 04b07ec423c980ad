package cognitotest

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// spoil signs the tokens of a set with the fault of the request.
func (c *call) spoil(set *tokenSet) (id, access string) {
	kind := c.event.Fault
	for _, claims := range []Claims{set.access, set.id} {
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
	id, access = c.sign(set)
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
func spoilClaims(kind fault.Kind, c Claims) {
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
func (c *call) spoilHash(set *tokenSet, kind fault.Kind) (id, access string) {
	access = c.signClaims(keys.UseAccess, set.access, nil)
	if set.id == nil {
		return "", access
	}
	if kind == fault.WrongAtHash {
		set.id["at_hash"] = keys.AccessTokenHash(access + "x")
	}
	return c.signClaims(keys.UseID, set.id, nil), access
}

// signWrongly signs so that no signature can be verified.
func (c *call) signWrongly(set *tokenSet, kind fault.Kind) (id, access string) {
	sign := func(use string, claims Claims) string {
		kid := c.keys.Signing(use).ID
		switch kind {
		case fault.AlgNone:
			return base64.RawURLEncoding.EncodeToString(keys.TokenHeader(kid, "none")) + "." +
				base64.RawURLEncoding.EncodeToString(keys.EscapeSlashes(claims)) + "."
		case fault.WrongKid:
			return c.keys.Signing(use).Sign(keys.TokenHeader(keys.NewID(), "RS256"), keys.EscapeSlashes(claims))
		}
		keySet, err := keys.Strange()
		if err != nil {
			panic(err) // the system's random generator failed
		}
		return keySet.Use(use).Sign(keys.TokenHeader(kid, "RS256"), keys.EscapeSlashes(claims))
	}
	access = sign(keys.UseAccess, set.access)
	if set.id == nil {
		return "", access
	}
	if !set.grant.api {
		set.id["at_hash"] = keys.AccessTokenHash(access)
	}
	return sign(keys.UseID, set.id), access
}

// spoilUserInfo is what userInfo answers with the fault of the request.
func (c *call) spoilUserInfo(info map[string]string) any {
	switch c.event.Fault {
	case fault.WrongSub:
		info["sub"] = random.UUID()
	case fault.Booleans:
		typed := make(map[string]any)
		for name, value := range info {
			typed[name] = value
			if strings.HasSuffix(name, "_verified") {
				typed[name] = value == "true"
			}
		}
		return typed
	}
	return info
}

// echo is the state as it goes back to the app.
func (c *call) echo(state string) string {
	f, ok := c.faults.take(func(f fault.Fault) bool { return f.Kind == fault.State })
	if !ok {
		return state
	}
	c.event.Fault = f.Kind
	return decodeOnce.Replace(state)
}

// decodeOnce does what users saw Cognito do to a state in standard base64
// that was encoded for a URL twice, or came in a form: a plus sign ends as a
// space.
var decodeOnce = strings.NewReplacer("%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", "+", " ")
