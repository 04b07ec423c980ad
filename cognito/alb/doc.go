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
// Behind the guard, [cognito.FromContext] returns the user, as everywhere in
// this module. The user's claims come from Cognito's userInfo: they have no
// groups and no scopes. If your policies need groups or scopes, set
// Config.AccessTokens. Then they come from the access token that the load
// balancer sends in x-amzn-oidc-accesstoken.
//
// # What it defends against
//
// A Verifier rejects data that another load balancer has signed, and data for
// another user pool or app client. It rejects data that has expired or was
// altered. It rejects algorithms other than ES256, and data with a key, or the
// member crit, in its header. It rejects header fields and claim names that
// appear twice.
// Requests with invented key ids cause few fetches: at most ten keys in ten
// seconds, each once. Only one part of a key's URL comes from the request: the
// key id. The Verifier checks it.
//
// The package does not replace the security group: make sure that only the load
// balancer can reach the app. The header x-amzn-oidc-identity is not signed, so
// it is not read.
//
// # When to use something else
//
// If the app itself signs users in, use package hostedui. If an API gets access
// tokens, use cognito.RequireToken. Behind API Gateway, use package apigateway.
package alb
