package provision

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// ClientOperations make and change app clients.
var ClientOperations = map[string]request.Operation{
	"CreateUserPoolClient":       idpapi.OnPool(New, (*Handler).createUserPoolClient),
	"DescribeUserPoolClient":     idpapi.OnPool(New, (*Handler).describeUserPoolClient),
	"UpdateUserPoolClient":       idpapi.OnPool(New, (*Handler).updateUserPoolClient),
	"DeleteUserPoolClient":       idpapi.OnPool(New, (*Handler).deleteUserPoolClient),
	"ListUserPoolClients":        idpapi.OnPool(New, (*Handler).listUserPoolClients),
	"AddUserPoolClientSecret":    idpapi.OnPool(New, (*Handler).addUserPoolClientSecret),
	"ListUserPoolClientSecrets":  idpapi.OnPool(New, (*Handler).listUserPoolClientSecrets),
	"DeleteUserPoolClientSecret": idpapi.OnPool(New, (*Handler).deleteUserPoolClientSecret),
}

type createClientInput struct {
	idpapi.PoolRef
	GenerateSecret bool
	ClientSecret   string
	clients.SettingsInput
}

type clientOutput struct{ UserPoolClient userPoolClientType }

// secretLength is how long the secrets are that the pool makes.
const secretLength = 52

// createUserPoolClient is the operation CreateUserPoolClient.
func (c *Handler) createUserPoolClient(in *createClientInput) (*clientOutput, error) {
	client, err := in.Client(random.Alnum(26))
	if err != nil {
		return nil, err
	}
	c.noteImplicit(&in.SettingsInput)
	client.Secret = cognito.Secret(in.ClientSecret)
	if client.Secret == "" && in.GenerateSecret {
		client.Secret = cognito.Secret(random.Alnum(secretLength))
	}
	client = client.WithDefaults()
	if err := c.checkAPIClient(&client); err != nil {
		return nil, err
	}
	if err := c.Clients.Add(&client); err != nil {
		return nil, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	c.Event.ClientID = client.ID
	c.Clients.Note(client.ID, clients.Profile{Created: c.At, Modified: c.At, Settings: in.SettingsInput})
	return c.describeClient(client.ID)
}

// noteImplicit has the log say that the implicit grant is kept without an
// effect.
func (c *Handler) noteImplicit(in *clients.SettingsInput) {
	if in.HasImplicit() {
		c.Event.Ignored = append(c.Event.Ignored, "AllowedOAuthFlows.implicit")
	}
}

// checkAPIClient is CheckClient, and has custom scopes be those of resource
// servers.
func (c *Handler) checkAPIClient(client *clients.Client) error {
	known := c.Servers.Scopes()
	for _, scope := range client.Scopes {
		if clients.IsCustomScope(scope) && !slices.Contains(known, scope) {
			return refusal.New("ScopeDoesNotExistException", "Invalid scope requested: "+scope)
		}
	}
	if err := c.CheckClient(client); err != nil {
		return refusal.New(refusal.InvalidParameterException, err.Error())
	}
	return nil
}

type clientInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
}

// describeUserPoolClient is the operation DescribeUserPoolClient.
func (c *Handler) describeUserPoolClient(in *clientInput) (*clientOutput, error) {
	return c.describeClient(in.ClientId)
}

type updateClientInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	clients.SettingsInput
}

// updateUserPoolClient is the operation UpdateUserPoolClient. What is left out goes back to its
// default, as on AWS.
func (c *Handler) updateUserPoolClient(in *updateClientInput) (*clientOutput, error) {
	was := c.Clients.Find(in.ClientId)
	if was == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	client, err := in.Client(was.ID)
	if err != nil {
		return nil, err
	}
	c.noteImplicit(&in.SettingsInput)
	client.Secret, client.SecondSecret = was.Secret, was.SecondSecret
	client = client.WithDefaults()
	if err := c.checkAPIClient(&client); err != nil {
		return nil, err
	}
	changed := c.Clients.Change(&client, func(p *clients.Profile) {
		name := cmp.Or(in.ClientName, p.Settings.ClientName)
		p.Modified, p.Settings = c.At, in.SettingsInput
		p.Settings.ClientName = name
	})
	if !changed {
		return nil, clients.NotFound(in.ClientId)
	}
	return c.describeClient(was.ID)
}

// deleteUserPoolClient is the operation DeleteUserPoolClient.
func (c *Handler) deleteUserPoolClient(in *clientInput) (awsjson.NoBody, error) {
	if !c.Clients.Remove(in.ClientId) {
		return awsjson.NoBody{}, clients.NotFound(in.ClientId)
	}
	c.Grants.RevokeClient(in.ClientId)
	return awsjson.NoBody{}, nil
}

type listClientsInput struct {
	idpapi.PoolRef
	MaxResults *int
	NextToken  string
}

type listClientsOutput struct {
	UserPoolClients []userPoolClientDescription
	NextToken       string `json:",omitempty"`
}

type userPoolClientDescription struct{ ClientId, UserPoolId, ClientName string }

