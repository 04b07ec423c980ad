package alb

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config configures a [Verifier].
type Config struct {
	// Pool is the user pool and the app client with which the load balancer
	// signs users in. Its OtherClientIDs are accepted too. The Verifier uses
	// Pool's HTTPClient, Timeout, ClockSkew, Logger and Now.
	Pool cognito.Config

	// LoadBalancers are the ARNs of the load balancers to trust. They are
	// compared character by character. Keys are fetched from the regions in
	// these ARNs. Required.
	LoadBalancers []string

	// AccessTokens verifies the access token in x-amzn-oidc-accesstoken.
	// Groups, scopes, the resource (aud) and the time of the sign-in then come
	// from it, and requests without it are refused. Use a [cognito.Verifier] for the same
	// Pool. Nil means that the access token is not read.
	AccessTokens cognito.TokenVerifier

	// KeysURL replaces the base URL of the region's public keys, for tests and
	// mirrors. Empty means AWS's own URL. It is needed in partitions other
	// than aws and aws-us-gov.
	KeysURL string
}

// validate reports every problem of c at once.
func (c Config) validate() error {
	errs := problems.New((&cognito.ConfigError{Package: "alb"}).At)
	errs.Join(c.Pool.Validate())
	if len(c.LoadBalancers) == 0 {
		errs.Add("LoadBalancers", "missing: the ARN of the load balancer; without it, every load balancer on AWS would be trusted")
	}
	for _, arn := range c.LoadBalancers {
		_, err := c.keysURL(arn)
		errs.Check("LoadBalancers", err)
	}
	if c.KeysURL != "" {
		_, err := hosts.ParseBaseURL(c.KeysURL)
		errs.Check("KeysURL", err)
	}
	return errs.Err()
}

// keysURL is the URL below which the keys of that load balancer are.
func (c Config) keysURL(arn string) (string, error) {
	// arn:partition:elasticloadbalancing:region:account:loadbalancer/app/name/id
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != "elasticloadbalancing" || !isName(part[3], 25) || !isName(part[4], 12) ||
		!strings.HasPrefix(part[5], "loadbalancer/app/") || len(arn) > 512 || strings.ContainsAny(arn, "*? \t\r\n") {
		return "", fmt.Errorf("%.80q is not the ARN of an Application Load Balancer: it looks like arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188", arn)
	}
	region := part[3]
	switch {
	case c.KeysURL != "":
		return strings.TrimSuffix(c.KeysURL, "/") + "/", nil
	case part[1] != "aws" && part[1] != "aws-us-gov":
		return "", fmt.Errorf("%.80q is in a partition whose key endpoint is not known here: set KeysURL", arn)
	case part[1] != hosts.Partition(region):
		return "", fmt.Errorf("%.80q names a region of the partition %s", arn, hosts.Partition(region))
	case part[1] == "aws":
		return "https://public-keys.auth." + hosts.API("elb", region) + "/", nil
	}
	return "https://s3-" + region + "." + hosts.Suffix(region) + "/aws-elb-public-keys-prod-" + region + "/", nil
}

// isName recognizes a region, an account and a key id, which is a UUID: short
// and harmless in a URL.
func isName(s string, most int) bool {
	return s != "" && len(s) <= most && !strings.ContainsFunc(s, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-')
	})
}
