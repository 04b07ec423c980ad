package provision

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// DomainOperations give pools a domain.
var DomainOperations = map[string]request.Operation{
	"CreateUserPoolDomain":   idpapi.OnPool(New, (*Handler).createUserPoolDomain),
	"UpdateUserPoolDomain":   idpapi.OnPool(New, (*Handler).updateUserPoolDomain),
	"DeleteUserPoolDomain":   idpapi.OnPool(New, (*Handler).deleteUserPoolDomain),
	"DescribeUserPoolDomain": request.Signed(New, (*Handler).describeUserPoolDomain),
}

// The domain of the pages of CloudFront that custom domains lead to.
const cloudFrontDomain = "d111111abcdef8.cloudfront.net"

type createDomainInput struct {
	idpapi.PoolRef
	Domain              string
	ManagedLoginVersion *int `json:",omitempty"`
	CustomDomainConfig  *customDomainConfig
	Routing             awsjson.Kept `api:"unsupported"`
}

type customDomainConfig struct {
	CertificateArn string
	SecurityPolicy string `json:",omitempty"`
}

type createDomainOutput struct {
	ManagedLoginVersion *int   `json:",omitempty"`
	CloudFrontDomain    string `json:",omitempty"`
}

// createUserPoolDomain is CreateUserPoolDomain: a prefix, or with
// CustomDomainConfig a host of the owner's.
func (c *Handler) createUserPoolDomain(in *createDomainInput) (*createDomainOutput, error) {
	if owner := c.domainOwner(in.Domain); owner != nil {
		return nil, refusal.New(refusal.InvalidParameterException, "Domain already associated with another user pool.")
	}
	err := c.Settings.Change(func(s *settings.Settings) error {
		have := &s.Names.Prefix
		if in.CustomDomainConfig != nil {
			have = &s.Names.Custom
		}
		if *have != "" {
			return refusal.New(refusal.InvalidParameterException, "Invalid request provided: AWS::Cognito::UserPoolDomain: the user pool already has such a domain.")
		}
		*have = in.Domain
		in.setVersion(s)
		return badDomain(s.Names.Validate(c.Region()))
	})
	if err != nil {
		return nil, err
	}
	return in.output(), nil
}

// setVersion chooses between the classic pages (1) and managed login (2).
func (in *createDomainInput) setVersion(s *settings.Settings) {
	if in.ManagedLoginVersion != nil {
		s.Profile.ManagedLogin = *in.ManagedLoginVersion == 2
	}
}

func (in *createDomainInput) output() *createDomainOutput {
	out := &createDomainOutput{ManagedLoginVersion: in.ManagedLoginVersion}
	if in.CustomDomainConfig != nil {
		out.CloudFrontDomain = cloudFrontDomain
	}
	return out
}

func badDomain(err error) error {
	if err == nil {
		return nil
	}
	_, problem, _ := strings.Cut(err.Error(), ": ")
	return refusal.New(refusal.InvalidParameterException, "Invalid domain: "+problem)
}

// updateUserPoolDomain is the operation UpdateUserPoolDomain. The certificate of a custom domain
// is AWS's.
func (c *Handler) updateUserPoolDomain(in *createDomainInput) (*createDomainOutput, error) {
	if c.domainOwner(in.Domain) != c.Pool {
		return nil, errNoDomain
	}
	err := c.Settings.Change(func(s *settings.Settings) error {
		in.setVersion(s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return in.output(), nil
}

var errNoDomain = refusal.New(refusal.InvalidParameterException, "No such domain or user pool exists.")

type domainInput struct {
	idpapi.PoolRef
	Domain string
}

// deleteUserPoolDomain is the operation DeleteUserPoolDomain.
func (c *Handler) deleteUserPoolDomain(in *domainInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.Settings.Change(func(s *settings.Settings) error {
		switch in.Domain {
		case s.Names.Prefix:
			s.Names.Prefix = ""
		case s.Names.Custom:
			s.Names.Custom = ""
		default:
			return errNoDomain
		}
		return nil
	})
}

type describeDomainInput struct {
	Domain string
}

type describeDomainOutput struct{ DomainDescription domainDescription }

// A domainDescription is empty where there is no such domain.
type domainDescription struct {
	UserPoolId             string `json:",omitempty"`
	AWSAccountId           string `json:",omitempty"`
	Domain                 string `json:",omitempty"`
	CloudFrontDistribution string `json:",omitempty"`
	Version                string `json:",omitempty"`
	Status                 string `json:",omitempty"`
	ManagedLoginVersion    int    `json:",omitempty"`
}

// describeUserPoolDomain is the operation DescribeUserPoolDomain.
func (c *Handler) describeUserPoolDomain(in *describeDomainInput) (*describeDomainOutput, error) {
	owner := c.domainOwner(in.Domain)
	if owner == nil {
		return &describeDomainOutput{}, nil
	}
	version := 1
	if owner.Profile().ManagedLogin {
		version = 2
	}
	return &describeDomainOutput{domainDescription{
		UserPoolId: owner.ID, AWSAccountId: "123456789012", Domain: in.Domain, CloudFrontDistribution: cloudFrontDomain,
		Version: "20260101000000", Status: "ACTIVE", ManagedLoginVersion: version,
	}}, nil
}

// domainOwner returns the pool that has a prefix or a custom domain, or nil.
func (c *Handler) domainOwner(domain string) *pool.Pool {
	pools := []*pool.Pool{c.Pool}
	if fleet := request.FleetOf(c.R); fleet != nil {
		pools = fleet.Pools()
	}
	i := slices.IndexFunc(pools, func(p *pool.Pool) bool { return p.Names().Prefix == domain || p.Names().Custom == domain })
	if i < 0 {
		return nil
	}
	return pools[i]
}
