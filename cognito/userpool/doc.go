// Package userpool is for apps with their own pages for sign-up, sign-in and
// accounts. It calls the API of the user pool. It needs no user-pool domain
// and no AWS credentials.
//
//	client, err := userpool.New(userpool.Config{Pool: cognito.Config{
//		UserPoolID: "eu-west-1_aB3dE5gH7",
//		ClientID:   "7exampleclientid0a1b2c3d",
//	}})
//	if err != nil {
//		log.Fatal(err)
//	}
//	step, err := client.SignIn(ctx, userpool.Credentials{Username: name, Password: password})
//	switch {
//	case err != nil:
//		show(w, userpool.NoticeFor(err)) // the same for a wrong password and an unknown user
//	case step.Challenge != nil:
//		… // ask for a code, a new password, …
//	default:
//		err = sessions.Start(w, r, step.Identity, step.Tokens)
//	}
//
// In the settings of the app client, ExplicitAuthFlows must contain
// ALLOW_USER_SRP_AUTH and, unless refresh tokens are rotated,
// ALLOW_REFRESH_TOKEN_AUTH. The page docs/own-forms.md has the lines for the
// AWS CLI and says which flow to use. examples/cli signs a user up and in on
// the terminal. examples/customlogin has all pages, to copy from.
//
// The session is of the same kind as those of package hostedui, and a [Client]
// is its [session.Refresher]. So [session.Manager.Require] accepts users of
// both packages.
//
// # Accounts
//
// [Client.SignUp] creates an account and says where Cognito sent the code.
// [Client.ConfirmSignUp] takes the code. It returns a session that signs the
// user in without the password. [Client.ForgotPassword] and
// [Client.ConfirmForgotPassword] set a new password. [Client.GetUser],
// [Client.UpdateUserAttributes], [Client.VerifyUserAttribute],
// [Client.ChangePassword], [Client.AssociateSoftwareToken] and others are for
// users who are signed in. They take the access token, which must have the
// scope aws.cognito.signin.user.admin.
//
// # Sign-in
//
// [Client.SignIn] uses SRP by default, so the password does not leave the
// process. It returns tokens or a [Challenge]. [Pending] keeps a challenge
// between two requests, sealed in the visitor's browser.
//
// # Errors
//
// If Cognito refuses a call, the error is an [*Error]. It has Cognito's code,
// and a Reason, since one code can mean many things. If a setting is wrong, it
// names the setting to change. [errors.Is] finds the cases that programs act
// on, and [errors.As] finds the SDK's own types. ERRORS.md, beside this file,
// lists them all.
//
// The text of an error is for the log: Cognito's own words tell whether an
// account exists. Show visitors the text of [NoticeFor]. Set
// PreventUserExistenceErrors of the app client to ENABLED. Use
// [RevealsAccount] in the forms that send codes, and guard all forms with
// [net/http.CrossOriginProtection].
//
// A call ends after Config.Pool.Timeout and follows no redirect. It is
// repeated only if Cognito limited the rate or could not be reached. A code or
// a session works once, and a second try would report it as wrong.
//
// # When to use something else
//
// With package hostedui, Cognito shows the pages. It also has single sign-on
// and sign-in through other identity providers, which this API does not offer.
package userpool
