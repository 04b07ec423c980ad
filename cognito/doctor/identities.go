package doctor

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// checkIdentityPool asks for an identity twice. First it sends a token that
// cannot be genuine: the refusal tells whether the user pool is a provider.
// Then it asks as a guest.
func checkIdentityPool(ctx context.Context, e *examination) finding {
	id := e.pool.IdentityPoolID
	for i, provider := range e.loginProviders() {
		a := e.getID(ctx, map[string]string{provider: e.madeUpToken()})
		if a.err != nil {
			return fail("%s cannot be reached: %v", e.identitiesURL(), a.err)
		}
		kind, text := a.apiError()
		unsupported := strings.Contains(text, "not from a supported provider")
		switch {
		case kind == "ResourceNotFoundException":
			return fail("there is no identity pool %s: %s", id, text)
		case unsupported && i > 0:
			return fail("%s: %s", kind, text).
				so("add the user pool " + e.pool.UserPoolID + " and the app client " + e.pool.ClientID + " to CognitoIdentityProviders of the identity pool")
		case !unsupported && kind != "NotAuthorizedException":
			return unknown("the identity pool answers %d %s %s", a.status, kind, text)
		}
		if !unsupported {
			break
		}
	}
	a := e.getID(ctx, nil)
	kind, text := a.apiError()
	switch {
	case a.err != nil:
		return unknown("no answer: %v", a.err)
	case a.status == 200 && !e.cfg.Guests:
		return warn("guests are on: a visitor who has not signed in gets AWS credentials").
			so("set AllowUnauthenticatedIdentities to false, unless the app gives guests AWS credentials")
	case a.status == 200:
		return ok("%s knows the user pool; guests are on", id)
	case kind != "NotAuthorizedException":
		return unknown("the identity pool answers %d %s %s", a.status, kind, text)
	case e.cfg.Guests:
		return fail("guests are off: %s", text).
			so("set AllowUnauthenticatedIdentities to true, and give guests a role that allows little")
	}
	return ok("%s knows the user pool; guests are off", id)
}

// loginProviders are the names that the user pool may have in Logins. AWS does
// not say which one a pool with the updated issuer has.
func (e *examination) loginProviders() []string {
	region := e.pool.Region()
	return []string{
		strings.TrimPrefix(hosts.OriginalIssuer(region, e.pool.UserPoolID), "https://"),
		strings.TrimPrefix(hosts.UpdatedIssuer(region, e.pool.UserPoolID), "https://"),
	}
}

// identitiesURL is the API of identity pools; an emulator has it beside the
// user-pool API.
func (e *examination) identitiesURL() string {
	if e.pool.Issuer != "" && e.pool.Endpoint != "" {
		return e.pool.EndpointURL()
	}
	region, _, _ := strings.Cut(e.pool.IdentityPoolID, ":")
	return "https://" + hosts.API("cognito-identity", region)
}

func (e *examination) getID(ctx context.Context, logins map[string]string) answer {
	input := map[string]any{"IdentityPoolId": e.pool.IdentityPoolID}
	if logins != nil {
		input["Logins"] = logins
	}
	body, err := json.Marshal(input)
	if err != nil {
		return answer{err: err}
	}
	return e.do(ctx, "POST", e.identitiesURL()+"/", body,
		"Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSCognitoIdentityService.GetId")
}

// madeUpToken has the form of an ID token of the pool, and a signature of
// random bytes.
func (e *examination) madeUpToken() string {
	now := e.pool.Now().Unix()
	part := func(v any) string {
		text, _ := json.Marshal(v) // of strings and numbers
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signature := make([]byte, 256)
	_, _ = rand.Read(signature) // never fails
	return part(map[string]string{"alg": "RS256", "kid": rand.Text()}) + "." +
		part(map[string]any{
			"iss": e.pool.IssuerURL(), "aud": e.pool.ClientID, "sub": "doctor-" + rand.Text(), "token_use": "id",
			"iat": now, "auth_time": now, "exp": now + 60,
		}) + "." + base64.RawURLEncoding.EncodeToString(signature)
}
