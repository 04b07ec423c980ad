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
		return parseDomainURL(domain, region)
	case strings.ContainsAny(domain, ".:"):
		return parseDomainURL("https://"+domain, region)
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

// parseDomainURL accepts the URL of a user-pool domain, whose host must not be
// one of the API or of another region.
func parseDomainURL(raw, region string) (string, error) {
	base, err := parseBaseURL(raw, false)
	if err != nil {
		return "", err
	}
	host := strings.ToLower(hostOf(base))
	if isAPIHost(host) {
		return "", fmt.Errorf("%q is a host of Cognito's API: the user pool's domain is on its page Domain, such as https://my-app.auth.eu-west-1.amazoncognito.com", clip(host))
	}
	if err := checkPrefixHost(host, region); err != nil {
		return "", err
	}
	return base, nil
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// isAPIHost recognizes the hosts of the user-pool and identity-pool API and of
// issuers, in every partition, behind a VPC endpoint too.
func isAPIHost(host string) bool {
	isAWS := slices.ContainsFunc([]string{
		".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".api.amazonwebservices.com.cn",
		".ic.gov", ".sgov.gov", ".adc-e.uk",
	}, func(suffix string) bool { return strings.HasSuffix(host, suffix) })
	return isAWS && slices.ContainsFunc(strings.Split(host, "."), func(label string) bool {
		label = strings.TrimSuffix(strings.TrimPrefix(label, "issuer-"), "-fips")
		return label == "cognito-idp" || label == "cognito-identity" || label == "cognito-sync"
	})
}

// checkPrefixHost looks at hosts of Cognito's own domains, which name their
// region. An empty region is not compared.
func checkPrefixHost(host, region string) error {
	name, ours := strings.CutSuffix(host, ".amazoncognito.com")
	if !ours {
		return nil
	}
	labels := strings.Split(name, ".")
	if len(labels) != 3 || labels[1] != "auth" && labels[1] != "auth-fips" || !isRegion(labels[2]) {
		return fmt.Errorf("%q is not a user pool's domain: it looks like my-app.auth.eu-west-1.amazoncognito.com", clip(host))
	}
	if region != "" && labels[2] != region {
		return fmt.Errorf("%q is in the region %s, and the user pool (UserPoolID, COGNITO_USER_POOL_ID) in %s: they must belong together", clip(host), labels[2], region)
	}
	return nil
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
	switch {
	case err != nil && !strings.Contains(raw, "://"): // "127.0.0.1:8080" does not parse
		return bad(withoutScheme(raw))
	case err != nil:
		return bad("not a URL")
	}
	host := u.Hostname()
	switch {
	case !strings.Contains(raw, "://"):
		return bad(withoutScheme(raw))
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

// withoutScheme says what is missing from something that has no "://".
func withoutScheme(raw string) string {
	rest := strings.TrimPrefix(raw, "//")
	u, err := url.Parse("https://" + rest)
	if err != nil || u.User != nil || strings.HasPrefix(rest, "http:") || strings.HasPrefix(rest, "https:") || !isHostName(u.Hostname()) && !isIP(u.Hostname()) {
		return "not a URL: write one such as https://app.example.com"
	}
	scheme := "https://"
	if IsLoopback(u.Hostname()) {
		scheme = "http://"
	}
	return "the scheme is missing: write " + scheme + clip(rest)
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
