package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// signInOperations are those of a sign-in.
var signInOperations = map[string]apiOperation{
	"InitiateAuth":                openOperation((*call).apiInitiateAuth),
	"AdminInitiateAuth":           poolOperation((*call).apiAdminInitiateAuth),
	"RespondToAuthChallenge":      openOperation((*call).apiRespond),
	"AdminRespondToAuthChallenge": poolOperation((*call).apiAdminRespond),
	"AssociateSoftwareToken":      openOperation((*call).apiAssociateSoftwareToken),
	"VerifySoftwareToken":         openOperation((*call).apiVerifySoftwareToken),
	"GetTokensFromRefreshToken":   openOperation((*call).apiRefresh),
	"RevokeToken":                 openOperation((*call).apiRevokeToken),
	"GlobalSignOut":               openOperation((*call).apiGlobalSignOut),
	"ConfirmDevice":               openOperation((*call).apiConfirmDevice),
	"ListDevices":                 openOperation((*call).apiListDevices),
	"GetDevice":                   openOperation((*call).apiGetDevice),
	"ForgetDevice":                openOperation((*call).apiForgetDevice),
	"UpdateDeviceStatus":          openOperation((*call).apiUpdateDeviceStatus),
	"AdminListDevices":            userOperation((*call).apiAdminListDevices),
	"AdminGetDevice":              userOperation((*call).apiAdminGetDevice),
	"AdminForgetDevice":           userOperation((*call).apiAdminForgetDevice),
	"AdminUpdateDeviceStatus":     userOperation((*call).apiAdminUpdateDeviceStatus),
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
	AuthFlow          string            `api:"required"`
	ClientId          string            `api:"required,max=128,pattern=client"`
	AuthParameters    authParams        `api:"secret"`
	ClientMetadata    map[string]string `api:"secret"`
	Session           string            `api:"secret,min=20,max=2048"`
	UserContextData   userContextData
	AnalyticsMetadata awsjson.Kept
}

