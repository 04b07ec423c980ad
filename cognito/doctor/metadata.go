package doctor

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
)

// checkResourceMetadata reads how an API describes itself to clients that have
// never heard of it (RFC 9728), and what it answers without a token.
func checkResourceMetadata(ctx context.Context, e *examination) finding {
	resource := cognito.Resource{URL: e.cfg.ResourceURL, Pool: e.pool}
	if err := resource.Validate(); err != nil {
		return fail("%v", err)
	}
	at := resource.MetadataURL()
	a := e.get(ctx, at, "Accept", "application/json")
	if a.err != nil {
		return fail("%s cannot be reached: %v", at, a.err)
	}
	var document struct {
		Resource string   `json:"resource"`
		Servers  []string `json:"authorization_servers"`
	}
	if a.status != http.StatusOK || a.json(&document) != nil {
		return fail("%s answers %s without metadata", at, a.where())
	}
	if document.Resource != e.cfg.ResourceURL {
		return fail("the metadata is of %q, want %q", fetch.Clean(document.Resource), e.cfg.ResourceURL)
	}
	if !slices.ContainsFunc(document.Servers, func(server string) bool { return e.signsIn(ctx, server) }) {
		return fail("the metadata names %q, and none of them leads to the user pool", fetch.Clean(strings.Join(document.Servers, " ")))
	}
	bare := e.get(ctx, e.cfg.ResourceURL)
	challenge := bare.header.Get("WWW-Authenticate")
	switch {
	case bare.err != nil:
		return fail("%s cannot be reached: %v", e.cfg.ResourceURL, bare.err)
	case bare.status < 300:
		return fail("%s answers a request without a token with %d", e.cfg.ResourceURL, bare.status)
	case bare.status != http.StatusUnauthorized || !strings.Contains(challenge, `resource_metadata="`+at+`"`):
		return warn("without a token it answers %s, and WWW-Authenticate does not name the metadata", bare.where())
	}
	return ok("%s leads clients to the user pool", at)
}

// signsIn reports whether a server that metadata names is the user pool, or
// describes it. A description is read only from the API's own host.
func (e *examination) signsIn(ctx context.Context, server string) bool {
	if slices.Contains(e.pool.Issuers(), server) {
		return true
	}
	api, err := url.Parse(e.cfg.ResourceURL)
	if err != nil || server != api.Scheme+"://"+api.Host {
		return false
	}
	var document struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
	}
	a := e.get(ctx, server+"/.well-known/oauth-authorization-server", "Accept", "application/json")
	return a.json(&document) == nil && document.Issuer == server && document.Authorize == e.pool.DomainURL()+"/oauth2/authorize"
}
