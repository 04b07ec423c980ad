// Package cdk checks the Go code that "cognito setup -o cdk-go" prints: it must
// compile with the AWS CDK. The CDK is large, and compiling it takes minutes:
// the test only checks types. It is a module of its own, outside go.work, so
// that a newcomer does not download the CDK.
package cdk
