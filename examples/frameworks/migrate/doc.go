// Package migrate has apps before and after they move to cognito-go, for
// docs/migrating.md. Its test signs a user in to the old app and replaces the
// app with the new one. It says whether the user has to sign in once more.
//
//	gooidc       go-oidc, x/oauth2 and gorilla/sessions by hand
//	goth         goth; the app keeps its sessions
//	oauth2proxy  headers of oauth2-proxy
//	alb          an Application Load Balancer with authenticate-cognito
//	amplify      tokens in Amplify's cookies
//	flask        a Flask app, and a Go app beside it
//	auth0        users of Auth0, moved by a trigger at their first sign-in
package migrate
