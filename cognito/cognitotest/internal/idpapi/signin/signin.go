package signin

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// Operations are those of a sign-in.
var Operations = map[string]request.Operation{
	"InitiateAuth":                request.Open(New, (*Handler).initiateAuth),
	"AdminInitiateAuth":           idpapi.OnPool(New, (*Handler).adminInitiateAuth),
	"RespondToAuthChallenge":      request.Open(New, (*Handler).respondToAuthChallenge),
	"AdminRespondToAuthChallenge": idpapi.OnPool(New, (*Handler).adminRespondToAuthChallenge),
	"AssociateSoftwareToken":      request.Open(New, (*Handler).associateSoftwareToken),
	"VerifySoftwareToken":         request.Open(New, (*Handler).verifySoftwareToken),
	"GetClientToken":              request.Open(New, (*Handler).getClientToken),
	"GetTokensFromRefreshToken":   request.Open(New, (*Handler).getTokensFromRefreshToken),
	"RevokeToken":                 request.Open(New, (*Handler).revokeToken),
	"GlobalSignOut":               request.Open(New, (*Handler).globalSignOut),
	"ConfirmDevice":               request.Open(New, (*Handler).confirmDevice),
	"ListDevices":                 request.Open(New, (*Handler).listDevices),
	"GetDevice":                   request.Open(New, (*Handler).getDevice),
	"ForgetDevice":                request.Open(New, (*Handler).forgetDevice),
	"UpdateDeviceStatus":          request.Open(New, (*Handler).updateDeviceStatus),
	"AdminListDevices":            idpapi.OnUser(New, (*Handler).adminListDevices),
	"AdminGetDevice":              idpapi.OnUser(New, (*Handler).adminGetDevice),
	"AdminForgetDevice":           idpapi.OnUser(New, (*Handler).adminForgetDevice),
	"AdminUpdateDeviceStatus":     idpapi.OnUser(New, (*Handler).adminUpdateDeviceStatus),
}

// What requests tell about where a user is. Only the address is looked at.
type (
	userContextData struct{ IpAddress, EncodedData string }

	contextData struct {
		IpAddress, ServerName, ServerPath, EncodedData string
		HttpHeaders                                    awsjson.Kept
	}
)

type initiateAuthInput struct {
	AuthFlow          string
	ClientId          string
	AuthParameters    authParams
	ClientMetadata    map[string]string
	Session           string
	UserContextData   userContextData
	AnalyticsMetadata awsjson.Kept
}

type adminInitiateAuthInput struct {
	idpapi.PoolRef
	AuthFlow          string
	ClientId          string
	AuthParameters    authParams
	ClientMetadata    map[string]string
	Session           string
	ContextData       contextData
	AnalyticsMetadata awsjson.Kept
}

// An authOutput is the answer to a step of a sign-in: tokens, or what comes
// next.
type authOutput struct {
	AuthenticationResult *authResult `json:",omitempty"`
	AvailableChallenges  []string    `json:",omitempty"`
	ChallengeName        string      `json:",omitempty"`
	ChallengeParameters  map[string]string
	Session              string `json:",omitempty"`
}

// authParams are AuthParameters or ChallengeResponses.
type authParams map[string]string

// need returns a parameter that has to be there.
func (p authParams) need(name string) (string, error) {
	if p[name] == "" {
		return "", refusal.New(refusal.InvalidParameterException, "Missing required parameter "+name)
	}
	return p[name], nil
}

