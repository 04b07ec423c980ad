package cognitotest

import (
	"cmp"
	"context"
	"maps"
)

// Hooks are Go functions in place of a pool's Lambda triggers. A nil one does
// nothing. An error refuses what the user was about to do, in Cognito's
// words: "PreSignUp failed with error <message>.", on the page where the user
// filled in a form, and as invalid_request with error_description where the
// browser is on its way back to the app.
//
// A hook runs in the goroutine that answers the request, with the request's
// context, and may run concurrently with itself. It may call the pool.
type Hooks struct {
	// PreSignUp runs before a user is created: by the sign-up page, by SignUp
	// of the API or by the first sign-in through an external provider. It may confirm the user.
	PreSignUp func(context.Context, *PreSignUpEvent) error

	// PostConfirmation runs after a user has confirmed the account, or has
	// set a new password with a code. The user stays confirmed if it fails.
	PostConfirmation func(context.Context, *PostConfirmationEvent) error

	// PreAuthentication runs before a password is looked at.
	PreAuthentication func(context.Context, *PreAuthenticationEvent) error

	// PostAuthentication runs when a user has signed in with all factors,
	// but not when the page session signs in silently.
	PostAuthentication func(context.Context, *PostAuthenticationEvent) error

	// DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse
	// are a sign-in of the flow CUSTOM_AUTH: the first decides what comes
	// next, the second makes a challenge, the third judges an answer.
	DefineAuthChallenge         func(context.Context, *DefineAuthChallengeEvent) error
	CreateAuthChallenge         func(context.Context, *CreateAuthChallengeEvent) error
	VerifyAuthChallengeResponse func(context.Context, *VerifyAuthChallengeResponseEvent) error

	// UserMigration runs when somebody whom the pool does not know signs in
	// with a password, or has forgotten one, and may describe the user to
	// create. An error means that it does not.
	UserMigration func(context.Context, *UserMigrationEvent) error

	// PreTokenGeneration runs before tokens are signed, and may change what
	// they say. An error is the token endpoint's answer.
	PreTokenGeneration func(context.Context, *PreTokenGenerationEvent) error

	// CustomMessage runs before a code is sent, and may give the message
	// another text. If it fails, nothing is sent; the code is good all the
	// same, and a user who has just signed up stays.
	CustomMessage func(context.Context, *CustomMessageEvent) error

	// PreTokenVersion is the version of the event that PreTokenGeneration is
	// made for. Zero means [PreTokenV2].
	PreTokenVersion PreTokenVersion
}

// WithHooks sets the pool's hooks.
func WithHooks(h Hooks) Option { return func(o *options) { o.hooks = h } }

// A TriggerEvent is what every hook is told. It may keep it.
type TriggerEvent struct {
	TriggerSource  string            // what happens, such as "PreSignUp_SignUp"
	Region         string            // of the pool
	UserPoolID     string            // of the pool
	UserName       string            // cognito:username; for client_credentials the client id
	ClientID       string            // app client
	UserAttributes map[string]string // by Cognito's names; a copy
	ClientMetadata map[string]string // aws_client_metadata or ClientMetadata of the request; nil on the pages
}

// The trigger sources, as Cognito spells them.
const (
	SourceSignUp                = "PreSignUp_SignUp"
	SourceExternalProvider      = "PreSignUp_ExternalProvider"
	SourceAdminCreateUser       = "PreSignUp_AdminCreateUser"
	SourceConfirmSignUp         = "PostConfirmation_ConfirmSignUp"
	SourceConfirmForgotPassword = "PostConfirmation_ConfirmForgotPassword"
	SourcePreAuthentication     = "PreAuthentication_Authentication"
	SourcePostAuthentication    = "PostAuthentication_Authentication"
	SourceHostedAuth            = "TokenGeneration_HostedAuth"
	SourceRefreshTokens         = "TokenGeneration_RefreshTokens"
	SourceClientCredentials     = "TokenGeneration_ClientCredentials"

	SourceMessageSignUp          = "CustomMessage_SignUp"
	SourceMessageResendCode      = "CustomMessage_ResendCode"
	SourceMessageForgotPassword  = "CustomMessage_ForgotPassword"
	SourceMessageUpdateAttribute = "CustomMessage_UpdateUserAttribute"
	SourceMessageVerifyAttribute = "CustomMessage_VerifyUserAttribute"
	SourceMessageAuthentication  = "CustomMessage_Authentication"
	SourceMessageAdminCreateUser = "CustomMessage_AdminCreateUser"
)

// A PreSignUpEvent is what a PreSignUp hook is told, and what it answers.
type PreSignUpEvent struct {
	TriggerEvent

	ValidationData map[string]string // of SignUp in the API; nil on the pages

	AutoConfirmUser bool // set it, and no code is needed
	AutoVerifyEmail bool // set it, and the e-mail counts as verified
	AutoVerifyPhone bool // likewise the phone number
}