// listUserPoolClients is the operation ListUserPoolClients.
func (c *Handler) listUserPoolClients(in *listClientsInput) (*listClientsOutput, error) {
	page, next, err := awsjson.Paginate(c.Clients.All(), func(c *clients.Client) string { return c.ID }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listClientsOutput{UserPoolClients: []userPoolClientDescription{}, NextToken: next}
	for _, client := range page {
		name := cmp.Or(c.Clients.Profile(client.ID).Settings.ClientName, client.ID)
		answer.UserPoolClients = append(answer.UserPoolClients, userPoolClientDescription{client.ID, c.ID, name})
	}
	return answer, nil
}

// A userPoolClientType is an app client as the API describes it.
type userPoolClientType struct {
	UserPoolId       string
	ClientId         string
	ClientSecret     string `json:",omitempty"`
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
	clients.SettingsInput
}

// describeClient answers with a client as it is now.
func (c *Handler) describeClient(id string) (*clientOutput, error) {
	client := c.Clients.Find(id)
	if client == nil {
		return nil, clients.NotFound(id)
	}
	profile := c.Clients.Profile(id)
	d := userPoolClientType{
		UserPoolId: c.ID, ClientId: id, ClientSecret: string(c.Clients.NewestSecret(id)),
		LastModifiedDate: awsjson.Time(cmp.Or(profile.Modified, c.Started)), CreationDate: awsjson.Time(cmp.Or(profile.Created, c.Started)),
		SettingsInput: client.Describe(profile.Settings.TokenValidityUnits),
	}
	d.ClientName = cmp.Or(profile.Settings.ClientName, id)
	if given := &profile.Settings; given.HasImplicit() || !profile.Modified.IsZero() && !given.AllowedOAuthFlowsUserPoolClient {
		d.AllowedOAuthFlows, d.AllowedOAuthScopes = given.AllowedOAuthFlows, given.AllowedOAuthScopes // kept, without effect
	}
	d.AnalyticsConfiguration = profile.Settings.AnalyticsConfiguration
	d.EnablePropagateAdditionalUserContextData = profile.Settings.EnablePropagateAdditionalUserContextData
	return &clientOutput{d}, nil
}

type clientSecretInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	ClientSecret string
}

type clientSecretDescriptor struct {
	ClientSecretId         string
	ClientSecretValue      string `json:",omitempty"`
	ClientSecretCreateDate awsjson.Time
}

type clientSecretOutput struct{ ClientSecretDescriptor clientSecretDescriptor }

// addUserPoolClientSecret is the operation AddUserPoolClientSecret, the only one that tells the
// secret.
func (c *Handler) addUserPoolClientSecret(in *clientSecretInput) (*clientSecretOutput, error) {
	if c.Clients.Find(in.ClientId) == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	secret := cognito.Secret(cmp.Or(in.ClientSecret, random.Alnum(secretLength)))
	added, err := c.Clients.AddDatedSecret(in.ClientId, secret, c.At, c.Started)
	if err != nil {
		return nil, refusal.New("LimitExceededException", "Cannot add a client secret: "+err.Error())
	}
	d := describeSecret(added, in.ClientId)
	d.ClientSecretValue = string(secret)
	return &clientSecretOutput{d}, nil
}

// secretDescriptors describe the secrets of a client, the oldest first. An id
// is <client id>--<seconds>.
func (c *Handler) secretDescriptors(clientID string) []clientSecretDescriptor {
	list := []clientSecretDescriptor{}
	for _, s := range c.Clients.DatedSecrets(clientID, c.Started) {
		list = append(list, describeSecret(s, clientID))
	}
	return list
}

type listClientSecretsInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	NextToken string
}

type listClientSecretsOutput struct{ ClientSecrets []clientSecretDescriptor }

// listUserPoolClientSecrets is the operation ListUserPoolClientSecrets.
func (c *Handler) listUserPoolClientSecrets(in *listClientSecretsInput) (*listClientSecretsOutput, error) {
	if c.Clients.Find(in.ClientId) == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	return &listClientSecretsOutput{c.secretDescriptors(in.ClientId)}, nil
}

type deleteClientSecretInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	ClientSecretId string
}

// deleteUserPoolClientSecret is the operation DeleteUserPoolClientSecret.
func (c *Handler) deleteUserPoolClientSecret(in *deleteClientSecretInput) (awsjson.Empty, error) {
	if c.Clients.Find(in.ClientId) == nil {
		return awsjson.Empty{}, clients.NotFound(in.ClientId)
	}
	for _, s := range c.Clients.DatedSecrets(in.ClientId, c.Started) {
		if s.ID(in.ClientId) != in.ClientSecretId {
			continue
		}
		if err := c.Clients.DeleteSecret(in.ClientId, s.Secret); err != nil {
			return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "Cannot delete the client secret: "+err.Error())
		}
		return awsjson.Empty{}, nil
	}
	return awsjson.Empty{}, refusal.New(refusal.NotFoundException, "Client secret does not exist.")
}

func describeSecret(d clients.DatedSecret, clientID string) clientSecretDescriptor {
	return clientSecretDescriptor{ClientSecretId: d.ID(clientID), ClientSecretCreateDate: awsjson.Time(d.Created)}
}
