package cognitotest

import (
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// providerOperations make and change identity providers, which the pool then
// plays: see [federation.Provider].
var providerOperations = map[string]apiOperation{
	"CreateIdentityProvider":   poolOperation((*call).apiCreateProvider),
	"DescribeIdentityProvider": poolOperation((*call).apiDescribeProvider),
	"DeleteIdentityProvider":   poolOperation((*call).apiDeleteProvider),
	"ListIdentityProviders":    poolOperation((*call).apiListProviders),
}

// A providerProfile is what only the API says of an identity provider.
type providerProfile struct {
	Created time.Time
	Details map[string]string
}

type createProviderInput struct {
	UserPoolId       string            `api:"required,max=55,pattern=pool"`
	ProviderName     string            `api:"required,min=3,max=32,pattern=text"`
	ProviderType     string            `api:"required,enum=SAML|Facebook|Google|LoginWithAmazon|SignInWithApple|OIDC"`
	ProviderDetails  map[string]string `api:"required,max=50"`
	AttributeMapping map[string]string `api:"max=100"`
	IdpIdentifiers   []string          `api:"max=50"`
}

type apiProvider struct {
	UserPoolId       string
	ProviderName     string
	ProviderType     string
	ProviderDetails  map[string]string
	AttributeMapping map[string]string `json:",omitempty"`
	IdpIdentifiers   []string
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

type providerOutput struct{ IdentityProvider apiProvider }

// apiCreateProvider is CreateIdentityProvider. Client id and secret mean
// nothing here, since nobody else is asked.
func (c *call) apiCreateProvider(in *createProviderInput) (*providerOutput, error) {
	given := federation.Provider{
		Type: federation.Type(in.ProviderType), Name: in.ProviderName, Identifiers: in.IdpIdentifiers,
		Issuer: in.ProviderDetails["oidc_issuer"], AttributeMapping: in.AttributeMapping,
	}
	idp := providerWithDefaults(given)
	if err := validateProvider(idp); err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	err := c.settings.change(func(s *settings) error {
		if s.rules.provider(idp.Name) != nil {
			return refusal.New("DuplicateProviderException", "A provider with the name "+idp.Name+" already exists in the user pool.")
		}
		s.rules.idps = append(slices.Clone(s.rules.idps), idp)
		s.profile.Providers = cloneOf(s.profile.Providers)
		s.profile.Providers[idp.Name] = providerProfile{c.at, in.ProviderDetails}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &providerOutput{c.apiProvider(idp)}, nil
}

func (c *call) apiProvider(idp *federation.Provider) apiProvider {
	profile := c.profile().Providers[idp.Name]
	if profile.Created.IsZero() {
		profile.Created = c.started
	}
	return apiProvider{
		UserPoolId: c.id, ProviderName: idp.Name, ProviderType: string(idp.Type), ProviderDetails: cloneOf(profile.Details),
		AttributeMapping: idp.AttributeMapping, IdpIdentifiers: append([]string{}, idp.Identifiers...),
		LastModifiedDate: awsjson.Time(profile.Created), CreationDate: awsjson.Time(profile.Created),
	}
}

type providerInput struct {
	UserPoolId   string `api:"required,max=55,pattern=pool"`
	ProviderName string `api:"required,max=32,pattern=text"`
}

// apiDescribeProvider is DescribeIdentityProvider.
func (c *call) apiDescribeProvider(in *providerInput) (*providerOutput, error) {
	idp := c.provider(in.ProviderName)
	if idp == nil {
		return nil, errUnknownProvider
	}
	return &providerOutput{c.apiProvider(idp)}, nil
}

// apiDeleteProvider is DeleteIdentityProvider, for providers without users:
// what becomes of those on AWS is not known.
func (c *call) apiDeleteProvider(in *providerInput) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.settings.change(func(s *settings) error {
		if s.rules.provider(in.ProviderName) == nil {
			return errUnknownProvider
		}
		for _, a := range c.users.all() {
			if slices.ContainsFunc(a.identities, func(i identity) bool { return i.provider.Name == in.ProviderName }) {
				return refusal.New(refusal.InvalidParameterException, "DeleteIdentityProvider of a provider that users have signed in through is not supported by the emulator")
			}
		}
		s.rules.idps = slices.DeleteFunc(slices.Clone(s.rules.idps), func(idp *federation.Provider) bool { return idp.Name == in.ProviderName })
		return nil
	})
}

type listProvidersInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	MaxResults *int   `api:"min=0,max=60"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listProvidersOutput struct {
	Providers []apiProviderSummary
	NextToken string `json:",omitempty"`
}

type apiProviderSummary struct {
	ProviderName     string
	ProviderType     string
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

// apiListProviders is ListIdentityProviders.
func (c *call) apiListProviders(in *listProvidersInput) (*listProvidersOutput, error) {
	all := slices.Clone(c.rules().idps)
	page, next, err := awsjson.Paginate(all, func(idp *federation.Provider) string { return idp.Name }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listProvidersOutput{Providers: []apiProviderSummary{}, NextToken: next}
	for _, idp := range page {
		d := c.apiProvider(idp)
		answer.Providers = append(answer.Providers, apiProviderSummary{d.ProviderName, d.ProviderType, d.LastModifiedDate, d.CreationDate})
	}
	return answer, nil
}
