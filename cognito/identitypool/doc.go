// Package identitypool gets AWS credentials for signed-in users and for
// guests, from a Cognito identity pool. The user pool says who a user is. The
// identity pool says what that user may do on AWS.
//
//	identities, err := identitypool.New(identitypool.Config{Pool: pool}) // Pool.IdentityPoolID is set
//	…
//	mux.Handle("/files", sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		visitor := identities.ForSession(session.FromContext(r.Context()))
//		client := s3.New(s3.Options{Region: "eu-west-1", Credentials: visitor})
//		…
//	})))
//
// A [Provider] is an [aws.CredentialsProvider]: any SDK client takes it, and so
// does aws.Config.Credentials. Make a Provider for each request: it costs
// little. The [Client] keeps the credentials of each user, which are valid for
// an hour. It gets new ones before they expire, with the session's current ID
// token. Requests that arrive together cause one call. If you have no session,
// use [Client.ForUser]. For visitors who have not signed in, use
// [Client.ForGuest].
//
// # Guests who sign in
//
// A guest has an identity id ([Provider.IdentityID]). Your app may have stored
// data under it, such as objects in S3 whose key begins with the id. Keep the
// id in a cookie of the visitor, and pass it after the sign-in:
//
//	identities.ForSession(s, identitypool.FromGuest(id))
//
// The user then keeps the guest's identity id. But a user who already has an
// identity keeps that identity, and your app must move the guest's data.
// [Provider.IdentityID] returns the id that the user has now.
//
// # Roles
//
// Cognito chooses the role: the one for authenticated users, the role of the
// user's group, or the role that a rule selects. With [WithRole] you ask for
// one of the roles in cognito:roles. In the role's policy, use the identity id,
// so that users reach only their own data:
//
//	"Resource": "arn:aws:s3:::my-bucket/${cognito-identity.amazonaws.com:sub}/*"
//
// # The basic flow
//
// The default is the enhanced flow. It takes two calls to Cognito the first
// time and one afterwards. The flow [Basic] gets a token from Cognito and
// exchanges it for credentials at STS. Use it for roles that the identity pool
// does not know, for sessions of up to 12 hours, and for guests without
// Cognito's scope-down policy. The identity pool must allow it
// (AllowClassicFlow). Role mappings do not work with it.
//
// # When it fails
//
// An error about the identity pool is an [*Error], and so is a missing ID token.
// Use [errors.Is] with [ErrGuests], [ErrRole], [ErrLogin] and [ErrNotFound].
// Error.Fix names the setting to change. While new credentials cannot be
// fetched, the Client returns the old ones until they expire.
//
// Cognito Sync is not supported: it is closed to new customers.
package identitypool
