package cognitotest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// clientOperations make and change app clients.
var clientOperations = map[string]apiOperation{
	"CreateUserPoolClient":       poolOperation((*call).apiCreateClient),
	"DescribeUserPoolClient":     poolOperation((*call).apiDescribeClient),
	"UpdateUserPoolClient":       poolOperation((*call).apiUpdateClient),
	"DeleteUserPoolClient":       poolOperation((*call).apiDeleteClient),
	"ListUserPoolClients":        poolOperation((*call).apiListClients),
	"AddUserPoolClientSecret":    poolOperation((*call).apiAddClientSecret),
	"ListUserPoolClientSecrets":  poolOperation((*call).apiListClientSecrets),
	"DeleteUserPoolClientSecret": poolOperation((*call).apiDeleteClientSecret),
}

// clientSettingsInput are the parameters that CreateUserPoolClient and
// UpdateUserPoolClient share. What is left out gets its default, in both.
type clientSettingsInput struct {
	ClientName                               string         `json:",omitempty" api:"max=128,pattern=name"`
	RefreshTokenValidity                     int            `json:",omitempty" api:"min=0,max=315360000"`
	AccessTokenValidity                      int            `json:",omitempty" api:"min=1,max=86400"`
	IdTokenValidity                          int            `json:",omitempty" api:"min=1,max=86400"`
	TokenValidityUnits                       *validityUnits `json:",omitempty"`
	ReadAttributes                           []string       `json:",omitempty"`
	WriteAttributes                          []string       `json:",omitempty"`
	ExplicitAuthFlows                        []string       `json:",omitempty"`
	SupportedIdentityProviders               []string       `json:",omitempty"`
	CallbackURLs                             []string       `json:",omitempty" api:"max=100"`
	LogoutURLs                               []string       `json:",omitempty" api:"max=100"`
	DefaultRedirectURI                       string         `json:",omitempty" api:"max=1024"`
	AllowedOAuthFlows                        []string       `json:",omitempty" api:"max=3,enum=code|implicit|client_credentials"`
	AllowedOAuthScopes                       []string       `json:",omitempty" api:"max=50"`
	AllowedOAuthFlowsUserPoolClient          bool
	AnalyticsConfiguration                   awsjson.Kept      `json:",omitempty" api:"unsupported"`
	PreventUserExistenceErrors               string            `json:",omitempty" api:"enum=LEGACY|ENABLED"`
	EnableTokenRevocation                    *bool             `json:",omitempty"`
	EnablePropagateAdditionalUserContextData bool              `json:",omitempty"`
	AuthSessionValidity                      int               `json:",omitempty" api:"min=3,max=15"`
	RefreshTokenRotation                     *rotationSettings `json:",omitempty"`
}

type validityUnits struct {
	AccessToken  string `json:",omitempty" api:"enum=seconds|minutes|hours|days"`
	IdToken      string `json:",omitempty" api:"enum=seconds|minutes|hours|days"`
	RefreshToken string `json:",omitempty" api:"enum=seconds|minutes|hours|days"`
}

type rotationSettings struct {
	Feature                 string `api:"required,enum=ENABLED|DISABLED"`
	RetryGracePeriodSeconds int    `api:"min=0,max=60"`
}

// unit is how long one of a unit is, or what is usual where none is given.
func unit(name string, usual time.Duration) time.Duration {
	switch name {
	case "seconds":
		return time.Second
	case "minutes":
		return time.Minute
	case "hours":
		return time.Hour
	case "days":
		return 24 * time.Hour
	}
	return usual
}

// The ranges of token lifetimes.
const (
	minTokenLife   = 5 * time.Minute
	maxTokenLife   = 24 * time.Hour
	minRefreshLife = time.Hour
	maxRefreshLife = 3650 * 24 * time.Hour
)

// client is the app client that the parameters describe.
func (in *clientSettingsInput) client(id string) (AppClient, error) {
	units := validityUnits{}
	if in.TokenValidityUnits != nil {
		units = *in.TokenValidityUnits
	}
	c := AppClient{
		ID: id, CallbackURLs: in.CallbackURLs, LogoutURLs: in.LogoutURLs, DefaultRedirectURI: in.DefaultRedirectURI,
		ReadAttributes: in.ReadAttributes, WriteAttributes: in.WriteAttributes, ExplicitAuthFlows: authFlowNames(in.ExplicitAuthFlows),
		RevealUserExistence:  in.PreventUserExistenceErrors != "ENABLED",
		AccessTokenValidity:  time.Duration(in.AccessTokenValidity) * unit(units.AccessToken, time.Hour),
		IDTokenValidity:      time.Duration(in.IdTokenValidity) * unit(units.IdToken, time.Hour),
		RefreshTokenValidity: time.Duration(in.RefreshTokenValidity) * unit(units.RefreshToken, 24*time.Hour),
		AuthSessionValidity:  time.Duration(in.AuthSessionValidity) * time.Minute,
		DisableRevocation:    in.EnableTokenRevocation != nil && !*in.EnableTokenRevocation,
	}
	if r := in.RefreshTokenRotation; r != nil && r.Feature == "ENABLED" {
		c.RefreshTokenRotation, c.RetryGracePeriod = true, time.Duration(r.RetryGracePeriodSeconds)*time.Second
	}
	c.Providers = append([]string{}, in.SupportedIdentityProviders...)
	in.oauth(&c)
	return c, in.check(&c)
}

