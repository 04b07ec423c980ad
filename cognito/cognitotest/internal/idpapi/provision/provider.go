package provision

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/admin"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// ProviderOperations make and change identity providers, which the pool then
// plays: see [federation.Provider].
var ProviderOperations = map[string]request.Operation{
	"CreateIdentityProvider":   idpapi.OnPool(New, (*Handler).createIdentityProvider),
	"DescribeIdentityProvider": idpapi.OnPool(New, (*Handler).describeIdentityProvider),
	"UpdateIdentityProvider":   idpapi.OnPool(New, (*Handler).updateIdentityProvider),
	"DeleteIdentityProvider":   idpapi.OnPool(New, (*Handler).deleteIdentityProvider),
	"ListIdentityProviders":    idpapi.OnPool(New, (*Handler).listIdentityProviders),

	"GetIdentityProviderByIdentifier": idpapi.OnPool(New, (*Handler).getIdentityProviderByIdentifier),
}

type createProviderInput struct {
	idpapi.PoolRef
	ProviderName     string
	ProviderType     string
	ProviderDetails  map[string]string
	AttributeMapping map[string]string
	IdpIdentifiers   []string
}

type identityProviderType struct {
	UserPoolId       string
	ProviderName     string
	ProviderType     string
	ProviderDetails  map[string]string
	AttributeMapping map[string]string `json:",omitempty"`
	IdpIdentifiers   []string
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

type providerOutput struct{ IdentityProvider identityProviderType }

// createIdentityProvider is the operation CreateIdentityProvider. Client id and secret mean
// nothing here, since no other service is asked.
func (c *Handler) createIdentityProvider(in *createProviderInput) (*providerOutput, error) {
	given := federation.Provider{
		Type: federation.Type(in.ProviderType), Name: in.ProviderName, Identifiers: in.IdpIdentifiers,
		Issuer: in.ProviderDetails["oidc_issuer"], AttributeMapping: in.AttributeMapping,
	}
	idp := settings.ProviderWithDefaults(given)
	if err := settings.ValidateProvider(idp); err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	if err := checkDetails(idp.Type, in.ProviderDetails); err != nil {
		return nil, err
	}
	err := c.Settings.Change(func(s *settings.Settings) error {
		if s.Rules.Provider(idp.Name) != nil {
			return refusal.New("DuplicateProviderException", "A provider with the name "+idp.Name+" already exists in the user pool.")
		}
		s.Rules.Idps = append(slices.Clone(s.Rules.Idps), idp)
		s.Profile.Providers = settings.CloneMap(s.Profile.Providers)
		s.Profile.Providers[idp.Name] = settings.ProviderProfile{Created: c.At, Details: in.ProviderDetails}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &providerOutput{c.providerAnswer(idp)}, nil
}

func (c *Handler) providerAnswer(idp *federation.Provider) identityProviderType {
	profile := c.Profile().Providers[idp.Name]
	if profile.Created.IsZero() {
		profile.Created = c.Started
	}
	return identityProviderType{
		UserPoolId: c.ID, ProviderName: idp.Name, ProviderType: string(idp.Type), ProviderDetails: settings.CloneMap(profile.Details),
		AttributeMapping: idp.AttributeMapping, IdpIdentifiers: append([]string{}, idp.Identifiers...),
		LastModifiedDate: awsjson.Time(cmp.Or(profile.Modified, profile.Created)), CreationDate: awsjson.Time(profile.Created),
	}
}

type providerInput struct {
	idpapi.PoolRef
	ProviderName string
}

// describeIdentityProvider is the operation DescribeIdentityProvider.
func (c *Handler) describeIdentityProvider(in *providerInput) (*providerOutput, error) {
	idp := c.Provider(in.ProviderName)
	if idp == nil {
		return nil, admin.ErrUnknownProvider
	}
	return &providerOutput{c.providerAnswer(idp)}, nil
}

type updateProviderInput struct {
	idpapi.PoolRef
	ProviderName     string
	ProviderDetails  map[string]string
	AttributeMapping map[string]string
	IdpIdentifiers   []string
}

// updateIdentityProvider is the operation UpdateIdentityProvider. What is left out stays as it is.
func (c *Handler) updateIdentityProvider(in *updateProviderInput) (*providerOutput, error) {
	var changed federation.Provider
	err := c.Settings.Change(func(s *settings.Settings) error {
		was := s.Rules.Provider(in.ProviderName)
		if was == nil {
			return admin.ErrUnknownProvider
		}
		if in.ProviderDetails != nil {
			if err := checkDetails(was.Type, in.ProviderDetails); err != nil {
				return err
			}
		}
		changed = *was
		profile := s.Profile.Providers[was.Name]
		profile.Modified = c.At
		if profile.Created.IsZero() {
			profile.Created = c.Started
		}
		in.apply(&changed, &profile)
		s.Rules.Idps = slices.Clone(s.Rules.Idps)
		s.Rules.Idps[slices.Index(s.Rules.Idps, was)] = &changed
		s.Profile.Providers = settings.CloneMap(s.Profile.Providers)
		s.Profile.Providers[was.Name] = profile
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &providerOutput{c.providerAnswer(&changed)}, nil
}

// apply sets what the parameters say.
func (in *updateProviderInput) apply(idp *federation.Provider, profile *settings.ProviderProfile) {
	if in.ProviderDetails != nil {
		idp.Issuer, profile.Details = in.ProviderDetails["oidc_issuer"], in.ProviderDetails
	}
	if in.AttributeMapping != nil {
		idp.AttributeMapping = in.AttributeMapping
	}
	if in.IdpIdentifiers != nil {
		idp.Identifiers = in.IdpIdentifiers
	}
}

type identifierInput struct {
	idpapi.PoolRef
	IdpIdentifier string
}

// getIdentityProviderByIdentifier is the operation GetIdentityProviderByIdentifier.
func (c *Handler) getIdentityProviderByIdentifier(in *identifierInput) (*providerOutput, error) {
	for _, idp := range c.Rules().Idps {
		if slices.Contains(idp.Identifiers, in.IdpIdentifier) {
			return &providerOutput{c.providerAnswer(idp)}, nil
		}
	}
	return nil, admin.ErrUnknownProvider
}

// deleteIdentityProvider is the operation DeleteIdentityProvider, for providers without users:
// what becomes of those on AWS is not known.
func (c *Handler) deleteIdentityProvider(in *providerInput) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.Settings.Change(func(s *settings.Settings) error {
		if s.Rules.Provider(in.ProviderName) == nil {
			return admin.ErrUnknownProvider
		}
		for _, a := range c.Users.All() {
			if slices.ContainsFunc(a.Identities, func(i directory.Identity) bool { return i.Provider.Name == in.ProviderName }) {
				return refusal.New(refusal.InvalidParameterException, "DeleteIdentityProvider of a provider that users have signed in through is not supported by the emulator")
			}
		}
		s.Rules.Idps = slices.DeleteFunc(slices.Clone(s.Rules.Idps), func(idp *federation.Provider) bool { return idp.Name == in.ProviderName })
		return nil
	})
}

type listProvidersInput struct {
	idpapi.PoolRef
	MaxResults *int
	NextToken  string
}

type listProvidersOutput struct {
	Providers []providerDescription
	NextToken string `json:",omitempty"`
}

type providerDescription struct {
	ProviderName     string
	ProviderType     string
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

// listIdentityProviders is the operation ListIdentityProviders.
func (c *Handler) listIdentityProviders(in *listProvidersInput) (*listProvidersOutput, error) {
	all := slices.Clone(c.Rules().Idps)
	page, next, err := awsjson.Paginate(all, func(idp *federation.Provider) string { return idp.Name }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listProvidersOutput{Providers: []providerDescription{}, NextToken: next}
	for _, idp := range page {
		d := c.providerAnswer(idp)
		answer.Providers = append(answer.Providers, providerDescription{d.ProviderName, d.ProviderType, d.LastModifiedDate, d.CreationDate})
	}
	return answer, nil
}
