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
// ALLOW_REFRESH_TOKEN_AUTH. The page docs/own-forms.md has the commands for
// the AWS CLI and says which flow to use. examples/cli signs a user up and in
// on the terminal. examples/customlogin has all the pages; you may copy them.
//
// The session is the same as after a sign-in with package hostedui, so
// [session.Manager.Require] accepts users of both packages. A [Client] is a
// [session.Refresher]: set it in the session's configuration.
//
// # Accounts
//
// [Client.SignUp] creates an account and says where Cognito sent the code.
// [Client.ConfirmSignUp] takes the code. It returns a session string with
// which the user can sign in without the password. [Client.ForgotPassword]
// and [Client.ConfirmForgotPassword] set a new password. [Client.GetUser],
// [Client.UpdateUserAttributes], [Client.VerifyUserAttribute],
// [Client.ChangePassword], [Client.AssociateSoftwareToken] and others are for
// users who are signed in. They take the access token, which must have the
// scope aws.cognito.signin.user.admin.
//
// # Sign-in
//
// [Client.SignIn] uses SRP by default, so the password does not leave the
// process. It returns tokens or a [Challenge]. [Pending] keeps a challenge
// between two requests, in an encrypted cookie of the visitor.
//
// # Errors
//
// If Cognito refuses a call, the error is an [*Error]. It has Cognito's code,
// and a Reason, because one code can mean many things. If a setting is wrong,
// the error names the setting to change. Use [errors.Is] with the errors of
// this package, and [errors.As] for the SDK's own types. ERRORS.md, beside
// this file, lists them all.
//
// Write the text of an error only to the log: Cognito's own words can reveal
// whether an account exists. Show visitors the text of [NoticeFor]. Set
// PreventUserExistenceErrors of the app client to ENABLED. Use
// [RevealsAccount] in the forms that send codes, and guard all forms with
// [net/http.CrossOriginProtection].
//
// A call ends after Config.Pool.Timeout and follows no redirect. It is repeated
// only if Cognito limited the rate or could not be reached. It is not repeated
// in other cases, because Cognito accepts a code or a session string only once.
//
// # When to use something else
//
// With package hostedui, Cognito shows the pages. Single sign-on and sign-in
// with other identity providers work only with package hostedui, because the
// API of the user pool does not offer them.
package userpool
