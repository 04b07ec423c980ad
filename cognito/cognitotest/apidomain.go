package cognitotest

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// domainOperations give pools a domain.
var domainOperations = map[string]apiOperation{
	"CreateUserPoolDomain":   poolOperation((*call).apiCreateDomain),
	"UpdateUserPoolDomain":   poolOperation((*call).apiUpdateDomain),
	"DeleteUserPoolDomain":   poolOperation((*call).apiDeleteDomain),
	"DescribeUserPoolDomain": signedOperation((*call).apiDescribeDomain),
}

// The domain of the pages of CloudFront that custom domains lead to.
const cloudFrontDomain = "d111111abcdef8.cloudfront.net"

type createDomainInput struct {
	UserPoolId          string `api:"required,max=55,pattern=pool"`
	Domain              string `api:"required,max=63"`
	ManagedLoginVersion *int   `json:",omitempty" api:"min=1,max=2"`
	CustomDomainConfig  *customDomainConfig
	Routing             awsjson.Kept `api:"unsupported"`
}

type customDomainConfig struct {
	CertificateArn string `api:"required,max=2048,pattern=arn"`
	SecurityPolicy string `json:",omitempty" api:"max=128"`
}

type createDomainOutput struct {
	ManagedLoginVersion *int   `json:",omitempty"`
	CloudFrontDomain    string `json:",omitempty"`
}

// apiCreateDomain is CreateUserPoolDomain: a prefix, or with
// CustomDomainConfig a host of the owner's.
func (c *call) apiCreateDomain(in *createDomainInput) (*createDomainOutput, error) {
	if owner := c.domainOwner(in.Domain); owner != nil {
		return nil, refusal.New(refusal.InvalidParameterException, "Domain already associated with another user pool.")
	}
	err := c.settings.change(func(s *settings) error {
		have := &s.names.prefix
		if in.CustomDomainConfig != nil {
			have = &s.names.custom
		}
		if *have != "" {
			return refusal.New(refusal.InvalidParameterException, "Invalid request provided: AWS::Cognito::UserPoolDomain: the user pool already has such a domain.")
		}
		*have = in.Domain
		in.setVersion(s)
		return badDomain(s.names.validate(c.region()))
	})
	if err != nil {
		return nil, err
	}
	return in.output(), nil
}

// setVersion chooses between the classic pages (1) and managed login (2).
func (in *createDomainInput) setVersion(s *settings) {
	if in.ManagedLoginVersion != nil {
		s.profile.ManagedLogin = *in.ManagedLoginVersion == 2
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

// apiUpdateDomain is UpdateUserPoolDomain. The certificate of a custom domain
// is AWS's.
func (c *call) apiUpdateDomain(in *createDomainInput) (*createDomainOutput, error) {
	if c.domainOwner(in.Domain) != c.Pool {
		return nil, errNoDomain
	}
	err := c.settings.change(func(s *settings) error {
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
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Domain     string `api:"required,max=63"`
}

// apiDeleteDomain is DeleteUserPoolDomain.
func (c *call) apiDeleteDomain(in *domainInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.settings.change(func(s *settings) error {
		switch in.Domain {
		case s.names.prefix:
			s.names.prefix = ""
		case s.names.custom:
			s.names.custom = ""
		default:
			return errNoDomain
		}
		return nil
	})
}

type describeDomainInput struct {
	Domain string `api:"required,max=63"`
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

// apiDescribeDomain is DescribeUserPoolDomain.
func (c *call) apiDescribeDomain(in *describeDomainInput) (*describeDomainOutput, error) {
	owner := c.domainOwner(in.Domain)
	if owner == nil {
		return &describeDomainOutput{}, nil
	}
	version := 1
	if owner.profile().ManagedLogin {
		version = 2
	}
	return &describeDomainOutput{domainDescription{
		UserPoolId: owner.id, AWSAccountId: "123456789012", Domain: in.Domain, CloudFrontDistribution: cloudFrontDomain,
		Version: "20260101000000", Status: "ACTIVE", ManagedLoginVersion: version,
	}}, nil
}

// domainOwner returns the pool that has a prefix or a custom domain, or nil.
func (c *call) domainOwner(domain string) *Pool {
	pools := []*Pool{c.Pool}
	if server := serverOf(c.r); server != nil {
		pools = server.Pools()
	}
	i := slices.IndexFunc(pools, func(p *Pool) bool { return p.names().prefix == domain || p.names().custom == domain })
	if i < 0 {
		return nil
	}
	return pools[i]
}
