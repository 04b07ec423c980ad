package cognitotest

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

// region is the pool's region; NewPool has checked that there is one.
func (p *Pool) region() string {
	region, _ := cognito.ParsePoolID(p.id)
	return region
}

// domainHost is the host of the pool's domain in memory.
func (p *Pool) domainHost() string {
	region := p.region()
	if strings.HasPrefix(region, "us-gov-") {
		return domainPrefix + ".auth-fips." + region + ".amazoncognito.com"
	}
	return domainPrefix + ".auth." + region + ".amazoncognito.com"
}

// issuerHosts are the hosts of the original and the updated issuer.
func (p *Pool) issuerHosts() []string {
	suffix := p.region() + ".amazonaws.com"
	if strings.HasPrefix(p.region(), "cn-") {
		suffix += ".cn"
	}
	return []string{"cognito-idp." + suffix, "issuer-cognito-idp." + suffix}
}

// serves reports whether the pool answers u in memory.
func (p *Pool) serves(u *url.URL) bool {
	if base := p.socketURL(); base != "" && u.Scheme+"://"+u.Host == base {
		return true
	}
	return u.Scheme == "https" && (u.Host == p.domainHost() || slices.Contains(p.issuerHosts(), u.Host))
}
