// Package setup designs, reads and mends the AWS resources of an app that signs
// people in with Cognito. These are a user pool, an app client, a domain and
// what belongs to them. It creates and changes; it never deletes.
//
// [Wish] says what the app needs. [Wish.Design] turns it into a [Design], which
// has the inputs of the Cognito API. [Design.CLI], [Design.Terraform],
// [Design.CloudFormation] and [Design.CDK] print the Design in other forms.
// [Account.Read] finds the resources that exist, and [NewPlan] lists the steps
// from these to the Design.
package setup
