package cognitotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// identityTarget is what X-Amz-Target of the identity pools' API begins with.
const identityTarget = "AWSCognitoIdentityService."

// identityOperations are the operations of identity pools.
var identityOperations map[string]apiOperation

func init() { // see apiOperations
	identityOperations = map[string]apiOperation{
		"GetId":                              openOperation((*call).getID),
		"GetCredentialsForIdentity":          openOperation((*call).getCredentials),
		"GetOpenIdToken":                     openOperation((*call).getOpenIDToken),
		"GetOpenIdTokenForDeveloperIdentity": signedOperation((*call).getDeveloperToken),
	}
}

const (
	credentialsLife = time.Hour
	openIDTokenLife = 10 * time.Minute
	developerLife   = 15 * time.Minute
	maxDeveloper    = 86400 // seconds of TokenDuration
)

type getIDInput struct {
	IdentityPoolId string            `api:"required,max=55,pattern=identity"`
	AccountId      string            `api:"max=15,pattern=digits"`
	Logins         map[string]string `api:"max=10"`
}

type getIDOutput struct{ IdentityId string }

// getID is GetId.
func (c *call) getID(in *getIDInput) (*getIDOutput, error) {
	ip, err := c.identityPool(in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	logins, _, err := c.checkLogins(ip, in.Logins)
	if err != nil {
		return nil, err
	}
	id, err := ip.resolve("", logins)
	return &getIDOutput{id}, err
}

type getCredentialsInput struct {
	IdentityId    string            `api:"required,max=55,pattern=identity"`
	Logins        map[string]string `api:"max=10"`
	CustomRoleArn string            `api:"min=20,max=2048"`
}

type getCredentialsOutput struct {
	IdentityId  string
	Credentials identityCredentials
}

// identityCredentials spells SecretKey as this API does, unlike STS.
type identityCredentials struct {
	AccessKeyId  string
	Expiration   float64
	SecretKey    string
	SessionToken string
}

// getCredentials is GetCredentialsForIdentity.
func (c *call) getCredentials(in *getCredentialsInput) (*getCredentialsOutput, error) {
	ip, id, claims, err := c.visitor(in.IdentityId, in.Logins)
	if err != nil {
		return nil, err
	}
	role, err := ip.roleOf(claims, in.CustomRoleArn)
	if err != nil {
		return nil, err
	}
	who := AWSIdentity{IdentityID: id, RoleARN: role, Expires: c.at.Add(credentialsLife)}
	if claims != nil {
		who.Subject = claims.Sub
	}
	key, who := ip.give(who, c.at)
	return &getCredentialsOutput{id, identityCredentials{key, float64(who.Expires.Unix()), who.SecretAccessKey, who.SessionToken}}, nil
}

type getOpenIDTokenInput struct {
	IdentityId string            `api:"required,max=55,pattern=identity"`
	Logins     map[string]string `api:"max=10"`
}

type openIDTokenOutput struct{ IdentityId, Token string }

// getOpenIDToken is GetOpenIdToken, the first half of the basic flow.
func (c *call) getOpenIDToken(in *getOpenIDTokenInput) (*openIDTokenOutput, error) {
	ip, id, claims, err := c.visitor(in.IdentityId, in.Logins)
	switch {
	case err != nil:
		return nil, err
	case !ip.ClassicFlow:
		return nil, refusal.New(refusal.InvalidParameterException, "Basic (classic) flow is not enabled, please use enhanced flow.")
	case ip.RoleMapping.Type != "":
		return nil, refusal.New(refusal.InvalidParameterException, "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")
	}
	amr := []string{"unauthenticated"}
	if claims != nil {
		provider := c.loginProvider()
		amr = []string{"authenticated", provider, provider + ":" + c.region() + ":" + claims.Sub}
	}
	return &openIDTokenOutput{id, c.openIDToken(ip, id, amr, openIDTokenLife)}, nil
}

type getDeveloperTokenInput struct {
	IdentityPoolId string            `api:"required,max=55,pattern=identity"`
	IdentityId     string            `api:"max=55,pattern=identity"`
	Logins         map[string]string `api:"required,max=10"`
	PrincipalTags  map[string]string `api:"max=50"`
	TokenDuration  int64
}

// getDeveloperToken is GetOpenIdTokenForDeveloperIdentity: the app's own
// server says who somebody is.
func (c *call) getDeveloperToken(in *getDeveloperTokenInput) (*openIDTokenOutput, error) {
	ip, err := c.identityPool(in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	subject, ok := in.Logins[ip.DeveloperProvider]
	switch {
	case ip.DeveloperProvider == "" || !ok || subject == "" || len(in.Logins) != 1:
		return nil, refusal.New(refusal.NotAuthorizedException, "Token is not from a supported provider of this identity pool.")
	case in.TokenDuration < 0 || in.TokenDuration > maxDeveloper:
		return nil, refusal.New(refusal.InvalidParameterException, fmt.Sprintf("TokenDuration must be 1 to %d seconds", maxDeveloper))
	}
	id, err := ip.resolve(in.IdentityId, []login{{ip.DeveloperProvider, subject}})
	if err == errTwoLogins {
		err = refusal.New("DeveloperUserAlreadyRegisteredException", errTwoLogins.Text)
	}
	if err != nil {
		return nil, err
	}
	life := developerLife
	if in.TokenDuration > 0 {
		life = time.Duration(in.TokenDuration) * time.Second
	}
	amr := []string{"authenticated", ip.DeveloperProvider, ip.DeveloperProvider + ":" + ip.ID + ":" + subject}
	return &openIDTokenOutput{id, c.openIDToken(ip, id, amr, life)}, nil
}

// openIDToken signs what STS takes for proof of an identity.
func (c *call) openIDToken(ip *identityPool, id string, amr []string, life time.Duration) string {
	return c.signClaims(keys.UseID, Claims{
		"iss": identityIssuer, "aud": ip.ID, "sub": id, "amr": amr,
		"iat": c.at.Unix(), "exp": c.at.Add(life).Unix(),
	}, nil)
}

// identityPool finds the identity pool of a request.
func (c *call) identityPool(id string) (*identityPool, error) {
	if c.identities == nil || c.identities.ID != id {
		return nil, refusal.New(refusal.NotFoundException, "IdentityPool '"+id+"' not found.")
	}
	return c.identities, nil
}

// visitor finds the identity of a request, and checks that the request may
// speak for it. Claims are nil for a guest.
func (c *call) visitor(id string, logins map[string]string) (*identityPool, string, *loginClaims, error) {
	if c.identities == nil {
		return nil, "", nil, refusal.New(refusal.NotFoundException, "Identity '"+id+"' not found.")
	}
	checked, claims, err := c.checkLogins(c.identities, logins)
	if err != nil {
		return nil, "", nil, err
	}
	id, err = c.identities.resolve(id, checked)
	return c.identities, id, claims, err
}

// loginProvider is the name of the user pool in Logins.
func (p *Pool) loginProvider() string {
	for _, host := range p.issuerHosts() {
		if strings.HasPrefix(host, "cognito-idp.") {
			return host + "/" + p.id
		}
	}
	return ""
}

// socketProvider is how Amplify names a pool that a socket serves: the iss of
// its tokens without the scheme. It is "" in memory.
func (p *Pool) socketProvider() string {
	if p.socketURL() == "" {
		return ""
	}
	_, rest, _ := strings.Cut(p.Issuer(), "://")
	return rest
}

// checkLogins verifies the tokens in Logins. Without any it is a guest, with
// nil claims.
func (c *call) checkLogins(ip *identityPool, logins map[string]string) ([]login, *loginClaims, error) {
	if len(logins) == 0 {
		if !ip.Guests {
			return nil, nil, refusal.New(refusal.NotAuthorizedException, "Unauthenticated access is not supported for this identity pool.")
		}
		return nil, nil, nil
	}
	var checked []login
	var claims *loginClaims
	for _, provider := range slices.Sorted(maps.Keys(logins)) {
		if provider == identityHostName {
			l, err := c.developerLogin(ip, logins[provider])
			if err != nil {
				return nil, nil, err
			}
			checked = append(checked, l...)
			continue
		}
		if provider != c.loginProvider() && provider != c.socketProvider() {
			return nil, nil, refusal.New(refusal.NotAuthorizedException, "Token is not from a supported provider of this identity pool.")
		}
		var err error
		if claims, err = c.checkLogin(ip, logins[provider]); err != nil {
			return nil, nil, err
		}
		checked = append(checked, login{c.loginProvider(), claims.Sub})
	}
	if claims == nil {
		claims = new(loginClaims)
	}
	return checked, claims, nil
}

// checkLogin accepts an ID token of the user pool's.
func (c *call) checkLogin(ip *identityPool, token string) (*loginClaims, error) {
	claims := new(loginClaims)
	payload, err := c.keys.Open(keys.UseID, token)
	if err != nil || json.Unmarshal(payload, claims) != nil || json.Unmarshal(payload, &claims.all) != nil || claims.TokenUse != keys.UseID {
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Not a valid OpenId Connect identity token.")
	}
	switch {
	case claims.Iss != c.Issuer():
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Issuer doesn't match providerName")
	case c.clients.find(claims.Aud) == nil || ip.ClientIDs != nil && !slices.Contains(ip.ClientIDs, claims.Aud):
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Incorrect token audience.")
	case c.at.Unix() >= claims.Exp:
		return nil, refusal.New(refusal.NotAuthorizedException, fmt.Sprintf("Invalid login token. Token expired: %d >= %d", claims.Exp, c.at.Unix()))
	case ip.ServerSideTokenCheck && !c.stillSignedIn(claims):
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Token is revoked.")
	}
	c.event.ClientID, c.event.Username = claims.Aud, claims.Sub
	return claims, nil
}

// stillSignedIn reports whether the user pool knows nothing against a token.
func (c *call) stillSignedIn(claims *loginClaims) bool {
	a, known := c.users.find(claims.Sub)
	return known && !a.disabled && !c.grants.originRevoked(claims.Sub, claims.OriginJTI)
}

// developerLogin accepts a token of GetOpenIdTokenForDeveloperIdentity: it
// speaks for the logins that its identity has.
func (c *call) developerLogin(ip *identityPool, token string) ([]login, error) {
	var claims openIDClaims
	if err := c.openIdentityToken(token, &claims); err != nil || claims.Aud != ip.ID || c.at.Unix() >= claims.Exp {
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Can't pass in a Cognito token.")
	}
	ip.mu.Lock()
	defer ip.mu.Unlock()
	v := ip.identities[claims.Sub]
	if v == nil {
		return nil, refusal.New(refusal.NotFoundException, "Identity '"+claims.Sub+"' not found.")
	}
	var logins []login
	for provider, subject := range v.logins {
		logins = append(logins, login{provider, subject})
	}
	return logins, nil
}
