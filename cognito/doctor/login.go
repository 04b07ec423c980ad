package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func checkClientID(ctx context.Context, e *examination) finding {
	a := e.login(ctx)
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	r := e.refusal(a)
	switch {
	case r.own && r.code == "invalid_request", r.code == "unknown_client":
		return fail("Cognito's error page: there is no app client %s at this domain", e.pool.ClientID)
	case r.own && r.code != "redirect_mismatch":
		return fail("Cognito's error page: %s", r.code)
	}
	return ok("%s knows the app client", e.pool.DomainURL())
}

func checkCallbackURL(ctx context.Context, e *examination) finding {
	if r := e.refusal(e.login(ctx)); r.code == "redirect_mismatch" {
		return fail("%s is not registered", e.cfg.CallbackURL).
			because("add " + e.cfg.CallbackURL + " to CallbackURLs of the app client, letter for letter")
	}
	return ok("%s is registered", e.cfg.CallbackURL)
}

func checkCodeGrant(ctx context.Context, e *examination) finding {
	r := e.refusal(e.login(ctx))
	if r.code == "unauthorized_client" || r.code == "unsupported_response_type" || strings.Contains(r.description, "not enabled for OAuth") {
		return fail("Cognito refuses response_type=code: %s %s", r.code, r.description)
	}
	return ok("it is enabled")
}

// checkScopes asks for each scope alone where all together are refused.
func checkScopes(ctx context.Context, e *examination) finding {
	asked := strings.Join(e.cfg.Scopes, " ")
	r := e.refusal(e.login(ctx))
	if r.code == "" {
		return ok("%s are enabled", asked)
	}
	var refused []string
	for _, scope := range e.cfg.Scopes {
		scopes := []string{scope}
		if scope != "openid" && slices.Contains(e.cfg.Scopes, "openid") {
			scopes = []string{"openid", scope}
		}
		if e.refusal(e.get(ctx, e.authorizeURL("code", scopes, ""))).code != "" {
			refused = append(refused, scope)
		}
	}
	if slices.Contains(refused, "openid") {
		refused = []string{"openid"} // which every other request had with it
	}
	if len(refused) == 0 {
		return fail("Cognito refuses the login: %s %s", r.code, r.description)
	}
	return fail("Cognito refuses %s", strings.Join(refused, " "))
}

func checkResource(ctx context.Context, e *examination) finding {
	for _, resource := range e.pool.Resources {
		if r := e.refusal(e.get(ctx, e.authorizeURL("code", e.cfg.Scopes, resource))); r.code != "" {
			return fail("Cognito refuses resource=%s: %s %s", resource, r.code, r.description)
		}
	}
	return ok("%s is known", strings.Join(e.pool.Resources, " "))
}

func checkImplicitGrant(ctx context.Context, e *examination) finding {
	a := e.get(ctx, e.authorizeURL("token", e.cfg.Scopes, ""))
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	if e.refusal(a).code == "" {
		return warn("Cognito takes response_type=token")
	}
	return ok("Cognito refuses response_type=token")
}

func checkLoginPage(ctx context.Context, e *examination) finding {
	a := e.login(ctx)
	if a.location == nil || "https://"+a.location.Host != e.pool.DomainURL() && "http://"+a.location.Host != e.pool.DomainURL() {
		return ok("the login leads to %s", a.where()) // an identity provider's page, which is not fetched
	}
	page := e.get(ctx, a.location.String())
	switch {
	case page.err != nil:
		return unknown("no answer: %v", page.err)
	case bytes.Contains(page.body, []byte("Login pages unavailable")):
		return fail("%s says: Login pages unavailable", a.where())
	case page.status >= 400:
		return fail("%s answers %d", a.where(), page.status)
	}
	return ok("%s is there", a.where())
}

// checkClientSecret redeems a refresh token that cannot exist: who is refused
// for the token has passed as a client.
func checkClientSecret(ctx context.Context, e *examination) finding {
	a := e.postForm(ctx, e.pool.DomainURL()+"/oauth2/token", url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {rand.Text()},
	})
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	switch code, description := a.oauthError(); {
	case code == "invalid_grant":
		if e.pool.ClientSecret == "" {
			return ok("the app client is public, and there is no secret")
		}
		return ok("the token endpoint takes the secret")
	case code == "invalid_client" && e.pool.ClientSecret == "":
		return fail("the app client has a secret, and ClientSecret is empty").
			because("set COGNITO_CLIENT_SECRET to the secret of the app client " + e.pool.ClientID)
	case code == "invalid_client":
		return fail("the token endpoint refuses the secret: %s", description)
	default:
		return unknown("the token endpoint answers %d %s %s", a.status, code, description)
	}
}

func checkRevocation(ctx context.Context, e *examination) finding {
	a := e.postForm(ctx, e.pool.DomainURL()+"/oauth2/revoke", url.Values{"token": {rand.Text()}})
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	switch code, description := a.oauthError(); {
	case a.status == http.StatusOK:
		return ok("the revocation endpoint answers")
	case code == "invalid_request":
		return warn("the revocation endpoint refuses: %s %s", code, description)
	default:
		return unknown("the revocation endpoint answers %d %s", a.status, code)
	}
}

func checkSignOutURL(ctx context.Context, e *examination) finding {
	a := e.get(ctx, e.pool.DomainURL()+"/logout?"+url.Values{
		"client_id":  {e.pool.ClientID},
		"logout_uri": {e.cfg.SignedOutURL},
	}.Encode())
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	if a.location == nil || !strings.HasPrefix(a.location.String(), e.cfg.SignedOutURL) {
		return fail("%s is not registered: the logout ends at %s", e.cfg.SignedOutURL, a.where()).
			because("add " + e.cfg.SignedOutURL + " to LogoutURLs of the app client, letter for letter")
	}
	return ok("%s is registered", e.cfg.SignedOutURL)
}
