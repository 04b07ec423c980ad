package cognito

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Region is the AWS region the pool lives in, or "" if the pool id is not
// valid.
func (c Config) Region() string {
	region, _ := ParsePoolID(c.UserPoolID)
	return region
}

// IssuerURL is the issuer of the pool's tokens in the original form, or
// Config.Issuer where that is set. It has no trailing slash. Discovery and
// keys live below it.
func (c Config) IssuerURL() string {
	if c.Issuer != "" {
		return strings.TrimSuffix(c.Issuer, "/")
	}
	return originalIssuer(c.Region(), c.UserPoolID)
}

// Issuers lists every iss that counts as this pool's: the original and the
// updated form (since May 2026 a pool may use either), and the original form
// of each replica region. Where Config.Issuer is none of these, it is the
// only one.
func (c Config) Issuers() []string {
	region := c.Region()
	known := []string{
		originalIssuer(region, c.UserPoolID),
		"https://issuer-cognito-idp." + region + "." + dnsSuffix(region) + "/" + c.UserPoolID,
	}
	for _, r := range c.ReplicaRegions {
		if iss := originalIssuer(r, c.UserPoolID); !slices.Contains(known, iss) {
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
	region := c.Region()
	return "https://cognito-idp." + region + "." + dnsSuffix(region)
}

// DomainURL is the base URL of the user-pool domain, without a trailing
// slash, or "" if the pool has no (valid) domain.
func (c Config) DomainURL() string {
	if c.Domain == "" {
		return ""
	}
	base, err := ParseDomain(c.Domain, c.Region())
	if err != nil {
		return ""
	}
	return base
}

func originalIssuer(region, poolID string) string {
	return "https://cognito-idp." + region + "." + dnsSuffix(region) + "/" + poolID
}

// dnsSuffix is the DNS suffix of the partition a region belongs to. The
// commercial and the GovCloud partition share one.
func dnsSuffix(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// errNoRegion is ParseDomain's for a prefix that cannot be placed.
var errNoRegion = errors.New("a domain prefix needs the region, which is read from the user-pool id")

// ParseDomain returns the base URL of a user-pool domain, without a trailing
// slash. The domain is a prefix, which Cognito serves below
// auth.<region>.amazoncognito.com (auth-fips in GovCloud), a host, or a URL.
// Plain http is accepted for loopback hosts only.
func ParseDomain(domain, region string) (string, error) {
	switch {
	case domain == "":
		return "", errors.New("missing: the prefix, host or URL of the user pool's domain")
	case strings.Contains(domain, "://"):
		return parseBaseURL(domain, false)
	case strings.ContainsAny(domain, ".:"):
		return parseBaseURL("https://"+domain, false)
	case !isLabel(domain, lower):
		return "", fmt.Errorf("%q is not a domain prefix: lower-case letters, digits and hyphens, at most 63", clip(domain))
	}
	for _, word := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(domain, word) {
			return "", fmt.Errorf("%q is not a domain prefix: Cognito allows none that contains %q", clip(domain), word)
		}
	}
	switch {
	case !isRegion(region):
		return "", errNoRegion
	case strings.HasPrefix(region, "cn-"):
		return "", fmt.Errorf("%q: write the whole host, prefixes are not known for the China regions", domain)
	case strings.HasPrefix(region, "us-gov-"):
		return "https://" + domain + ".auth-fips." + region + ".amazoncognito.com", nil
	}
	return "https://" + domain + ".auth." + region + ".amazoncognito.com", nil
}

// parseBaseURL accepts an absolute https URL, or http for a loopback host,
// without user, query and fragment, and returns it without a trailing slash.
// A path is accepted where withPath says so.
func parseBaseURL(raw string, withPath bool) (string, error) {
	bad := func(why string) (string, error) {
		shown := raw
		if at := strings.LastIndexByte(raw, '@'); at >= 0 {
			shown = "…" + raw[at:] // before it there may be a password
		}
		return "", fmt.Errorf("%q: %s", clip(shown), why)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return bad("not a URL")
	}
	host := u.Hostname()
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("the scheme must be https")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#"):
		return bad("a base URL has no user, query or fragment")
	case !isHostName(host) && !isIP(host):
		return bad("the host is not a host name")
	case u.Scheme == "http" && !IsLoopback(host):
		return bad("plain http is accepted for loopback hosts only; use https")
	case strings.HasSuffix(u.Host, ":"):
		return bad("the port is empty")
	}
	path := u.EscapedPath()
	if path != "" && path != "/" && !withPath {
		return bad("no path belongs here")
	}
	if strings.ContainsAny(path, "\\%") || strings.Contains(path, "//") || strings.Contains(path+"/", "/../") || strings.Contains(path+"/", "/./") {
		return bad("the path must be plain")
	}
	return u.Scheme + "://" + u.Host + strings.TrimSuffix(path, "/"), nil
}

// ParseBaseURL returns an app's or a service's base URL without a trailing
// slash. It must be absolute and https, or http on a loopback host.
func ParseBaseURL(raw string) (string, error) { return parseBaseURL(raw, true) }

// IsLoopback reports whether host, without a port, is this machine by its
// name or address: localhost, 127.0.0.0/8 or ::1.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isIP(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == ""
}
