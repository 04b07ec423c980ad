// Package alb believes what an Application Load Balancer says about the user
// it has signed in (its actions authenticate-cognito and authenticate-oidc).
//
// Such a load balancer adds the header x-amzn-oidc-data to each request: the
// user's claims, signed with a key of the region's load balancers. All of
// them, everybody's, sign with such keys, so the signature alone says little:
// a [Verifier] demands the ARN of the app's own load balancer.
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
// Behind it, [cognito.FromContext] has the user, as everywhere in this module.
// The claims are those of Cognito's userInfo: no groups and no scopes. Where
// policies ask for these, set Config.AccessTokens, and they come from the
// access token that the load balancer passes on in x-amzn-oidc-accesstoken.
//
// # What it defends against
//
// Data signed by another load balancer or for another user pool or app client,
// data that has expired or was changed, other algorithms, keys and critical
// headers that the data brings along, header fields given twice, claim names
// that appear twice, and a flood of made-up key ids: at most ten keys are
// fetched in ten seconds, each once, from a URL of which the request decides
// nothing but a checked key id.
//
// It does not replace the security group: only the load balancer should reach
// the app. In particular x-amzn-oidc-identity, which is not signed, is not
// read.
//
// # When to use something else
//
// An app that signs its users in itself uses package hostedui, an API that
// gets access tokens cognito.RequireToken. Package apigateway is for API
// Gateway.
package alb
