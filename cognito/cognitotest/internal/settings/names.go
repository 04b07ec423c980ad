package settings

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Names are the names of a pool on AWS.
type Names struct {
	Prefix  string // of the prefix domain
	Custom  string // host of the custom domain; "" means none
	Updated bool   // the issuer is of the updated kind
}

// Exist reports whether the pool has a domain.
func (n Names) Exist() bool { return n.Prefix != "" || n.Custom != "" }

func (n Names) Validate(region string) error {
	if strings.ContainsAny(n.Prefix, ".:/") {
		return fmt.Errorf("WithDomain: %q is no prefix; a host of your own goes into WithCustomDomain", n.Prefix)
	}
	if _, err := hosts.ParseDomain(n.Prefix, prefixRegion(region)); err != nil && (n.Prefix != "" || n.Custom == "") {
		return fmt.Errorf("WithDomain: %w", err)
	}
	if n.Custom == "" {
		return nil
	}
	if base, err := hosts.ParseDomain(n.Custom, region); err != nil || base != "https://"+n.Custom {
		return fmt.Errorf("WithCustomDomain: %q is not a host name", n.Custom)
	}
	return nil
}

// prefixRegion is the region to check a prefix with. A pool has a prefix domain
// in memory in every partition, also where AWS does not publish its host.
func prefixRegion(region string) string {
	if hosts.PrefixDomain("x", region) == "" {
		return "us-east-1"
	}
	return region
}
