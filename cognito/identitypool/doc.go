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
// A [Provider] is an [aws.CredentialsProvider]: any SDK client takes it, and
// so does aws.Config.Credentials. Make one for each request: it costs little.
// The [Client] keeps the credentials of each user, which live an hour. It gets
// new ones before they end, with the session's current ID token. Requests that
// arrive together cause one call. Use [Client.ForUser] without a session, and
// [Client.ForGuest] for visitors who have not signed in.
//
// # Guests who sign in
//
// A guest has an identity id ([Provider.IdentityID]). An app may have stored
// something under it, such as objects in S3 whose key begins with the id. Keep
// the id in the visitor's cookie, and pass it after the sign-in:
//
//	identities.ForSession(s, identitypool.FromGuest(id))
//
// The user then keeps the guest's identity id. A user who has an identity
// already keeps that one, and the app must move what the guest had.
// [Provider.IdentityID] returns the id that counts.
//
// # Roles
//
// Cognito chooses the role: the one for authenticated users, the role of the
// user's group, or the role that a rule selects. [WithRole] asks for one of
// the roles in cognito:roles. Name the identity id in the role's policy, so
// that users reach only their own data:
//
//	"Resource": "arn:aws:s3:::my-bucket/${cognito-identity.amazonaws.com:sub}/*"
//
// # The basic flow
//
// The default is the enhanced flow. It takes two calls to Cognito the first
// time and one afterwards. [Basic] gets a token from Cognito and trades it for
// credentials at STS. Use it for roles that the identity pool does not know,
// for sessions of up to 12 hours, and for guests without Cognito's scope-down
// policy. The pool must allow it (AllowClassicFlow), and it excludes role
// mappings.
//
// # When it fails
//
// Each error is an [*Error]. [errors.Is] tells [ErrGuests], [ErrRole],
// [ErrLogin] and [ErrNotFound] apart, and Error.Fix names the setting to
// change. While new credentials cannot be fetched, the Client returns the old
// ones until they end.
//
// Cognito Sync is not supported: it is closed to new customers.
package identitypool
