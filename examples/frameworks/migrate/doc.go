// Package migrate has an app before and after it moves to cognito-go, for
// docs/migrating.md: before is written by hand with go-oidc, x/oauth2 and
// gorilla/sessions; after takes over its sessions, so that users stay signed in.
package migrate
