package setup

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// tagKey marks the pool of an app; its value is the app's URL.
const tagKey = "cognito-go:app"

// managedLogin is the version of the domain's pages.
const managedLogin = 2

// A Design is the resources that an app needs, as inputs of the Cognito API
// without the ids that Cognito gives. A nil field means that the app does not
// need the resource.
type Design struct {
	Wish     Wish
	Pool     *cip.CreateUserPoolInput
	Server   *cip.CreateResourceServerInput
	Client   *cip.CreateUserPoolClientInput
	Domain   *cip.CreateUserPoolDomainInput
	Branding *cip.CreateManagedLoginBrandingInput
	Groups   []*cip.CreateGroupInput
	Machine  *cip.CreateUserPoolClientInput

	Identities *Identities

	// domainChosen says that the wish names the prefix of the domain.
	domainChosen bool
}

// Design is the set-up that the wish asks for. The wish must pass [Wish.Check].
func (w Wish) Design() *Design {
	chosen := w.Domain != ""
	w = w.withDefaults()
	d := &Design{
		Wish: w, domainChosen: chosen, Pool: w.pool(), Client: w.client(),
		Domain:   &cip.CreateUserPoolDomainInput{Domain: aws.String(w.Domain), ManagedLoginVersion: aws.Int32(managedLogin)},
		Branding: &cip.CreateManagedLoginBrandingInput{UseCognitoProvidedValues: true},
	}
	for _, name := range w.Groups {
		d.Groups = append(d.Groups, &cip.CreateGroupInput{GroupName: aws.String(name)})
	}
	if w.Resource != "" {
		d.Server = w.server()
	}
	if w.Machine {
		d.Machine = w.machine()
	}
	d.Identities = w.identities()
	return d
}

// pool is the user pool: sign-in by e-mail address, and what poolRules say.
func (w Wish) pool() *cip.CreateUserPoolInput {
	var rest cip.UpdateUserPoolInput
	for _, rule := range poolRules {
		if rule.applies == nil || rule.applies(w) {
			rule.mend(w, &rest)
		}
	}
	in := new(cip.CreateUserPoolInput)
	copyFields(in, &rest)
	in.PoolName = aws.String(w.Name)
	in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
	in.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)}
	in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
		MinimumLength: aws.Int32(12), TemporaryPasswordValidityDays: 7,
	}}
	return in
}

// client is the app client: confidential, and what clientRules say.
func (w Wish) client() *cip.CreateUserPoolClientInput {
	var rest cip.UpdateUserPoolClientInput
	for _, rule := range clientRules {
		rule.mend(w, &rest)
	}
	in := new(cip.CreateUserPoolClientInput)
	copyFields(in, &rest)
	in.ClientName = aws.String(w.Name)
	in.GenerateSecret = true
	return in
}

// apiName is a name in the letters that Cognito takes.
func apiName(text string) string { return notInNames.ReplaceAllString(text, "-") }

var notInNames = regexp.MustCompile(`[^\w\s+=,.@-]+`)

func (w Wish) server() *cip.CreateResourceServerInput {
	in := &cip.CreateResourceServerInput{Identifier: aws.String(w.Resource), Name: aws.String(apiName(w.Resource))}
	for _, name := range w.Scopes {
		in.Scopes = append(in.Scopes, types.ResourceServerScopeType{ScopeName: aws.String(name), ScopeDescription: aws.String(name)})
	}
	return in
}

// machineSuffix ends the name of the app client for machines.
const machineSuffix = " machines"

func (w Wish) machine() *cip.CreateUserPoolClientInput {
	return &cip.CreateUserPoolClientInput{
		ClientName: aws.String(w.Name + machineSuffix), GenerateSecret: true,
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows:               []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials},
		AllowedOAuthScopes:              w.fullScopes(),
		EnableTokenRevocation:           aws.Bool(true),
		ExplicitAuthFlows:               []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
	}
}

// union is list with what it lacks of more. It leaves both as they are.
func union[T comparable](list []T, more ...T) []T {
	all := slices.Clone(list)
	for _, v := range more {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}
