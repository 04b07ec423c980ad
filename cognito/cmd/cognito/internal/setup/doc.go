// Package setup designs, reads and mends the AWS resources of an app that signs
// people in with Cognito. These are a user pool, an app client, a domain and
// what belongs to them. It creates and changes; it never deletes.
//
// [Wish] says what the app needs. [Wish.Design] turns it into the inputs of the
// Cognito API; every output ([Design.CLI], [Design.Terraform],
// [Design.CloudFormation], [Design.CDK]) is written from that one model.
// [Account.Read] finds what there is, and [NewPlan] lists the steps between.
package setup
