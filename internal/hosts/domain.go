package hosts

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// ErrNoRegion means that ParseDomain got a prefix without a valid region.
var ErrNoRegion = errors.New("a domain prefix needs the region, which is read from the user-pool id")

// ParseDomain returns the base URL of a user-pool domain, without a trailing
// slash. The domain is a prefix, which Cognito serves at the host of
// [PrefixDomain], a host, or a URL. Plain http is accepted for loopback hosts
// and the plain hosts, as by [ParseBaseURL].
func ParseDomain(domain, region string, plain ...string) (string, error) {
	switch {
	case domain == "":
		return "", errors.New("missing: the prefix, host or URL of the user pool's domain")
	case strings.Contains(domain, "://"):
		return parseDomainURL(domain, region, plain)
	case strings.ContainsAny(domain, ".:"):
		return parseDomainURL("https://"+domain, region, nil)
	case !isLabel(domain, lower):
		return "", fmt.Errorf("%q is not a domain prefix: lower-case letters, digits and hyphens, at most 63", Clip(domain))
	}
	for _, word := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(domain, word) {
			return "", fmt.Errorf("%q is not a domain prefix: Cognito allows none that contains %q", Clip(domain), word)
		}
	}
	if !IsRegion(region) {
		return "", ErrNoRegion
	}
	host := PrefixDomain(domain, region)
	if host == "" {
		return "", fmt.Errorf("%q: write the whole host, because the host of a prefix in the region %s is not known", domain, region)
	}
	return "https://" + host, nil
}

// parseDomainURL accepts the URL of a user-pool domain, whose host must not be
// one of the API or of another region.
func parseDomainURL(raw, region string, plain []string) (string, error) {
	base, err := parseBase(raw, false, plain)
	if err != nil {
		return "", err
	}
	host := strings.ToLower(hostOf(base))
	if isAPIHost(host) {
		return "", fmt.Errorf("%q is a host of Cognito's API: the user pool's domain is on its page Domain, such as https://my-app.auth.eu-west-1.amazoncognito.com", Clip(host))
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
	return isAWSHost(host) && slices.ContainsFunc(strings.Split(host, "."), func(label string) bool {
		label = strings.TrimSuffix(strings.TrimPrefix(label, "issuer-"), "-fips")
		return label == "cognito-idp" || label == "cognito-identity" || label == "cognito-sync"
	})
}

// isAWSHost recognizes the hosts of AWS services in every partition.
func isAWSHost(host string) bool {
	return slices.ContainsFunc(append(partitions, commercial), func(p partition) bool {
		return strings.HasSuffix(host, "."+p.suffix) || strings.HasSuffix(host, "."+p.dualStack)
	})
}

// checkPrefixHost looks at hosts of Cognito's own domains, which name their
// region. An empty region is not compared.
func checkPrefixHost(host, region string) error {
	inRegion, ours := prefixHostRegion(host)
	switch {
	case !ours:
		return nil
	case inRegion == "":
		return fmt.Errorf("%q is not a user pool's domain: it looks like my-app.auth.eu-west-1.amazoncognito.com", Clip(host))
	case region != "" && inRegion != region:
		return fmt.Errorf("%q is in the region %s, and the user pool (UserPoolID, COGNITO_USER_POOL_ID) in %s: they must belong together", Clip(host), inRegion, region)
	}
	return nil
}

// prefixHostRegion returns the region of a host below one of Cognito's own
// domains, or "" if no user pool can have that host.
func prefixHostRegion(host string) (region string, ours bool) {
	const sovereign = ".on.amazonwebservices.eu"
	name, ours := strings.CutSuffix(host, ".amazoncognito.com")
	if !ours {
		if name, ours = strings.CutSuffix(host, sovereign); !ours {
			return "", false
		}
	}
	prefix, rest, _ := strings.Cut(name, ".")
	region = rest[strings.LastIndexByte(rest, '.')+1:]
	if !isLabel(prefix, lower) || !IsRegion(region) {
		return "", true
	}
	for _, domain := range []string{".auth.*.amazoncognito.com", ".auth-fips.*.amazoncognito.com", ".auth.cognito-idp.*" + sovereign} {
		if host == prefix+strings.Replace(domain, "*", region, 1) {
			return region, true
		}
	}
	return "", true
}
