package cognito

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Region returns the AWS region of the pool, or "" if the pool id is not
// valid.
func (c Config) Region() string {
	region, _ := hosts.ParsePoolID(c.UserPoolID)
	return region
}

// IssuerURL returns the issuer of the pool's tokens in the original form, or
// Config.Issuer if that is set. It has no trailing slash. The discovery
// document and the keys are published below it.
func (c Config) IssuerURL() string {
	if c.Issuer != "" {
		return strings.TrimSuffix(c.Issuer, "/")
	}
	return hosts.OriginalIssuer(c.Region(), c.UserPoolID)
}

// Issuers lists every value of iss that is accepted as this pool's. These are
// the original and the updated form, because a pool may use either one since
// May 2026. The list also has the original form of each replica region. If
// Config.Issuer is set and is none of these, the list has only Config.Issuer.
func (c Config) Issuers() []string {
	originals := c.originalIssuers()
	known := append([]string{originals[0], hosts.UpdatedIssuer(c.Region(), c.UserPoolID)}, originals[1:]...)
	if own := c.IssuerURL(); !slices.Contains(known, own) {
		return []string{own}
	}
	return known
}

// originalIssuers are the issuers in the original form: that of the pool's own
// region, and then those of the replicas.
func (c Config) originalIssuers() []string {
	issuers := []string{hosts.OriginalIssuer(c.Region(), c.UserPoolID)}
	for _, region := range c.ReplicaRegions {
		if issuer := hosts.OriginalIssuer(region, c.UserPoolID); !slices.Contains(issuers, issuer) {
			issuers = append(issuers, issuer)
		}
	}
	return issuers
}

// JWKSURL returns the URL at which the pool publishes its signing keys, or
// Config.KeysURL if that is set.
func (c Config) JWKSURL() string {
	if c.KeysURL != "" {
		return strings.TrimSuffix(c.KeysURL, "/")
	}
	return keysBelow(c.IssuerURL())
}

func keysBelow(issuer string) string { return issuer + "/.well-known/jwks.json" }

// keyURLs are the places to ask for keys: JWKSURL and, for a pool of AWS, those
// of its replicas.
func (c Config) keyURLs() []string {
	urls := []string{c.JWKSURL()}
	originals := c.originalIssuers()
	if c.KeysURL != "" || !slices.Contains(c.Issuers(), originals[0]) {
		return urls
	}
	for _, issuer := range originals[1:] {
		if url := keysBelow(issuer); !slices.Contains(urls, url) {
			urls = append(urls, url)
		}
	}
	return urls
}

// EndpointURL returns the URL of the user-pool API, or Config.Endpoint if
// that is set. It has no trailing slash.
func (c Config) EndpointURL() string {
	if c.Endpoint != "" {
		return strings.TrimSuffix(c.Endpoint, "/")
	}
	return "https://" + hosts.API("cognito-idp", c.Region())
}

// DomainURL returns the base URL of the user-pool domain without a trailing
// slash, or "" if Domain is empty or not valid.
func (c Config) DomainURL() string {
	if c.Domain == "" {
		return ""
	}
	plain, _ := c.plainHost() // Validate reports the error
	base, err := hosts.ParseDomain(c.Domain, c.Region(), plain)
	if err != nil {
		return ""
	}
	return base
}
