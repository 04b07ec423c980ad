package pool

import (
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Region is the pool's region; NewPool has checked that there is one.
func (p *Pool) Region() string {
	region, _ := hosts.ParsePoolID(p.ID)
	return region
}

// ARN is the ARN of one of the pool's resources, in the emulator's account.
func (p *Pool) ARN(resource string) string {
	return "arn:" + hosts.Partition(p.Region()) + ":cognito-idp:" + p.Region() + ":123456789012:" + resource
}

func (p *Pool) PrefixHost() string {
	prefix, region := p.Names().Prefix, p.Region()
	if host := hosts.PrefixDomain(prefix, region); host != "" {
		return host
	}
	return prefix + ".auth." + region + ".amazoncognito.com"
}

// DomainHosts are the hosts of the pool's domains in memory, the advertised
// one first.
func (p *Pool) DomainHosts() []string {
	var names []string
	if custom := p.Names().Custom; custom != "" {
		names = append(names, custom)
	}
	if p.Names().Prefix != "" {
		names = append(names, p.PrefixHost())
	}
	return names
}

// IssuerHosts are the hosts of both kinds of issuer, the pool's own first.
func (p *Pool) IssuerHosts() []string {
	names := []string{hosts.API("cognito-idp", p.Region()), hosts.API("issuer-cognito-idp", p.Region())}
	if p.Names().Updated {
		slices.Reverse(names)
	}
	return names
}

// Serves reports whether the pool answers u in memory.
func (p *Pool) Serves(u *url.URL) bool {
	if base := p.SocketURL(); base != "" && u.Scheme+"://"+u.Host == base {
		return true
	}
	return u.Scheme == "https" && slices.Contains(slices.Concat(p.DomainHosts(), p.IssuerHosts(), p.IdentityHosts()), u.Host)
}
