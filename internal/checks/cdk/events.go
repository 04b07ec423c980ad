//go:build constructs

package cdk

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/jsii-runtime-go"
)

// signOutEvents is the recipe of docs/operations.md.
func signOutEvents(stack awscdk.Stack, secret awscdk.SecretValue) {
	connection := awsevents.NewConnection(stack, jsii.String("App"), &awsevents.ConnectionProps{
		Authorization: awsevents.Authorization_ApiKey(jsii.String("Authorization"), secret),
	})
	destination := awsevents.NewApiDestination(stack, jsii.String("Destination"), &awsevents.ApiDestinationProps{
		Connection: connection,
		Endpoint:   jsii.String("https://app.example.com/events/cognito"),
	})
	awsevents.NewRule(stack, jsii.String("SignOuts"), &awsevents.RuleProps{
		EventPattern: &awsevents.EventPattern{
			Source: jsii.Strings("aws.cognito-idp"),
			Detail: &map[string]any{
				"eventSource": []string{"cognito-idp.amazonaws.com"},
				"eventName": []string{
					"AdminDisableUser", "AdminDeleteUser", "AdminUserGlobalSignOut", "AdminResetUserPassword", "AdminSetUserPassword",
					"DeleteUser", "GlobalSignOut", "ConfirmForgotPassword", "ConfirmForgotPassword_POST", "forgotPassword_POST",
				},
			},
		},
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewApiDestination(destination, nil)},
	})
}
