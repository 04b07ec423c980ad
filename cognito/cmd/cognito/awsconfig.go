package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/seed75762126/cognito-go/internal/awscall"
)

// awsTimeout bounds one call to an AWS service.
const awsTimeout = 30 * time.Second

// awsConfig is the ordinary configuration of the SDK: credentials and region.
// Its calls are guarded as the library's own are: see package awscall.
func awsConfig(ctx context.Context, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err == nil {
		cfg.HTTPClient = awscall.Any(cfg.HTTPClient, awsTimeout)
	}
	return cfg, err
}
