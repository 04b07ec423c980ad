// Package suite is the table of requests that cognito-parity makes.
//
// A [Story] is a list of requests about one user, whom the program creates for
// it. Texts have placeholders such as {user}. The program replaces them by values
// of the server that gets the request. A request can save values of its answer
// for later requests.
package suite

import (
	"strings"
	"time"
)

// A Need is something that a story or a request needs. Its text says why the
// program leaves them out if the need is not met.
type Need string

const (
	// Domain is a domain of the pool, with the OAuth endpoints.
	Domain Need = "the pool has no domain"

	// Pages are hosted pages whose sign-in form the program can fill in.
	Pages Need = "the pages have no form that this program can fill in"

	// Send is an e-mail that Cognito sends, to the mailbox simulator of SES.
	Send Need = "it sends e-mail: use -send"

	// Paid is a request that AWS may charge for.
	Paid Need = "AWS may charge for it: use -paid"

	// Choice is USER_AUTH, which the Lite plan lacks.
	Choice Need = "the pool's plan has no USER_AUTH"

	// TOTP is a pool that has MFA with authenticator apps.
	TOTP Need = "the pool has no MFA by authenticator app"

	// Devices is a pool that tracks devices.
	Devices Need = "the pool tracks no devices"

	// ByHand is what only a person can set up, such as a Lambda trigger.
	ByHand Need = "a person has to set it up (-by-hand)"

	// IdentityPool is a request to an identity pool, which a person makes.
	IdentityPool Need = "it is for an identity pool: send it with the AWS CLI"
)

// The state in which a story's user is when it begins.
const (
	Confirmed = ""
	Temporary = "temporary" // FORCE_CHANGE_PASSWORD, password {temporary}
	None      = "none"      // there is none
)

// A Story is requests about one user.
type Story struct {
	Name     string
	User     string // its state: [Confirmed], [Temporary] or [None]
	Needs    []Need
	Setup    string // with [ByHand]: what to set up
	Requests []Request
}

// A Request is one row of the suite.
type Request struct {
	Name string

	// Op is an operation of the user-pool API, or a method and a path of the
	// domain: "GET /login". Paths that begin with {issuer} are the issuer's.
	// "SIGN-IN" fills in the forms of the hosted pages, from authorize to the
	// callback.
	Op string

	// Body is the members of the JSON object, or the query of a GET, or the
	// form of a POST. UserPoolId and ClientId are added where they are due.
	Body string

	Header string // one more header: "Authorization: Bearer {access}"
	Keep   string // "access=AuthenticationResult.AccessToken code=Location.code"
	Needs  Need   // "" means none
	Wait   time.Duration
}

// ID is the name of a request in reports: "sign-in/wrong-password".
func (s Story) ID(r Request) string { return s.Name + "/" + r.Name }

// All returns all stories.
func All() []Story {
	var all []Story
	for _, stories := range [][]Story{
		signUp, users, signIn, challenges, tokens, passwords, attributes, groups, devices, secondFactors,
		clients, federation, oauth, authorize, signedInPages, lastOnes, byHand,
	} {
		all = append(all, stories...)
	}
	return all
}

// public are the operations that take no AWS credentials.
var public = map[string]bool{}

// withClient are the operations that name an app client.
var withClient = map[string]bool{}

func init() {
	for _, op := range strings.Fields(`AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration ConfirmDevice
		ConfirmForgotPassword ConfirmSignUp DeleteUser DeleteUserAttributes DeleteWebAuthnCredential ForgetDevice
		ForgotPassword GetDevice GetTokensFromRefreshToken GetUser GetUserAttributeVerificationCode GetUserAuthFactors
		GlobalSignOut InitiateAuth ListDevices ListWebAuthnCredentials ResendConfirmationCode RespondToAuthChallenge
		RevokeToken SetUserMFAPreference SetUserSettings SignUp StartWebAuthnRegistration UpdateDeviceStatus
		UpdateUserAttributes VerifySoftwareToken VerifyUserAttribute`) {
		public[op] = true
	}
	for _, op := range strings.Fields(`AdminInitiateAuth AdminRespondToAuthChallenge ConfirmForgotPassword ConfirmSignUp
		ForgotPassword GetTokensFromRefreshToken InitiateAuth ResendConfirmationCode RespondToAuthChallenge RevokeToken SignUp`) {
		withClient[op] = true
	}
}

// API reports whether the request is an operation of the user-pool API.
func (r Request) API() bool { return !strings.Contains(r.Op, " ") && r.Op != "SIGN-IN" }

// Signed reports whether the operation takes AWS credentials.
func (r Request) Signed() bool { return r.API() && !public[r.Op] }

// JSON is the body of an operation, still with its placeholders.
func (r Request) JSON() string {
	body := r.Body
	add := func(member, value string) {
		if strings.Contains(body, `"`+member+`"`) {
			return
		}
		text := `"` + member + `":"` + value + `"`
		if body != "" {
			text += "," + body
		}
		body = text
	}
	if withClient[r.Op] {
		add("ClientId", "{public}")
	}
	if r.Signed() {
		add("UserPoolId", "{pool}")
	}
	return "{" + body + "}"
}
