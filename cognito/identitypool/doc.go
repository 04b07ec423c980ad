// Package identitypool gives the users of a session, and guests, AWS
// credentials of their own through a Cognito identity pool: the user pool
// says who somebody is, the identity pool what they may do on AWS.
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
// so does aws.Config.Credentials. It is cheap to make for each request. The
// [Client] keeps the credentials of each user (they live an hour), gets new
// ones before they end with the session's current ID token, and does so once
// however many requests want them. [Client.ForUser] is the same without a
// session; [Client.ForGuest] is for visitors who have not signed in.
//
// # Guests who sign in
//
// A guest has an identity id ([Provider.IdentityID]), under which an app may
// have stored something: objects in S3 whose key begins with it, say. Keep
// the id in the visitor's cookie, and hand it in at the sign-in:
//
//	identities.ForSession(s, identitypool.FromGuest(id))
//
// Cognito then lets the user keep it, unless the user has an identity
// already: then that one counts, and what the guest had is left to the app.
// [Provider.IdentityID] tells which it was.
//
// # Roles
//
// Cognito chooses the role: the one for authenticated users, that of the
// user's group, or what a rule says. [WithRole] asks for one of the roles in
// cognito:roles. The role's policy should name the identity id, so that each
// user reaches what is theirs alone:
//
//	"Resource": "arn:aws:s3:::my-bucket/${cognito-identity.amazonaws.com:sub}/*"
//
// # The basic flow
//
// The enhanced flow, which is the default, takes two calls to Cognito and one
// only from the second time on. [Basic] gets a token from Cognito and trades
// it for credentials at STS: for roles that the identity pool does not know,
// sessions of up to 12 hours, and guests without Cognito's scope-down policy.
// The pool must allow it (AllowClassicFlow), and it excludes role mappings.
//
// # When it fails
//
// Each error is an [*Error]: [ErrGuests], [ErrRole], [ErrLogin] and
// [ErrNotFound] can be told apart with [errors.Is], and Error.Fix names the
// setting to change. Credentials that are still good are served while new
// ones cannot be had.
//
// Cognito Sync, which stored data for identities, is closed to new customers
// and not supported.
package identitypool
