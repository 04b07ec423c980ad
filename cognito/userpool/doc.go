// Package userpool signs users of a user pool up and in with the app's own
// pages, and looks after their accounts. It calls the API of the pool; no
// user-pool domain is needed, and neither are AWS credentials.
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
// AWS CLI and says which flow is for what; examples/cli signs a user up and in
// on the terminal, and examples/customlogin has all pages, to copy from.
//
// The session is the one that package hostedui starts, and a [Client] is its
// [session.Refresher]: users of both doors satisfy the same
// [session.Manager.Require].
//
// # Accounts
//
// [Client.SignUp] creates an account and says where a code went;
// [Client.ConfirmSignUp] takes the code, and returns a session with which the
// user is signed in without typing the password again.
// [Client.ForgotPassword] and [Client.ConfirmForgotPassword] set a new
// password. For users who are signed in there are [Client.GetUser],
// [Client.UpdateUserAttributes], [Client.VerifyUserAttribute],
// [Client.ChangePassword], [Client.AssociateSoftwareToken] and others: they
// take the access token, which must have the scope
// aws.cognito.signin.user.admin.
//
// # Sign-in
//
// [Client.SignIn] proves the password with SRP unless told otherwise, so that
// it does not leave the process, and ends with tokens or with a [Challenge].
// [Pending] keeps a challenge between two requests, sealed and for this
// browser alone.
//
// # Errors
//
// Whatever Cognito refuses is an [*Error]: with Cognito's code, with a Reason,
// since one code stands for many things, and with the setting to change where
// a developer can do something about it. [errors.Is] finds the cases that
// programs act on, [errors.As] the SDK's own types. ERRORS.md, beside this
// file, lists them all.
//
// The text of an error is for the log. What a visitor may know is
// [NoticeFor]: Cognito's own words tell whether an account exists. Set
// PreventUserExistenceErrors of the app client to ENABLED, use
// [RevealsAccount] in the forms that have codes sent, and guard all forms with
// [net/http.CrossOriginProtection].
//
// A call ends after Config.Pool.Timeout, follows no redirect and is repeated
// only if Cognito turned it away for the rate or could not be reached: a code
// or a session counts once, and a second try would report it as wrong.
//
// # When to use something else
//
// Package hostedui leaves the pages to Cognito, with sign-in through other
// identity providers and single sign-on, which this API does not offer.
package userpool