// oauth sets the OAuth half, which is off unless the client says otherwise.
func (in *clientSettingsInput) oauth(c *AppClient) {
	c.Flows, c.Scopes = []string{}, []string{}
	if in.AllowedOAuthFlowsUserPoolClient {
		c.Flows = slices.Clone(in.AllowedOAuthFlows)
		c.Scopes = append(c.Scopes, in.AllowedOAuthScopes...)
	}
}

// check refuses what Cognito refuses and the emulator's own clients may have.
func (in *clientSettingsInput) check(c *AppClient) error {
	bad := func(format string, args ...any) error {
		return refusal.New(refusal.InvalidParameterException, fmt.Sprintf(format, args...))
	}
	between := func(d, low, high time.Duration) bool { return d == 0 || low <= d && d <= high }
	switch {
	case slices.Contains(in.AllowedOAuthFlows, "implicit"):
		return bad("AllowedOAuthFlows implicit is not supported by the emulator")
	case in.AllowedOAuthFlowsUserPoolClient && len(in.AllowedOAuthFlows) == 0:
		return bad("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	case in.AllowedOAuthFlowsUserPoolClient && len(in.AllowedOAuthScopes) == 0:
		return bad("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	case !between(c.AccessTokenValidity, minTokenLife, maxTokenLife):
		return bad("Invalid range for token validity: AccessTokenValidity must be between 5 minutes and 1 day.")
	case !between(c.IDTokenValidity, minTokenLife, maxTokenLife):
		return bad("Invalid range for token validity: IdTokenValidity must be between 5 minutes and 1 day.")
	case !between(c.RefreshTokenValidity, minRefreshLife, maxRefreshLife):
		return bad("Invalid range for token validity: RefreshTokenValidity must be between 1 hour and 3650 days.")
	}
	return nil
}

// authFlowNames are flows by their present names. Nil stays nil.
func authFlowNames(flows []string) []string {
	old := map[string]string{
		"ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH", "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
	}
	var all []string
	for _, flow := range flows {
		all = append(all, cmp.Or(old[flow], flow))
	}
	return all
}

type createClientInput struct {
	UserPoolId     string `api:"required,max=55,pattern=pool"`
	GenerateSecret bool
	ClientSecret   string `api:"secret,min=24,max=64,pattern=client"`
	clientSettingsInput
}

type clientOutput struct{ UserPoolClient apiUserPoolClient }

// secretLength is how long the secrets are that the pool makes.
const secretLength = 52

// apiCreateClient is CreateUserPoolClient.
func (c *call) apiCreateClient(in *createClientInput) (*clientOutput, error) {
	client, err := in.client(random.Alnum(26))
	if err != nil {
		return nil, err
	}
	client.Secret = cognito.Secret(in.ClientSecret)
	if client.Secret == "" && in.GenerateSecret {
		client.Secret = cognito.Secret(random.Alnum(secretLength))
	}
	client = client.withDefaults()
	if err := c.checkAPIClient(&client); err != nil {
		return nil, err
	}
	if err := c.clients.add(&client); err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	c.event.ClientID = client.ID
	c.clients.note(client.ID, clientProfile{Created: c.at, Modified: c.at, Settings: in.clientSettingsInput})
	return c.describeClient(client.ID)
}

// checkAPIClient is checkClient, and has custom scopes be those of resource
// servers.
func (c *call) checkAPIClient(client *AppClient) error {
	known := c.servers.scopes()
	for _, scope := range client.Scopes {
		if isCustomScope(scope) && !slices.Contains(known, scope) {
			return refusal.New("ScopeDoesNotExistException", "Invalid scope requested: "+scope)
		}
	}
	if err := c.checkClient(client); err != nil {
		return refusal.New(refusal.InvalidParameterException, err.Error())
	}
	return nil
}

type clientInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	ClientId   string `api:"required,max=128,pattern=client"`
}

func noClient(id string) error {
	return refusal.New(refusal.NotFoundException, "User pool client "+id+" does not exist.")
}

// apiDescribeClient is DescribeUserPoolClient.
func (c *call) apiDescribeClient(in *clientInput) (*clientOutput, error) {
	return c.describeClient(in.ClientId)
}

type updateClientInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	ClientId   string `api:"required,max=128,pattern=client"`
	clientSettingsInput
}

