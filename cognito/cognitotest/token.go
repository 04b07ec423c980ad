package cognitotest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// Claims are the claims of a token before it is signed. Times are int64
// seconds, lists are []string, "email_verified" is a bool.
type Claims map[string]any

// IDToken signs an ID token for a user of that username, e-mail or sub, with
// the claims that a sign-in through the first app client with all its scopes
// would give: no nonce, and no at_hash, since it has no access token beside
// it. Each edit may change the claims before they are signed.
//
// It panics if there is no such user.
func (p *Pool) IDToken(username string, edit ...func(Claims)) cognito.IDToken {
	a := p.mustUser(username)
	c := p.idClaims(p.newGrant(p.clients.first(), &a), &a)
	return cognito.IDToken(p.signClaims(useID, c, edit))
}

// AccessToken is [Pool.IDToken] for an access token. [Pool.SignOutUser] ends
// it.
func (p *Pool) AccessToken(username string, edit ...func(Claims)) cognito.AccessToken {
	a := p.mustUser(username)
	g := p.newGrant(p.clients.first(), &a)
	return cognito.AccessToken(p.signClaims(useAccess, p.accessClaims(g, &a), edit))
}

// Tokens returns a set of tokens as a sign-in through the first app client
// with all its scopes would give it, without the sign-in. The refresh token
// works, and the at_hash fits.
//
// It panics if there is no such user.
func (p *Pool) Tokens(username string) cognito.Tokens {
	a := p.mustUser(username)
	g := p.newGrant(p.clients.first(), &a)
	id, access := p.mint(g, &a, "")
	return cognito.Tokens{
		ID:      cognito.IDToken(id),
		Access:  cognito.AccessToken(access),
		Refresh: cognito.RefreshToken(p.grants.addRefresh(g)),
		Expiry:  p.Now().Add(g.client.AccessTokenValidity),
	}
}

// newGrant is a sign-in to client now, with all its scopes.
func (p *Pool) newGrant(client *AppClient, a *account) *grant {
	now := p.Now()
	return &grant{
		client:    client,
		sub:       a.sub,
		scopes:    client.Scopes,
		authTime:  now,
		originJTI: newUUID(),
		expires:   now.Add(client.RefreshTokenValidity),
	}
}

// mint signs the tokens of a grant for its user as they are now. The ID token
// is "" if the scopes lack openid.
func (p *Pool) mint(g *grant, a *account, nonce string) (id, access string) {
	access = p.signClaims(useAccess, p.accessClaims(g, a), nil)
	if !slices.Contains(g.scopes, "openid") {
		return "", access
	}
	claims := p.idClaims(g, a)
	claims["at_hash"] = accessTokenHash(access)
	if nonce != "" {
		claims["nonce"] = nonce
	}
	return p.signClaims(useID, claims, nil), access
}

// accessTokenHash is at_hash: the left half of the access token's SHA-256
// (OpenID Connect Core section 3.1.3.6).
func accessTokenHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
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
		"event_id":  newUUID(),
	}
	if len(a.groups) > 0 {
		c["cognito:groups"] = a.groups
	}
	if g.client.revocable() {
		c["jti"] = newUUID()
		c["origin_jti"] = g.originJTI
	}
	return c
}

func (p *Pool) idClaims(g *grant, a *account) Claims {
	c := p.commonClaims(g, a, g.client.IDTokenValidity)
	c["token_use"] = useID
	c["aud"] = g.client.ID
	c["cognito:username"] = a.username
	all, preferred := roles(p.users.groupsOf(a))
	if len(all) > 0 {
		c["cognito:roles"] = all
	}
	if preferred != "" {
		c["cognito:preferred_role"] = preferred
	}
	for name, value := range a.attributes {
		if scopesCover(g.scopes, name) {
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
	jti := newUUID()
	c["jti"] = jti
	c["token_use"] = useAccess
	c["client_id"] = g.client.ID
	c["username"] = a.username
	c["version"] = 2
	c["scope"] = strings.Join(g.scopes, " ")
	if g.resource != "" {
		c["aud"] = g.resource
	}
	p.grants.noteAccess(jti, g)
	return c
}

// signClaims signs claims as Cognito writes them: a header of kid and alg
// alone, and every slash escaped.
func (p *Pool) signClaims(use string, c Claims, edits []func(Claims)) string {
	for _, edit := range edits {
		edit(c)
	}
	key := p.keys.signing(use)
	header := struct {
		Kid string `json:"kid"`
		Alg string `json:"alg"`
	}{key.kid, "RS256"}
	return key.sign(escapeSlashes(header), escapeSlashes(c))
}

// escapeSlashes encodes v as JSON with \/ for every slash. In what
// encoding/json writes, a slash stands within a string and unescaped.
func escapeSlashes(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("cognitotest: claims: " + err.Error())
	}
	return bytes.ReplaceAll(bytes.TrimSpace(b.Bytes()), []byte("/"), []byte(`\/`))
}
