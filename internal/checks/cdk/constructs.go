//go:build constructs

package cdk

// The packages that a file of "cognito setup -o cdk-go" imports. No build has
// this tag: the line in go.mod is what is needed.
import (
	_ "github.com/aws/aws-cdk-go/awscdk/v2"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	_ "github.com/aws/jsii-runtime-go"
)
