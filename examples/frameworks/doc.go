// Package frameworks holds recipes. They put cognito.RequireToken in front of
// the handlers of chi, gin, echo, fiber and Connect, and of Lambda functions
// behind API Gateway. The recipes in the folder signin are for apps that sign
// users in, on chi, gin, echo, fiber v2 and v3 and gorilla/mux. Each folder is
// one recipe, a file to copy from, with a test. docs/frameworks.md quotes them.
//
// The module is not part of go.work, so that nobody downloads eight frameworks
// to run the other examples:
//
//	cd examples/frameworks && GOWORK=off go test ./...
package frameworks
