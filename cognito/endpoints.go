package cognito

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Region is the AWS region the pool lives in, or "" if the pool id is not
// valid.
func (c Config) Region() string {
	region, _ := hosts.ParsePoolID(c.UserPoolID)
	return region
}

// IssuerURL is the issuer of the pool's tokens in the original form, or
// Config.Issuer where that is set. It has no trailing slash. Discovery and
// keys live below it.
func (c Config) IssuerURL() string {
	if c.Issuer != "" {
		return strings.TrimSuffix(c.Issuer, "/")
	}
	original, _ := hosts.Issuers(c.Region(), c.UserPoolID)
	return original
}

// Issuers lists every iss that counts as this pool's: the original and the
// updated form (since May 2026 a pool may use either), and the original form
// of each replica region. Where Config.Issuer is none of these, it is the
// only one.
func (c Config) Issuers() []string {
	original, updated := hosts.Issuers(c.Region(), c.UserPoolID)
	known := []string{original, updated}
	for _, r := range c.ReplicaRegions {
		if iss, _ := hosts.Issuers(r, c.UserPoolID); !slices.Contains(known, iss) {
			known = append(known, iss)
		}
	}
	if own := c.IssuerURL(); !slices.Contains(known, own) {
		return []string{own}
	}
	return known
}

// JWKSURL is where the pool publishes its signing keys.
func (c Config) JWKSURL() string { return c.IssuerURL() + "/.well-known/jwks.json" }

// EndpointURL is the URL of the user-pool API, or Config.Endpoint where that
// is set. It has no trailing slash.
func (c Config) EndpointURL() string {
	if c.Endpoint != "" {
		return strings.TrimSuffix(c.Endpoint, "/")
	}
	return "https://" + hosts.API("cognito-idp", c.Region())
}

// DomainURL is the base URL of the user-pool domain, without a trailing
// slash, or "" if the pool has no (valid) domain.
func (c Config) DomainURL() string {
	if c.Domain == "" {
		return ""
	}
	base, err := hosts.ParseDomain(c.Domain, c.Region())
	if err != nil {
		return ""
	}
	return base
}
