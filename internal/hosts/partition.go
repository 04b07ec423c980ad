package hosts

import "strings"

// A partition is a part of AWS with accounts and DNS names of its own. Its
// regions begin with the same letters.
type partition struct {
	id        string // as ARNs name it
	regions   string // how the names of its regions begin
	suffix    string // DNS suffix of its APIs
	dualStack string // the same for APIs that answer by IPv6 too

	// domain is what follows the prefix and the dot in the host of a prefix
	// domain, with "*" for the region. It is "" where AWS does not publish it.
	domain string
}

// commercial is the partition of every region that begins like no other.
var commercial = partition{"aws", "", "amazonaws.com", "api.aws", "auth.*.amazoncognito.com"}

// partitions are those of the AWS SDK for Go; a test compares them. The domain
// of the European Sovereign Cloud is in the Public Suffix List.
var partitions = []partition{
	{"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", ""},
	{"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", "auth-fips.*.amazoncognito.com"},
	{"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "auth.cognito-idp.*.on.amazonwebservices.eu"},
	{"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", ""},
	{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", ""},
	{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", ""},
	{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", ""},
}

func partitionOf(region string) partition {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.regions) {
			return p
		}
	}
	return commercial
}

// Partition returns the id of a region's partition, as ARNs name it, such as
// "aws".
func Partition(region string) string { return partitionOf(region).id }

// Suffix returns the DNS suffix of AWS's APIs in a region, such as
// "amazonaws.com".
func Suffix(region string) string { return partitionOf(region).suffix }

// API returns the host of a service's API in a region, such as
// "cognito-idp.eu-west-1.amazonaws.com".
func API(service, region string) string { return service + "." + region + "." + Suffix(region) }

// IdentityPools returns the name by which IAM knows the identity pools of a
// region, in trust policies and policy variables. It is
// "cognito-identity.amazonaws.com" in the partition aws.
func IdentityPools(region string) string {
	switch {
	case Partition(region) == commercial.id:
		return "cognito-identity." + commercial.suffix
	case region == "us-gov-west-1": // us-gov-east-1 has a name like those of other partitions
		return "cognito-identity-us-gov." + commercial.suffix
	}
	return API("cognito-identity", region)
}

// OriginalIssuer returns the issuer of a user pool in the original form.
func OriginalIssuer(region, poolID string) string {
	return "https://" + API("cognito-idp", region) + "/" + poolID
}

// UpdatedIssuer returns the issuer of a user pool in the form of May 2026.
func UpdatedIssuer(region, poolID string) string {
	return "https://" + API("issuer-cognito-idp", region) + "/" + poolID
}

// IsIssuer recognizes both issuers of every user pool in AWS, in the region of
// the pool's id or of a replica.
func IsIssuer(s string) bool {
	host, poolID, _ := strings.Cut(strings.TrimPrefix(s, "https://"), "/")
	_, rest, _ := strings.Cut(host, ".")
	region, _, _ := strings.Cut(rest, ".")
	if _, err := ParsePoolID(poolID); err != nil || !IsRegion(region) {
		return false
	}
	return s == OriginalIssuer(region, poolID) || s == UpdatedIssuer(region, poolID)
}

// PrefixDomain returns the host of a prefix domain in a region. It is "" in
// partitions where AWS does not publish how such hosts are named.
func PrefixDomain(prefix, region string) string {
	domain := partitionOf(region).domain
	if domain == "" {
		return ""
	}
	return prefix + "." + strings.Replace(domain, "*", region, 1)
}