// A CustomMessageEvent is what a CustomMessage hook is told, and what it
// answers. A text that it leaves empty is Cognito's own. A text without
// CodeParameter in it is refused.
type CustomMessageEvent struct {
	TriggerEvent

	CodeParameter     string // what stands for the code in a text: "{####}"
	UsernameParameter string // what stands for the username: "{username}"

	EmailSubject string // of a mail
	EmailMessage string // of a mail
	SMSMessage   string // of a text message
}

// A PostConfirmationEvent is what a PostConfirmation hook is told.
type PostConfirmationEvent struct{ TriggerEvent }

// A PreAuthenticationEvent is what a PreAuthentication hook is told.
type PreAuthenticationEvent struct {
	TriggerEvent

	UserNotFound   bool              // nobody has that name; UserName is what was typed
	ValidationData map[string]string // ClientMetadata of InitiateAuth; nil on the pages
}

// A PostAuthenticationEvent is what a PostAuthentication hook is told.
type PostAuthenticationEvent struct {
	TriggerEvent

	NewDeviceUsed bool // the pool tracks devices, and did not know this one
}

// A hookError is a hook's refusal in Cognito's words.
type hookError struct {
	trigger string
	err     error
}

func (e *hookError) Error() string { return e.trigger + " failed with error " + e.err.Error() + "." }
func (e *hookError) Unwrap() error { return e.err }

func hookFailed(trigger string, err error) error {
	if err == nil {
		return nil
	}
	return &hookError{trigger, err}
}

// triggerEvent describes what a is about to do in the call. The attributes
// of an account that exists have its sub and status beside them.
func (c *call) triggerEvent(source string, a *account) TriggerEvent {
	return TriggerEvent{
		TriggerSource:  source,
		Region:         c.region(),
		UserPoolID:     c.id,
		UserName:       a.username,
		ClientID:       cmp.Or(c.event.ClientID, c.query.Get("client_id"), c.form.Get("client_id")),
		UserAttributes: maps.Clone(a.attributes),
		ClientMetadata: maps.Clone(c.metadata),
	}
}

// preSignUp asks the hook about an account that is not in the directory yet,
// and sets on it what the hook decides. The source is [SourceSignUp] or
// [SourceExternalProvider].
func (c *call) preSignUp(source string, a *account, validation map[string]string) error {
	if c.hooks.PreSignUp == nil {
		return nil
	}
	e := &PreSignUpEvent{TriggerEvent: c.triggerEvent(source, a), ValidationData: validation}
	if err := c.hooks.PreSignUp(c.r.Context(), e); err != nil {
		return hookFailed("PreSignUp", err)
	}
	if e.AutoConfirmUser {
		a.confirmed = true
	}
	if e.AutoVerifyEmail && a.email() != "" {
		a.attributes["email_verified"] = "true"
	}
	if e.AutoVerifyPhone && a.attributes["phone_number"] != "" {
		a.attributes["phone_number_verified"] = "true"
	}
	return nil
}

// postConfirmation tells the hook that an account was confirmed. The source
// is [SourceConfirmSignUp] or [SourceConfirmForgotPassword].
func (c *call) postConfirmation(source string, a *account) error {
	if c.hooks.PostConfirmation == nil {
		return nil
	}
	e := &PostConfirmationEvent{c.existing(source, a)}
	return hookFailed("PostConfirmation", c.hooks.PostConfirmation(c.r.Context(), e))
}

// preAuthentication asks the hook before a password is looked at. A nil
// account means that nobody goes by the name that was typed.
func (c *call) preAuthentication(name string, a *account) error {
	if c.hooks.PreAuthentication == nil {
		return nil
	}
	e := &PreAuthenticationEvent{ValidationData: maps.Clone(c.validation)}
	if a == nil {
		e.TriggerEvent, e.UserNotFound = c.triggerEvent(SourcePreAuthentication, &account{username: name}), true
	} else {
		e.TriggerEvent = c.existing(SourcePreAuthentication, a)
	}
	return hookFailed("PreAuthentication", c.hooks.PreAuthentication(c.r.Context(), e))
}

// postAuthentication asks the hook when a user has signed in.
func (c *call) postAuthentication(a *account, newDevice bool) error {
	if c.hooks.PostAuthentication == nil {
		return nil
	}
	e := &PostAuthenticationEvent{c.existing(SourcePostAuthentication, a), newDevice}
	return hookFailed("PostAuthentication", c.hooks.PostAuthentication(c.r.Context(), e))
}

// existing is triggerEvent for an account in the directory.
func (c *call) existing(source string, a *account) TriggerEvent {
	e := c.triggerEvent(source, a)
	e.UserAttributes = a.triggerAttributes()
	return e
}

func (a *account) triggerAttributes() map[string]string {
	all := maps.Clone(a.attributes)
	if all == nil {
		all = make(map[string]string)
	}
	all["sub"] = a.sub
	all["cognito:user_status"] = string(a.status())
	return all
}

// refuseHook takes a hook's refusal to the app.
func (c *call) refuseHook(req *authRequest, err error) {
	c.refuse(req, "invalid_request", err.Error())
}
