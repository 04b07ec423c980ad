// Package cdk holds that what "cognito setup -o cdk-go" prints is Go that the
// AWS CDK accepts. The CDK is large, and compiling it takes minutes: the test
// only checks types. It is a module of its own, outside go.work, so that a
// newcomer does not download the CDK.
package cdk
