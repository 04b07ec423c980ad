// Package userpool is for apps that draw their own sign-in pages: it calls
// the API of a user pool. Package hostedui is the sibling for apps that leave
// the pages to Cognito; both end in the same sessions.
package userpool
