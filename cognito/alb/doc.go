// Package alb finds the user that an Application Load Balancer has signed in,
// with its action authenticate-cognito or authenticate-oidc.
//
// Such a load balancer adds the header x-amzn-oidc-data to each request: the
// user's claims, signed with a key of the region's load balancers. The load
// balancers of all AWS customers sign with these keys, so a valid signature
// proves little. A [Verifier] also demands the ARN of the app's own load
// balancer.
//
//	users, err := alb.New(alb.Config{
//		Pool:          pool, // the user pool and app client of the listener's rule
//		LoadBalancers: []string{"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"},
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	guard := cognito.Guard{Authenticator: users}
//	mux.Handle("/account", guard.Require(account))
//
// Behind it, [cognito.FromContext] returns the user, as everywhere in this
// module. The claims are those of Cognito's userInfo: they have no groups and
// no scopes. If your policies need groups or scopes, set Config.AccessTokens.
// They then come from the access token that the load balancer passes on in
// x-amzn-oidc-accesstoken.
//
// # What it defends against
//
// It rejects data that another load balancer has signed, and data for another
// user pool or app client. It rejects data that has expired or was changed. It
// rejects other algorithms, and keys and critical headers that the data brings
// along. It rejects header fields and claim names that appear twice. Made-up
// key ids cause few fetches: at most ten keys in ten seconds, each once. A
// request chooses only one part of the URL, the key id, and the Verifier checks
// it.
//
// It does not replace the security group: only the load balancer should reach
// the app. The header x-amzn-oidc-identity is not signed, so it is not read.
//
// # When to use something else
//
// An app that signs its users in itself uses package hostedui. An API that
// gets access tokens uses cognito.RequireToken. Package apigateway is for API
// Gateway.
package alb
