package pool

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// LoginProvider is the name of the user pool in Logins.
func (p *Pool) LoginProvider() string {
	for _, host := range p.IssuerHosts() {
		if strings.HasPrefix(host, "cognito-idp.") {
			return host + "/" + p.ID
		}
	}
	return ""
}

// SocketProvider is how Amplify names a pool that a socket serves: the iss of
// its tokens without the scheme. It is "" in memory.
func (p *Pool) SocketProvider() string {
	if p.SocketURL() == "" {
		return ""
	}
	_, rest, _ := strings.Cut(p.Issuer(), "://")
	return rest
}

// setIdentities gives the pool its identity pool.
func (p *Pool) setIdentities(given *identitypool.Settings) error {
	if given == nil {
		return nil
	}
	ip := given.WithDefaults(p.Region())
	if err := ip.Validate(p.Region()); err != nil {
		return fmt.Errorf("WithIdentityPool: %w", err)
	}
	p.Identities = &identitypool.Pool{
		Settings:   ip,
		Identities: make(map[string]*identitypool.Visitor),
		Logins:     make(map[identitypool.Login]string),
	}
	return nil
}

// IdentityHostName is the name of identity pools that is the same in every
// region.
const IdentityHostName = "cognito-identity.amazonaws.com"

// IdentityHosts are the hosts of the identity pool in memory: its API, STS,
// and where its keys are.
func (p *Pool) IdentityHosts() []string {
	if p.Identities == nil {
		return nil
	}
	return []string{hosts.API("cognito-identity", p.Region()), hosts.API("sts", p.Region()), "sts.amazonaws.com", IdentityHostName}
}
