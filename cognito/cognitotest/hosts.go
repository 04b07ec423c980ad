package cognitotest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// region is the pool's region; NewPool has checked that there is one.
func (p *Pool) region() string {
	region, _ := hosts.ParsePoolID(p.id)
	return region
}

// poolNames are the names a pool goes by on AWS.
type poolNames struct {
	prefix  string // of the prefix domain
	custom  string // host of the custom domain; "" means none
	updated bool   // the issuer is of the updated kind
}

// WithDomain sets the prefix of the pool's domain,
// https://<prefix>.auth.<region>.amazoncognito.com, for the in-memory client.
// Without it the prefix is "emulator".
func WithDomain(prefix string) Option { return func(o *options) { o.names.prefix = prefix } }

// WithCustomDomain gives the pool a domain of its owner's, such as
// "auth.example.com", beside the prefix domain. Discovery and [Pool.Config]
// name the custom one alone, as on AWS; the in-memory client answers both.
func WithCustomDomain(host string) Option { return func(o *options) { o.names.custom = host } }

// WithUpdatedIssuer gives the pool an issuer of the kind that AWS introduced
// in May 2026, https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>.
// Tokens name it; the discovery document below the original host still names
// the original one, as one user saw on AWS. Both kinds of host serve the
// keys. A pool that a socket serves has one issuer, the socket's.
func WithUpdatedIssuer() Option { return func(o *options) { o.names.updated = true } }

// exist reports whether the pool has a domain.
func (n poolNames) exist() bool { return n.prefix != "" || n.custom != "" }

func (n poolNames) validate(region string) error {
	if strings.ContainsAny(n.prefix, ".:/") {
		return fmt.Errorf("WithDomain: %q is no prefix; a host of your own goes into WithCustomDomain", n.prefix)
	}
	if _, err := hosts.ParseDomain(n.prefix, prefixRegion(region)); err != nil && (n.prefix != "" || n.custom == "") {
		return fmt.Errorf("WithDomain: %w", err)
	}
	if n.custom == "" {
		return nil
	}
	if base, err := hosts.ParseDomain(n.custom, region); err != nil || base != "https://"+n.custom {
		return fmt.Errorf("WithCustomDomain: %q is no host name", n.custom)
	}
	return nil
}

// prefixRegion is the region to check a prefix with. A pool has a prefix domain
// in memory in every partition, also where AWS does not publish its host.
func prefixRegion(region string) string {
	if hosts.PrefixDomain("x", region) == "" {
		return "us-east-1"
	}
	return region
}

func (p *Pool) prefixHost() string {
	prefix, region := p.names().prefix, p.region()
	if host := hosts.PrefixDomain(prefix, region); host != "" {
		return host
	}
	return prefix + ".auth." + region + ".amazoncognito.com"
}

// domainHosts are the hosts of the pool's domains in memory, the advertised
// one first.
func (p *Pool) domainHosts() []string {
	var names []string
	if custom := p.names().custom; custom != "" {
		names = append(names, custom)
	}
	if p.names().prefix != "" {
		names = append(names, p.prefixHost())
	}
	return names
}

// issuerHosts are the hosts of both kinds of issuer, the pool's own first.
func (p *Pool) issuerHosts() []string {
	names := []string{hosts.API("cognito-idp", p.region()), hosts.API("issuer-cognito-idp", p.region())}
	if p.names().updated {
		slices.Reverse(names)
	}
	return names
}

// serves reports whether the pool answers u in memory.
func (p *Pool) serves(u *url.URL) bool {
	if base := p.socketURL(); base != "" && u.Scheme+"://"+u.Host == base {
		return true
	}
	return u.Scheme == "https" && slices.Contains(slices.Concat(p.domainHosts(), p.issuerHosts(), p.identityHosts()), u.Host)
}
