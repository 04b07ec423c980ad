package doctor

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// maxClockOff is how far a clock may be off before it is worth a word. Tokens
// are refused at Config.ClockSkew, which is a minute.
const maxClockOff = 30 * time.Second

func checkSettings(_ context.Context, e *examination) finding {
	var problems []string
	if err := e.cfg.Pool.Validate(); err != nil {
		problems = append(problems, strings.Split(err.Error(), "\n")...)
	}
	if e.cfg.BaseURL != "" {
		if _, err := hosts.ParseBaseURL(e.cfg.BaseURL); err != nil {
			problems = append(problems, "BaseURL: "+err.Error())
		}
	}
	if e.secretErr != nil {
		problems = append(problems, "ClientSecretSource: "+e.secretErr.Error())
	}
	if secret := string(e.pool.ClientSecret); strings.Trim(secret, " \t\r\n\"'") != secret {
		problems = append(problems, "ClientSecret: it has white space or quotes around it; copy it again")
	}
	if e.cfg.SessionKeys != "" {
		if _, err := seal.ParseRing(e.cfg.SessionKeys); err != nil {
			problems = append(problems, "SESSION_KEYS: "+err.Error())
		}
	}
	if e.cfg.Pool.Domain == "" && e.cfg.BaseURL != "" && !e.cfg.OwnForms {
		problems = append(problems, "Domain: set COGNITO_DOMAIN; without one there is no Hosted UI")
	}
	if len(problems) > 0 {
		return fail("%s", strings.Join(problems, "; "))
	}
	return ok("the pool is %s in %s, the app client %s", e.pool.UserPoolID, e.pool.Region(), e.pool.ClientID)
}

func checkDiscovery(ctx context.Context, e *examination) finding {
	at := e.pool.IssuerURL() + "/.well-known/openid-configuration"
	a := e.get(ctx, at)
	if a.err != nil {
		return fail("%s cannot be reached: %v", at, a.err).so("check that this machine can reach " + e.pool.IssuerURL())
	}
	switch {
	case a.status == 403, a.status == 429, a.status >= 500: // a firewall, the rate, an outage
		return unknown("%s answers %d", at, a.status)
	case a.status != 200:
		return fail("%s answers %d: there is no such pool", at, a.status)
	}
	var document struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
		Token     string `json:"token_endpoint"`
		UserInfo  string `json:"userinfo_endpoint"`
		Revoke    string `json:"revocation_endpoint"`
		Logout    string `json:"end_session_endpoint"`
	}
	if err := a.json(&document); err != nil {
		return fail("%s does not answer with JSON", at)
	}
	if !slices.Contains(e.pool.Issuers(), document.Issuer) {
		return fail("the pool says that its issuer is %q, and the settings say %q", fetch.Clean(document.Issuer), e.pool.IssuerURL())
	}
	if of := path.Base(document.Issuer); of != e.pool.UserPoolID && (cognito.Config{UserPoolID: of}).Region() != "" {
		return fail("the issuer %q is that of the pool %s, and the settings say %s", fetch.Clean(document.Issuer), of, e.pool.UserPoolID)
	}
	for _, endpoint := range []string{document.Authorize, document.Token, document.UserInfo, document.Revoke, document.Logout} {
		// A pool may have a prefix and a custom domain, and names one of them.
		if domain := e.pool.DomainURL(); domain != "" && endpoint != "" && !strings.HasPrefix(endpoint, domain+"/") {
			return warn("the pool has an endpoint at %q, and Domain is %q", fetch.Clean(endpoint), domain)
		}
	}
	return ok("the issuer is %s", document.Issuer)
}

func checkKeys(ctx context.Context, e *examination) finding {
	if e.pool.JWKS != nil {
		return ok("Config.JWKS has fixed keys")
	}
	a := e.get(ctx, e.pool.JWKSURL())
	var set struct {
		Keys []struct {
			Type      string `json:"kty"`
			Algorithm string `json:"alg"`
		} `json:"keys"`
	}
	if err := a.json(&set); err != nil || a.status != 200 {
		return fail("%s answers %d without a key set", e.pool.JWKSURL(), a.status)
	}
	n := 0
	for _, k := range set.Keys {
		if k.Type == "RSA" && (k.Algorithm == "RS256" || k.Algorithm == "") {
			n++
		}
	}
	switch n {
	case 0:
		return fail("%s has no RSA key for RS256", e.pool.JWKSURL())
	case 1:
		return warn("%s has one RSA key; Cognito publishes two, for ID and access tokens", e.pool.JWKSURL())
	}
	return ok("%d RSA keys", n)
}

func checkClock(ctx context.Context, e *examination) finding {
	a := e.get(ctx, e.pool.JWKSURL())
	off, known := e.clockOff(a)
	switch {
	case a.err != nil || !known:
		return unknown("the answer has no Date")
	case off.Abs() > maxClockOff:
		return warn("this machine's clock is %v off Cognito's", off)
	}
	return ok("the clocks agree within %v", maxClockOff)
}

func checkDomain(ctx context.Context, e *examination) finding {
	a := e.get(ctx, e.pool.DomainURL()+"/oauth2/authorize")
	if a.err != nil {
		return fail("%s cannot be reached: %v", e.pool.DomainURL(), a.err)
	}
	if a.status >= 500 || a.status == 404 {
		return fail("%s answers %d: there is no Hosted UI", e.pool.DomainURL(), a.status)
	}
	return ok("%s answers", e.pool.DomainURL())
}
