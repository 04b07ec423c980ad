// Package trigger replaces a pool's Lambda triggers in a test. It has the types
// of Go functions, of the events that they get, and of the sources of these
// events.
//
//	pool := cognitotest.NewPool(cognitotest.WithHooks(trigger.Hooks{
//		PreSignUp: func(ctx context.Context, e *trigger.PreSignUp) error {
//			if !strings.HasSuffix(e.UserAttributes["email"], "@example.com") {
//				return errors.New("use your work address")
//			}
//			e.AutoConfirmUser = true
//			return nil
//		},
//	}))
//
// Fields have the names that the events of Lambda triggers have.
package trigger

import (
	"context"
)

// Hooks are Go functions in place of a pool's Lambda triggers. A nil function
// does nothing. If a function returns an error, the user's action is refused
// with Cognito's text: "PreSignUp failed with error <message>.". The text is on
// the page where the user filled in a form. If the browser is on its way back
// to the app, the error is invalid_request with this text as error_description.
//
// A hook runs in the goroutine that answers the request, with the request's
// context, and may run concurrently with itself. It may call the pool.
type Hooks struct {
	// PreSignUp runs before a user is created: by the sign-up page, by SignUp
	// or AdminCreateUser, or at the first sign-in through an external provider.
	// It may confirm the user.
	PreSignUp func(context.Context, *PreSignUp) error

	// PostConfirmation runs after an account was confirmed: by the user, by
	// PreSignUp or by AdminConfirmSignUp. It also runs at the first sign-in
	// through an external provider, and after a new password was set with a
	// code. If it fails, the user stays confirmed.
	PostConfirmation func(context.Context, *PostConfirmation) error

	// PreAuthentication runs before the first factor is checked, such as the
	// password or a passkey.
	PreAuthentication func(context.Context, *PreAuthentication) error

	// PostAuthentication runs when a user has signed in with all factors. It
	// does not run if the session of the hosted pages signs the user in without
	// a page.
	PostAuthentication func(context.Context, *PostAuthentication) error

	// DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse
	// control a sign-in of the flow CUSTOM_AUTH. The first decides the next
	// step, the second makes a challenge, and the third checks the answer.
	DefineAuthChallenge         func(context.Context, *DefineAuthChallenge) error
	CreateAuthChallenge         func(context.Context, *CreateAuthChallenge) error
	VerifyAuthChallengeResponse func(context.Context, *VerifyAuthChallengeResponse) error

	// UserMigration runs when a user whom the pool does not know signs in with
	// a password, or has forgotten one. It may describe the user to create.
	// After an error no user is created, and the error's text is not shown.
	UserMigration func(context.Context, *UserMigration) error

	// PreTokenGeneration runs before tokens are signed, and may change their
	// claims. The token endpoint answers with its error.
	PreTokenGeneration func(context.Context, *PreTokenGeneration) error

	// CustomMessage runs before a code is sent, and may change the text of the
	// message. If it fails, no message is sent, but the code is valid and a
	// user who has just signed up stays in the pool.
	CustomMessage func(context.Context, *CustomMessage) error

	// PreTokenVersion is the version of the event that PreTokenGeneration is
	// made for. Zero means [PreTokenV2].
	PreTokenVersion PreTokenVersion

	// Functions are the URLs of functions in other programs, in any language. A
	// key is the name of a trigger, such as "PreSignUp", or the ARN of a
	// function. A function with an ARN is called for every trigger for which
	// LambdaConfig names that ARN, also in pools that CreateUserPool makes. If
	// there is a Go function for the trigger, it runs instead.
	//
	// The pool posts the event in the JSON that Lambda gets. The answer is the
	// event with its response. An object with errorMessage refuses the user's
	// action. A function must answer within five seconds. If it does not, it is
	// called again, three times in all at most. If it cannot be called, the
	// error is UnexpectedLambdaException.
	Functions map[string]string
}

// An Event has the fields that every hook gets. The hook may keep it.
type Event struct {
	TriggerSource  Source            // what happens, such as "PreSignUp_SignUp"
	Region         string            // of the pool
	UserPoolID     string            // of the pool
	UserName       string            // cognito:username; for client_credentials the client id
	ClientID       string            // app client
	UserAttributes map[string]string // by Cognito's names; a copy
	ClientMetadata map[string]string // aws_client_metadata or ClientMetadata of the request; nil on the pages
}

// A Source is the reason why a trigger runs, in Cognito's spelling.
type Source string

// The other trigger sources.
const (
	SourceSignUp                Source = "PreSignUp_SignUp"
	SourceExternalProvider      Source = "PreSignUp_ExternalProvider"
	SourceAdminCreateUser       Source = "PreSignUp_AdminCreateUser"
	SourceConfirmSignUp         Source = "PostConfirmation_ConfirmSignUp"
	SourceConfirmForgotPassword Source = "PostConfirmation_ConfirmForgotPassword"
	SourcePreAuthentication     Source = "PreAuthentication_Authentication"
	SourcePostAuthentication    Source = "PostAuthentication_Authentication"
	SourceHostedAuth            Source = "TokenGeneration_HostedAuth"
	SourceRefreshTokens         Source = "TokenGeneration_RefreshTokens"
	SourceClientCredentials     Source = "TokenGeneration_ClientCredentials"

	SourceMessageSignUp          Source = "CustomMessage_SignUp"
	SourceMessageResendCode      Source = "CustomMessage_ResendCode"
	SourceMessageForgotPassword  Source = "CustomMessage_ForgotPassword"
	SourceMessageUpdateAttribute Source = "CustomMessage_UpdateUserAttribute"
	SourceMessageVerifyAttribute Source = "CustomMessage_VerifyUserAttribute"
	SourceMessageAuthentication  Source = "CustomMessage_Authentication"
	SourceMessageAdminCreateUser Source = "CustomMessage_AdminCreateUser"
)

// A PreSignUp is the event of a PreSignUp hook, with its answer.
type PreSignUp struct {
	Event

	ValidationData map[string]string // of SignUp in the API; nil on the pages

	AutoConfirmUser bool // set it to confirm the user without a code
	AutoVerifyEmail bool // set it to mark the e-mail as verified
	AutoVerifyPhone bool // set it to mark the phone number as verified
}

// A CustomMessage is the event of a CustomMessage hook, with its answer. If the
// hook leaves a text empty, the pool's own text is sent. An EmailMessage or
// SMSMessage without CodeParameter is refused.
type CustomMessage struct {
	Event

	CodeParameter     string // placeholder for the code in a text: "{####}"
	UsernameParameter string // placeholder for the username: "{username}"

	EmailSubject string // of a mail
	EmailMessage string // of a mail
	SMSMessage   string // of a text message
}

// A PostConfirmation is the event of a PostConfirmation hook.
type PostConfirmation struct{ Event }

// A PreAuthentication is the event of a PreAuthentication hook.
type PreAuthentication struct {
	Event

	UserNotFound   bool              // no user has that name; UserName is what was typed
	ValidationData map[string]string // ClientMetadata of InitiateAuth; nil on the pages
}

// A PostAuthentication is the event of a PostAuthentication hook.
type PostAuthentication struct {
	Event

	NewDeviceUsed bool // the pool tracks devices, and this one is new
}
