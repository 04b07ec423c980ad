package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/cause"
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
			so("add " + e.cfg.CallbackURL + " to CallbackURLs")
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

// checkScopes finds the scopes that Cognito refuses. If it refuses all
// together, refusedScopes tries the halves.
func checkScopes(ctx context.Context, e *examination) finding {
	asked := strings.Join(e.cfg.Scopes, " ")
	r := e.refusal(e.login(ctx))
	if r.code == "" {
		return ok("%s are enabled", asked)
	}
	others := slices.DeleteFunc(slices.Clone(e.cfg.Scopes), func(scope string) bool { return scope == "openid" })
	var refused []string
	if len(others) == len(e.cfg.Scopes) || !e.refusesScopes(ctx, nil) {
		refused = e.refusedScopes(ctx, others)
	} else {
		refused = []string{"openid"} // which every other request would have with it
	}
	if len(refused) == 0 {
		return fail("Cognito refuses the login: %s %s", r.code, r.description)
	}
	return fail("Cognito refuses %s", strings.Join(refused, " "))
}

// refusedScopes returns those that Cognito refuses. It asks for all, and then
// for each half of those that are refused.
func (e *examination) refusedScopes(ctx context.Context, scopes []string) []string {
	switch {
	case len(scopes) == 0 || ctx.Err() != nil || !e.refusesScopes(ctx, scopes):
		return nil
	case len(scopes) == 1:
		return scopes
	}
	half := len(scopes) / 2
	return slices.Concat(e.refusedScopes(ctx, scopes[:half]), e.refusedScopes(ctx, scopes[half:]))
}

// refusesScopes reports whether Cognito refuses a login with these scopes, and
// with openid where the app's logins have it.
func (e *examination) refusesScopes(ctx context.Context, scopes []string) bool {
	if slices.Contains(e.cfg.Scopes, "openid") {
		scopes = append([]string{"openid"}, scopes...)
	}
	return e.refusal(e.get(ctx, e.authorizeURL("code", scopes, ""))).code != ""
}

func checkResource(ctx context.Context, e *examination) finding {
	for _, resource := range e.pool.Resources {
		if r := e.refusal(e.get(ctx, e.authorizeURL("code", e.cfg.Scopes, resource))); r.code != "" {
			return fail("Cognito refuses resource=%s: %s %s", resource, r.code, r.description)
		}
	}
	known := strings.Join(e.pool.Resources, " ")
	madeUp := "https://doctor-" + strings.ToLower(rand.Text()) + ".example"
	if e.refusal(e.get(ctx, e.authorizeURL("code", e.cfg.Scopes, madeUp))).code == "" {
		return ok("Cognito accepts %s at the login. But it accepts a made-up resource there too, and refuses it only when the code is exchanged. doctor -aws reads the resource servers", known)
	}
	return ok("Cognito knows %s, and refuses a made-up one", known)
}

// checkManagedLogin asks for a login without a page. Managed login says that
// nobody is signed in; the classic Hosted UI shows its page.
func checkManagedLogin(ctx context.Context, e *examination) finding {
	a := e.get(ctx, e.authorizeURL("code", e.cfg.Scopes, "")+"&prompt=none")
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	switch r := e.refusal(a); r.code {
	case "":
		return warn("the domain has the classic Hosted UI: it has no passkeys, no prompt and no languages")
	case "login_required", "interaction_required":
		return ok("the domain has managed login")
	default:
		return unknown("Cognito answers prompt=none with %s %s", r.code, r.description)
	}
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

// checkClientSecret redeems a refresh token and a code that cannot exist. If
// Cognito refuses only the token or the code, it has accepted the secret.
func checkClientSecret(ctx context.Context, e *examination) finding {
	madeUp := []url.Values{{"grant_type": {"refresh_token"}, "refresh_token": {rand.Text()}}}
	if e.cfg.CallbackURL != "" {
		madeUp = append(madeUp, url.Values{
			"grant_type": {"authorization_code"}, "code": {rand.Text()}, "redirect_uri": {e.cfg.CallbackURL}, "code_verifier": {rand.Text() + rand.Text()},
		})
	}
	for _, form := range madeUp {
		if f := e.tokenRefusal(ctx, form); f.state != OK {
			return f
		}
	}
	if e.pool.ClientSecret == "" {
		return ok("the app client is public, and there is no secret")
	}
	return ok("the token endpoint takes the secret")
}

// tokenRefusal redeems a made-up code, and is OK if only the code is refused.
func (e *examination) tokenRefusal(ctx context.Context, form url.Values) finding {
	a := e.postForm(ctx, e.pool.DomainURL()+"/oauth2/token", form)
	if a.err != nil {
		return unknown("no answer: %v", a.err)
	}
	switch code, description := a.oauthError(); {
	case code == "invalid_grant":
		return ok("")
	case code == "invalid_client" && e.pool.ClientSecret == "":
		return fail("the app client has a secret, and ClientSecret is empty").
			so("set COGNITO_CLIENT_SECRET to the secret of the app client " + e.pool.ClientID)
	case code == "invalid_client":
		return fail("the token endpoint refuses the secret: %s", description)
	case code == "unauthorized_client":
		return fail("the token endpoint refuses the grant %s: %s", form.Get("grant_type"), description).because(cause.FlowNotEnabled)
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
			so("add " + e.cfg.SignedOutURL + " to LogoutURLs")
	}
	return ok("%s is registered", e.cfg.SignedOutURL)
}