type adminInitiateAuthInput struct {
	UserPoolId        string            `api:"required,max=55,pattern=pool"`
	AuthFlow          string            `api:"required"`
	ClientId          string            `api:"required,max=128,pattern=client"`
	AuthParameters    authParams        `api:"secret"`
	ClientMetadata    map[string]string `api:"secret"`
	Session           string            `api:"secret,min=20,max=2048"`
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

// apiInitiateAuth is InitiateAuth.
func (c *call) apiInitiateAuth(in *initiateAuthInput) (*authOutput, error) {
	c.address = in.UserContextData.IpAddress
	return c.initiateAuth(in, false)
}

// apiAdminInitiateAuth is AdminInitiateAuth.
func (c *call) apiAdminInitiateAuth(in *adminInitiateAuthInput) (*authOutput, error) {
	c.address = in.ContextData.IpAddress
	return c.initiateAuth(&initiateAuthInput{
		AuthFlow: in.AuthFlow, ClientId: in.ClientId, AuthParameters: in.AuthParameters,
		ClientMetadata: in.ClientMetadata, Session: in.Session,
	}, true)
}

// initiateAuth begins a sign-in, or refreshes its tokens.
func (c *call) initiateAuth(in *initiateAuthInput, admin bool) (*authOutput, error) {
	flow, known := authFlows[in.AuthFlow]
	switch {
	case !known:
		return nil, awsjson.NotOneOf("authFlow", in.AuthFlow, awsjson.SortedKeys(authFlows))
	case flow == flowAdmin && !admin:
		return nil, refusal.New(refusal.InvalidParameterException, "Initiate Auth method not supported.")
	}
	client := c.clients.find(in.ClientId)
	if client == nil {
		return nil, noClient(in.ClientId)
	}
	if err := client.allowsAuth(flow); err != nil {
		return nil, err
	}
	c.validation = in.ClientMetadata
	if flow == flowRefresh {
		return c.refreshAuth(client, in.AuthParameters)
	}
	name, err := in.AuthParameters.need("USERNAME")
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(client, name, in.AuthParameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	s := authSession{flow: flow, admin: admin, client: client, typed: name, deviceKey: in.AuthParameters["DEVICE_KEY"]}
	if flow == flowChoice && in.Session != "" {
		return c.continueSignUp(s, in.Session)
	}
	return c.beginAuth(s, in.AuthParameters)
}

// beginAuth begins a flow.
func (c *call) beginAuth(s authSession, params authParams) (*authOutput, error) {
	switch s.flow {
	case flowPassword, flowAdmin:
		return c.passwordAuth(s, params)
	case flowChoice:
		return c.choiceAuth(s, params)
	}
	clientPublic := ""
	if s.flow == flowSRP || params["CHALLENGE_NAME"] == "SRP_A" {
		var err error
		if clientPublic, err = params.need("SRP_A"); err != nil {
			return nil, err
		}
	}
	a, err := c.beginUser(&s)
	if err != nil {
		return nil, err
	}
	if s.flow == flowCustom {
		return c.customAuth(s, &a, clientPublic)
	}
	return c.startSRP(s, &a, clientPublic)
}

// beginUser finds the user of a sign-in before anything was proved. Where the
// client hides who exists, nobody gets a name that is made up.
func (c *call) beginUser(s *authSession) (account, error) {
	a, known := c.findTyped(s.typed)
	asked := &a
	if !known {
		asked = nil
	}
	c.event.Username = a.username
	if err := c.preAuthentication(s.typed, asked); err != nil {
		return a, err
	}
	switch {
	case known:
		s.sub, s.username = a.sub, a.username
	case s.client.RevealUserExistence:
		return a, refusal.UnknownUser
	default:
		s.username = c.disguisedName(s.typed)
	}
	return a, nil
}

// passwordAuth is a flow that sends the password.
func (c *call) passwordAuth(s authSession, params authParams) (*authOutput, error) {
	password, err := params.need("PASSWORD")
	if err != nil {
		return nil, err
	}
	a, err := c.authenticate(s.client, s.typed, password)
	c.event.Username = a.username
	if err == refusal.WrongPassword && a.sub != "" && !a.disabled && a.status() == StatusUnconfirmed {
		err = refusal.NotConfirmed // whatever the password
	}
	if err != nil {
		return nil, err
	}
	s.sub, s.username = a.sub, a.username
	return c.afterFirstFactor(s, &a)
}

// continueSignUp signs in a user who has just confirmed the account.
func (c *call) continueSignUp(s authSession, session string) (*authOutput, error) {
	before, err := c.authSessions.take(session, c.at)
	if err != nil {
		return nil, err
	}
	a, known := c.users.find(before.sub)
	typed, _ := c.findTyped(s.typed)
	if before.challenge != sessionConfirmed || before.client.ID != s.client.ID || !known || typed.sub != a.sub {
		c.authSessions.giveBack(session, c.at)
		return nil, errNoSession
	}
	c.event.Username = a.username
	s.sub, s.username = a.sub, a.username
	return c.afterFirstFactor(s, &a)
}

// challenge is the answer that asks for one more step.
func (c *call) challenge(s authSession, name string, params map[string]string) *authOutput {
	s.challenge = name
	s.named = s.named || params["USER_ID_FOR_SRP"] != "" || params["USERNAME"] != ""
	if params == nil {
		params = map[string]string{}
	}
	out := &authOutput{ChallengeName: name, ChallengeParameters: params, Session: c.keepSession(s)}
	if name == challengeVerifier && s.flow == flowSRP {
		out.Session = "" // the secret block stands for it
	}
	return out
}

// afterFirstFactor goes on by the user's status.
func (c *call) afterFirstFactor(s authSession, a *account) (*authOutput, error) {
	if a.disabled {
		return nil, refusal.Disabled
	}
	if err := c.checkDevice(&s, a); err != nil {
		return nil, err
	}
	switch a.status() {
	case StatusUnconfirmed:
		return nil, refusal.NotConfirmed
	case StatusResetRequired:
		return nil, refusal.ResetRequired
	case StatusForceChangePassword:
		return c.askNewPassword(s, a)
	}
	return c.askSecondFactor(s, a)
}

// afterFactors ends a sign-in, once a remembered device has proved itself.
func (c *call) afterFactors(s authSession, a *account) (*authOutput, error) {
	if !s.proved && a.remembers(s.deviceKey) {
		return c.challenge(s, challengeDevice, s.naming()), nil
	}
	return c.issueTokens(s, a)
}

// naming are the parameters with which a challenge names the user.
func (s *authSession) naming() map[string]string {
	return map[string]string{"USERNAME": s.username, "USER_ID_FOR_SRP": s.username}
}