// username is USERNAME. One that no user can have, such as one with a space, is
// refused for its form: the password is not looked at.
func (p authParams) username() (string, error) {
	name, err := p.need("USERNAME")
	if err != nil {
		return "", err
	}
	impossible := func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
	}
	if strings.ContainsFunc(name, impossible) {
		return "", refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value at 'username' failed to satisfy constraint: "+
			`Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
	return name, nil
}

// initiateAuth is the operation InitiateAuth.
func (c *Handler) initiateAuth(in *initiateAuthInput) (*authOutput, error) {
	c.Address = in.UserContextData.IpAddress
	return c.startAuth(in, false)
}

// adminInitiateAuth is the operation AdminInitiateAuth.
func (c *Handler) adminInitiateAuth(in *adminInitiateAuthInput) (*authOutput, error) {
	c.Address = in.ContextData.IpAddress
	return c.startAuth(&initiateAuthInput{
		AuthFlow: in.AuthFlow, ClientId: in.ClientId, AuthParameters: in.AuthParameters,
		ClientMetadata: in.ClientMetadata, Session: in.Session,
	}, true)
}

// startAuth begins a sign-in, or refreshes its tokens.
func (c *Handler) startAuth(in *initiateAuthInput, admin bool) (*authOutput, error) {
	flow, known := clients.AuthFlows[in.AuthFlow]
	switch {
	case !known:
		return nil, awsjson.NotOneOf("authFlow", in.AuthFlow, awsjson.SortedKeys(clients.AuthFlows))
	case flow == clients.FlowAdmin && !admin:
		return nil, refusal.New(refusal.InvalidParameterException, "Initiate Auth method not supported.")
	}
	client := c.Clients.Find(in.ClientId)
	if client == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	if err := client.AllowsAuth(flow); err != nil {
		return nil, err
	}
	c.Validation = in.ClientMetadata
	if flow == clients.FlowRefresh {
		return c.refreshAuth(client, in.AuthParameters)
	}
	name, err := in.AuthParameters.username()
	if err != nil {
		return nil, err
	}
	if err := c.CheckSecretHash(client, name, in.AuthParameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	s := attempts.SignIn{Flow: flow, Admin: admin, Client: client, Typed: name, DeviceKey: in.AuthParameters["DEVICE_KEY"]}
	if flow == clients.FlowChoice && in.Session != "" {
		return c.continueSignUp(s, in.Session)
	}
	return c.beginAuth(s, in.AuthParameters)
}

// beginAuth begins a flow.
func (c *Handler) beginAuth(s attempts.SignIn, params authParams) (*authOutput, error) {
	switch s.Flow {
	case clients.FlowPassword, clients.FlowAdmin:
		return c.passwordAuth(s, params)
	case clients.FlowChoice:
		return c.choiceAuth(s, params)
	}
	clientPublic := ""
	if s.Flow == clients.FlowSRP || params["CHALLENGE_NAME"] == "SRP_A" {
		var err error
		if clientPublic, err = params.need("SRP_A"); err != nil {
			return nil, err
		}
	}
	a, err := c.beginUser(&s)
	if err != nil {
		return nil, err
	}
	if s.Flow == clients.FlowCustom {
		return c.customAuth(s, &a, clientPublic)
	}
	return c.startSRP(s, &a, clientPublic)
}

// beginUser finds the user of a sign-in before anything was proved. If the
// client hides which users exist, an unknown name gets a made-up username.
func (c *Handler) beginUser(s *attempts.SignIn) (directory.Account, error) {
	a, known := c.FindTyped(s.Typed)
	asked := &a
	if !known {
		asked = nil
	}
	c.Event.Username = a.Username
	if err := c.PreAuthentication(s.Typed, asked); err != nil {
		return a, err
	}
	switch {
	case known:
		s.Sub, s.Username = a.Sub, a.Username
	case s.Client.RevealUserExistence:
		return a, refusal.UnknownUser
	default:
		s.Username = c.DisguisedName(s.Typed)
	}
	return a, nil
}

// passwordAuth is a flow that sends the password.
func (c *Handler) passwordAuth(s attempts.SignIn, params authParams) (*authOutput, error) {
	password, err := params.need("PASSWORD")
	if err != nil {
		return nil, err
	}
	a, err := c.Authenticate(s.Client, s.Typed, password)
	c.Event.Username = a.Username
	if err == refusal.WrongPassword {
		err = cmp.Or(whateverThePassword(s.Client, &a), err)
	}
	if err != nil {
		return nil, err
	}
	s.Sub, s.Username = a.Sub, a.Username
	return c.afterFirstFactor(s, &a)
}

// whateverThePassword is the refusal that follows from a user's state, whatever
// the password is, or nil. All clients learn that a user is not confirmed.
// Clients that reveal which users exist also learn that a user must choose
// another password. Other clients learn that only if no password could be
// right, as after an import.
func whateverThePassword(client *clients.Client, a *directory.Account) error {
	switch {
	case a.Sub == "" || a.Disabled:
		return nil
	case a.Status() == directory.StatusUnconfirmed:
		return refusal.NotConfirmed
	case a.Status() == directory.StatusResetRequired && (client.RevealUserExistence || a.Password.Sum == nil):
		return refusal.ResetRequired
	}
	return nil
}

// continueSignUp signs in a user who has just confirmed the account.
func (c *Handler) continueSignUp(s attempts.SignIn, session string) (*authOutput, error) {
	before, err := c.AuthSessions.Take(session, c.At)
	if err != nil {
		return nil, err
	}
	a, known := c.Users.Find(before.Sub)
	typed, _ := c.FindTyped(s.Typed)
	if before.Challenge != sessionConfirmed || before.Client.ID != s.Client.ID || !known || typed.Sub != a.Sub {
		c.AuthSessions.GiveBack(session, c.At)
		return nil, attempts.ErrNoSession
	}
	c.Event.Username = a.Username
	s.Sub, s.Username = a.Sub, a.Username
	return c.afterFirstFactor(s, &a)
}

// challenge is the answer that asks for one more step.
func (c *Handler) challenge(s attempts.SignIn, name string, params map[string]string) *authOutput {
	s.Challenge = name
	s.Named = s.Named || params["USER_ID_FOR_SRP"] != "" || params["USERNAME"] != ""
	if params == nil {
		params = map[string]string{}
	}
	out := &authOutput{ChallengeName: name, ChallengeParameters: params, Session: c.keepSession(s)}
	if name == challengeVerifier && s.Flow == clients.FlowSRP {
		out.Session = "" // the secret block replaces it
	}
	return out
}

// afterFirstFactor goes on by the user's status.
func (c *Handler) afterFirstFactor(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if a.Disabled {
		return nil, refusal.Disabled
	}
	if err := c.checkDevice(&s, a); err != nil {
		return nil, err
	}
	switch a.Status() {
	case directory.StatusUnconfirmed:
		return nil, refusal.NotConfirmed
	case directory.StatusResetRequired:
		return nil, refusal.ResetRequired
	case directory.StatusForceChangePassword:
		return c.askNewPassword(s, a)
	}
	return c.askSecondFactor(s, a)
}

// afterFactors ends a sign-in, once a remembered device has proved itself.
func (c *Handler) afterFactors(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if !s.Proved && a.Remembers(s.DeviceKey) {
		return c.challenge(s, challengeDevice, s.Naming()), nil
	}
	return c.issueTokens(s, a)
}
