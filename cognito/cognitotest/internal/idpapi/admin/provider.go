package admin

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

type linkProviderInput struct {
	idpapi.PoolRef
	DestinationUser *providerUserInput
	SourceUser      *providerUserInput
}

type providerUserInput struct {
	ProviderName           string
	ProviderAttributeName  string
	ProviderAttributeValue string
}

// subjectAttribute is the ProviderAttributeName of a provider's own user id,
// which users are linked by.
const subjectAttribute = "Cognito_Subject"

var errLinked = refusal.New(refusal.InvalidParameterException, "Merging is not currently supported, provide a SourceUser that has not been previously linked")

// adminLinkProviderForUser is the operation AdminLinkProviderForUser.
func (c *Handler) adminLinkProviderForUser(in *linkProviderInput) (awsjson.Empty, error) {
	to, from := in.DestinationUser, in.SourceUser
	a, known := c.FindNamed(to.ProviderAttributeValue)
	idp := c.Provider(from.ProviderName)
	switch {
	case to.ProviderName != "Cognito" && to.ProviderName != settings.LocalProvider:
		return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "DestinationUser.ProviderName other than Cognito is not supported by the emulator")
	case from.ProviderAttributeName != subjectAttribute:
		return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "SourceUser.ProviderAttributeName other than "+subjectAttribute+" is not supported by the emulator")
	case !known:
		return awsjson.Empty{}, refusal.UnknownUser
	case idp == nil:
		return awsjson.Empty{}, ErrUnknownProvider
	}
	if _, taken := c.Users.FindIdentity(idp, from.ProviderAttributeValue); taken {
		return awsjson.Empty{}, errLinked
	}
	return awsjson.Empty{}, c.LinkUser(a.Sub, idp.Name, from.ProviderAttributeValue)
}

var ErrUnknownProvider = refusal.New(refusal.NotFoundException, "Identity provider does not exist.")

type disableProviderInput struct {
	idpapi.PoolRef
	User *providerUserInput
}

// adminDisableProviderForUser is the operation AdminDisableProviderForUser. A linked provider is
// unlinked, a federated user's own account is disabled, and a user of the pool
// loses the password.
func (c *Handler) adminDisableProviderForUser(in *disableProviderInput) (awsjson.Empty, error) {
	who := in.User
	if who.ProviderName == "Cognito" || who.ProviderName == settings.LocalProvider {
		a, known := c.FindNamed(who.ProviderAttributeValue)
		if !known {
			return awsjson.Empty{}, refusal.UnknownUser
		}
		return awsjson.Empty{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
			a.Password = credential.Hash{}
			return nil
		})
	}
	idp := c.Provider(who.ProviderName)
	switch {
	case idp == nil:
		return awsjson.Empty{}, ErrUnknownProvider
	case who.ProviderAttributeName != subjectAttribute:
		return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "User.ProviderAttributeName other than "+subjectAttribute+" is not supported by the emulator")
	}
	a, known := c.Users.FindIdentity(idp, who.ProviderAttributeValue)
	if !known {
		return awsjson.Empty{}, refusal.UnknownUser
	}
	is := func(i directory.Identity) bool {
		return i.Provider.Name == idp.Name && i.UserID == who.ProviderAttributeValue
	}
	if slices.ContainsFunc(a.Identities, func(i directory.Identity) bool { return is(i) && i.Primary }) {
		return awsjson.Empty{}, c.SetDisabled(a.Sub, true)
	}
	return awsjson.Empty{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
		a.Identities = slices.DeleteFunc(a.Identities, is)
		return nil
	})
}