// apiUpdateClient is UpdateUserPoolClient. What is left out goes back to its
// default, as on AWS.
func (c *call) apiUpdateClient(in *updateClientInput) (*clientOutput, error) {
	was := c.clients.find(in.ClientId)
	if was == nil {
		return nil, noClient(in.ClientId)
	}
	client, err := in.client(was.ID)
	if err != nil {
		return nil, err
	}
	client.Secret, client.SecondSecret = was.Secret, was.SecondSecret
	client = client.withDefaults()
	if err := c.checkAPIClient(&client); err != nil {
		return nil, err
	}
	changed := c.clients.change(&client, func(p *clientProfile) {
		name := cmp.Or(in.ClientName, p.Settings.ClientName)
		p.Modified, p.Settings = c.at, in.clientSettingsInput
		p.Settings.ClientName = name
	})
	if !changed {
		return nil, noClient(in.ClientId)
	}
	return c.describeClient(was.ID)
}

// apiDeleteClient is DeleteUserPoolClient.
func (c *call) apiDeleteClient(in *clientInput) (awsjson.NoBody, error) {
	if !c.clients.remove(in.ClientId) {
		return awsjson.NoBody{}, noClient(in.ClientId)
	}
	c.grants.revokeClient(in.ClientId)
	return awsjson.NoBody{}, nil
}

type listClientsInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	MaxResults *int   `api:"min=1,max=60"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listClientsOutput struct {
	UserPoolClients []apiClientSummary
	NextToken       string `json:",omitempty"`
}

type apiClientSummary struct{ ClientId, UserPoolId, ClientName string }

// apiListClients is ListUserPoolClients.
func (c *call) apiListClients(in *listClientsInput) (*listClientsOutput, error) {
	page, next, err := awsjson.Paginate(c.clients.all(), func(c *AppClient) string { return c.ID }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listClientsOutput{UserPoolClients: []apiClientSummary{}, NextToken: next}
	for _, client := range page {
		name := cmp.Or(c.clients.profile(client.ID).Settings.ClientName, client.ID)
		answer.UserPoolClients = append(answer.UserPoolClients, apiClientSummary{client.ID, c.id, name})
	}
	return answer, nil
}

// An apiUserPoolClient is an app client as the API describes it.
type apiUserPoolClient struct {
	UserPoolId       string
	ClientId         string
	ClientSecret     string `json:",omitempty"`
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
	clientSettingsInput
}

// describeClient answers with a client as it is now.
func (c *call) describeClient(id string) (*clientOutput, error) {
	client := c.clients.find(id)
	if client == nil {
		return nil, noClient(id)
	}
	profile := c.clients.profile(id)
	d := apiUserPoolClient{
		UserPoolId: c.id, ClientId: id, ClientSecret: string(c.clients.newestSecret(id)),
		LastModifiedDate: awsjson.Time(cmp.Or(profile.Modified, c.started)), CreationDate: awsjson.Time(cmp.Or(profile.Created, c.started)),
		clientSettingsInput: client.describe(),
	}
	d.ClientName = cmp.Or(profile.Settings.ClientName, id)
	d.EnablePropagateAdditionalUserContextData = profile.Settings.EnablePropagateAdditionalUserContextData
	return &clientOutput{d}, nil
}

// describe is the settings of a client in the API's words. Lifetimes are in
// the largest unit that they are a whole number of.
func (c *AppClient) describe() clientSettingsInput {
	revocation := !c.DisableRevocation
	d := clientSettingsInput{
		ReadAttributes: c.ReadAttributes, WriteAttributes: c.WriteAttributes, ExplicitAuthFlows: c.ExplicitAuthFlows,
		SupportedIdentityProviders: c.Providers, CallbackURLs: c.CallbackURLs, LogoutURLs: c.LogoutURLs, DefaultRedirectURI: c.DefaultRedirectURI,
		AllowedOAuthFlows: c.Flows, AllowedOAuthScopes: c.Scopes, AllowedOAuthFlowsUserPoolClient: len(c.Flows) > 0,
		PreventUserExistenceErrors: "ENABLED", EnableTokenRevocation: &revocation,
		AuthSessionValidity: int(c.AuthSessionValidity / time.Minute),
		TokenValidityUnits:  new(validityUnits),
	}
	if c.RevealUserExistence {
		d.PreventUserExistenceErrors = "LEGACY"
	}
	d.AccessTokenValidity, d.TokenValidityUnits.AccessToken = inUnits(c.AccessTokenValidity)
	d.IdTokenValidity, d.TokenValidityUnits.IdToken = inUnits(c.IDTokenValidity)
	d.RefreshTokenValidity, d.TokenValidityUnits.RefreshToken = inUnits(c.RefreshTokenValidity)
	if c.RefreshTokenRotation {
		d.RefreshTokenRotation = &rotationSettings{"ENABLED", int(c.RetryGracePeriod / time.Second)}
	}
	return d
}

func inUnits(d time.Duration) (n int, name string) {
	for _, name := range []string{"days", "hours", "minutes"} {
		if u := unit(name, 0); d%u == 0 {
			return int(d / u), name
		}
	}
	return int(d / time.Second), "seconds"
}

type clientSecretInput struct {
	UserPoolId   string `api:"required,max=55,pattern=pool"`
	ClientId     string `api:"required,max=128,pattern=client"`
	ClientSecret string `api:"secret,min=24,max=64,pattern=client"`
}

type clientSecretDescriptor struct {
	ClientSecretId         string
	ClientSecretValue      string `json:",omitempty"`
	ClientSecretCreateDate awsjson.Time
}

type clientSecretOutput struct{ ClientSecretDescriptor clientSecretDescriptor }

// apiAddClientSecret is AddUserPoolClientSecret, which alone tells the secret.
func (c *call) apiAddClientSecret(in *clientSecretInput) (*clientSecretOutput, error) {
	if c.clients.find(in.ClientId) == nil {
		return nil, noClient(in.ClientId)
	}
	secret := cognito.Secret(cmp.Or(in.ClientSecret, random.Alnum(secretLength)))
	added, err := c.clients.addDatedSecret(in.ClientId, secret, c.at, c.started)
	if err != nil {
		return nil, refusal.New("LimitExceededException", "Cannot add a client secret: "+err.Error())
	}
	d := added.describe(in.ClientId)
	d.ClientSecretValue = string(secret)
	return &clientSecretOutput{d}, nil
}

// secretDescriptors describe the secrets of a client, the oldest first. An id
// is <client id>--<seconds>.
func (c *call) secretDescriptors(clientID string) []clientSecretDescriptor {
	list := []clientSecretDescriptor{}
	for _, s := range c.clients.datedSecrets(clientID, c.started) {
		list = append(list, s.describe(clientID))
	}
	return list
}

type listClientSecretsInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	ClientId   string `api:"required,max=128,pattern=client"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listClientSecretsOutput struct{ ClientSecrets []clientSecretDescriptor }

// apiListClientSecrets is ListUserPoolClientSecrets.
func (c *call) apiListClientSecrets(in *listClientSecretsInput) (*listClientSecretsOutput, error) {
	if c.clients.find(in.ClientId) == nil {
		return nil, noClient(in.ClientId)
	}
	return &listClientSecretsOutput{c.secretDescriptors(in.ClientId)}, nil
}

type deleteClientSecretInput struct {
	UserPoolId     string `api:"required,max=55,pattern=pool"`
	ClientId       string `api:"required,max=128,pattern=client"`
	ClientSecretId string `api:"required,max=200"`
}

// apiDeleteClientSecret is DeleteUserPoolClientSecret.
func (c *call) apiDeleteClientSecret(in *deleteClientSecretInput) (awsjson.Empty, error) {
	if c.clients.find(in.ClientId) == nil {
		return awsjson.Empty{}, noClient(in.ClientId)
	}
	for _, s := range c.clients.datedSecrets(in.ClientId, c.started) {
		if s.id(in.ClientId) != in.ClientSecretId {
			continue
		}
		if err := c.clients.deleteSecret(in.ClientId, s.secret); err != nil {
			return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "Cannot delete the client secret: "+err.Error())
		}
		return awsjson.Empty{}, nil
	}
	return awsjson.Empty{}, refusal.New(refusal.NotFoundException, "Client secret does not exist.")
}

func (d datedSecret) describe(clientID string) clientSecretDescriptor {
	return clientSecretDescriptor{ClientSecretId: d.id(clientID), ClientSecretCreateDate: awsjson.Time(d.created)}
}

func (d datedSecret) id(clientID string) string {
	return clientID + "--" + strconv.FormatInt(d.created.Unix(), 10)
}
