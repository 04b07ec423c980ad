// Package trigger has what a test puts in place of a pool's Lambda triggers. It
// has Go functions, the events that they are told, and the sources of the
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

// Hooks are Go functions in place of a pool's Lambda triggers. A nil one does
// nothing. An error refuses what the user was about to do, in Cognito's words:
// "PreSignUp failed with error <message>.". It is on the page where the user
// filled in a form. Where the browser is on its way back to the app, it is
// invalid_request with error_description.
//
// A hook runs in the goroutine that answers the request, with the request's
// context, and may run concurrently with itself. It may call the pool.
type Hooks struct {
	// PreSignUp runs before a user is created: by the sign-up page, by SignUp
	// of the API or by the first sign-in through an external provider. It may confirm the user.
	PreSignUp func(context.Context, *PreSignUp) error

	// PostConfirmation runs after a user has confirmed the account, or has
	// set a new password with a code. The user stays confirmed if it fails.
	PostConfirmation func(context.Context, *PostConfirmation) error

	// PreAuthentication runs before a password is looked at.
	PreAuthentication func(context.Context, *PreAuthentication) error

	// PostAuthentication runs when a user has signed in with all factors,
	// but not when the page session signs in silently.
	PostAuthentication func(context.Context, *PostAuthentication) error

	// DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse
	// are a sign-in of the flow CUSTOM_AUTH. The first decides what comes next,
	// the second makes a challenge, and the third judges an answer.
	DefineAuthChallenge         func(context.Context, *DefineAuthChallenge) error
	CreateAuthChallenge         func(context.Context, *CreateAuthChallenge) error
	VerifyAuthChallengeResponse func(context.Context, *VerifyAuthChallengeResponse) error

	// UserMigration runs when a user whom the pool does not know signs in with
	// a password, or has forgotten one. It may describe the user to create. An
	// error means that it does not.
	UserMigration func(context.Context, *UserMigration) error

	// PreTokenGeneration runs before tokens are signed, and may change what
	// they say. An error is the token endpoint's answer.
	PreTokenGeneration func(context.Context, *PreTokenGeneration) error

	// CustomMessage runs before a code is sent, and may give the message
	// another text. If it fails, nothing is sent; the code is good all the
	// same, and a user who has just signed up stays.
	CustomMessage func(context.Context, *CustomMessage) error

	// PreTokenVersion is the version of the event that PreTokenGeneration is
	// made for. Zero means [PreTokenV2].
	PreTokenVersion PreTokenVersion

	// Functions are the URLs of functions in other programs, in any language.
	// A key is the name of a trigger, such as "PreSignUp", or the ARN of a
	// function. The ARN's function is called for every trigger for which
	// LambdaConfig names it, also in pools that CreateUserPool makes. A Go
	// function above goes first.
	//
	// The pool posts the event as JSON, as Lambda gets it, and reads the answer
	// as Lambda's. The answer is the event with its response, or an object with
	// errorMessage, which refuses. A function has five seconds, and is called
	// three times at most. One that cannot be called refuses as
	// UnexpectedLambdaException.
	Functions map[string]string
}

// An Event is what every hook is told. It may keep it.
type Event struct {
	TriggerSource  Source            // what happens, such as "PreSignUp_SignUp"
	Region         string            // of the pool
	UserPoolID     string            // of the pool
	UserName       string            // cognito:username; for client_credentials the client id
	ClientID       string            // app client
	UserAttributes map[string]string // by Cognito's names; a copy
	ClientMetadata map[string]string // aws_client_metadata or ClientMetadata of the request; nil on the pages
}

// A Source is what sets a trigger off, as Cognito spells it.
type Source string

// The sources of the triggers.
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

// A PreSignUp is what a PreSignUp hook is told, and what it answers.
type PreSignUp struct {
	Event

	ValidationData map[string]string // of SignUp in the API; nil on the pages

	AutoConfirmUser bool // set it, and no code is needed
	AutoVerifyEmail bool // set it, and the e-mail counts as verified
	AutoVerifyPhone bool // likewise the phone number
}

// A CustomMessage is what a CustomMessage hook is told, and what it
// answers. A text that it leaves empty is Cognito's own. A text without
// CodeParameter in it is refused.
type CustomMessage struct {
	Event

	CodeParameter     string // placeholder for the code in a text: "{####}"
	UsernameParameter string // placeholder for the username: "{username}"

	EmailSubject string // of a mail
	EmailMessage string // of a mail
	SMSMessage   string // of a text message
}

// A PostConfirmation is what a PostConfirmation hook is told.
type PostConfirmation struct{ Event }

// A PreAuthentication is what a PreAuthentication hook is told.
type PreAuthentication struct {
	Event

	UserNotFound   bool              // no user has that name; UserName is what was typed
	ValidationData map[string]string // ClientMetadata of InitiateAuth; nil on the pages
}

// A PostAuthentication is what a PostAuthentication hook is told.
type PostAuthentication struct {
	Event

	NewDeviceUsed bool // the pool tracks devices, and did not know this one
}
