package cognito_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// TestEndpoints writes down every URL that a configuration computes, in all
// partitions.
func TestEndpoints(t *testing.T) {
	configs := []struct {
		name string
		cognito.Config
	}{
		{"commercial, prefix", cognito.Config{UserPoolID: poolID, Domain: "my-app"}},
		{"commercial, host", cognito.Config{UserPoolID: poolID, Domain: "auth.example.com"}},
		{"commercial, URL", cognito.Config{UserPoolID: "ap-southeast-2_Abc", Domain: "https://auth.example.com/"}},
		{"commercial, no domain", cognito.Config{UserPoolID: "us-east-1_Abc"}},
		{"GovCloud, prefix", cognito.Config{UserPoolID: "us-gov-west-1_Abc", Domain: "my-app"}},
		{"European Sovereign Cloud, prefix", cognito.Config{UserPoolID: "eusc-de-east-1_Abc", Domain: "my-app", ReplicaRegions: []string{"eusc-de-west-1"}}},
		{"ISO, prefix", cognito.Config{UserPoolID: "us-iso-east-1_Abc", Domain: "my-app"}},
		{"China, host", cognito.Config{UserPoolID: "cn-northwest-1_Abc", Domain: "auth.example.cn"}},
		{"China, prefix", cognito.Config{UserPoolID: "cn-north-1_Abc", Domain: "my-app"}},
		{"replicas", cognito.Config{UserPoolID: "us-east-1_Abc", ReplicaRegions: []string{"us-west-2", "eu-west-1", "us-east-1", "us-west-2"}}},
		{"updated issuer", cognito.Config{UserPoolID: "us-east-1_Abc", Issuer: "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc"}},
		{"emulator", cognito.Config{UserPoolID: poolID, Domain: "http://127.0.0.1:9229", Issuer: "http://127.0.0.1:9229/" + poolID, Endpoint: "http://127.0.0.1:9229", ReplicaRegions: []string{"us-west-2"}}},
		{"trailing slashes", cognito.Config{UserPoolID: poolID, Domain: "http://localhost:9229/", Issuer: "http://localhost:9229/" + poolID + "/", Endpoint: "http://localhost:9229/"}},
	}
	var b strings.Builder
	for _, c := range configs {
		fmt.Fprintf(&b, "%s: %s %s\n  region   %s\n  issuer   %s\n  keys     %s\n  endpoint %s\n  domain   %s\n", c.name, c.UserPoolID, c.Domain,
			c.Region(), c.IssuerURL(), c.JWKSURL(), c.EndpointURL(), c.DomainURL())
		for _, iss := range c.Issuers() {
			fmt.Fprintf(&b, "  counts   %s\n", iss)
		}
	}
	golden(t, "endpoints.golden", b.String())
}

func TestParsePoolID(t *testing.T) {
	tests := []struct{ id, region string }{
		{"eu-west-1_aB3dE5gH7", "eu-west-1"},
		{"us-gov-east-1_Abc", "us-gov-east-1"},
		{"cn-north-1_0", "cn-north-1"},
		{"ap-southeast-12_x", "ap-southeast-12"},
		{"eusc-de-east-1_Abc", "eusc-de-east-1"},
		{"us-isob-east-1_Abc", "us-isob-east-1"},
		{"eu-isoe-west-1_Abc", "eu-isoe-west-1"},
		{"", ""},
		{"eu-west-1", ""},
		{"eu-west-1_", ""},
		{"_aB3dE5gH7", ""},
		{"eu_west_1_aB3", ""},
		{"EU-WEST-1_aB3", ""},
		{"eu-west-1_aB3 ", ""},
		{"eu-west-1_aB3\n", ""},
		{"\neu-west-1_aB3", ""},
		{"eu-west-1_aB3/../x", ""},
		{"eu-west-1_aB3?x", ""},
		{"eu-west-1_aB3_x", ""},
		{"eu-west-1_é", ""},
		{"west_aB3", ""},
		{"evil.example_aB3", ""},
		{"eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab", ""},
		{"eu-west-1_" + strings.Repeat("a", 45), "eu-west-1"},
		{"eu-west-1_" + strings.Repeat("a", 46), ""},
	}
	for _, tt := range tests {
		region, err := hosts.ParsePoolID(tt.id)
		if region != tt.region || (err == nil) != (tt.region != "") {
			t.Errorf("ParsePoolID(%q) = %q, %v, want %q", tt.id, region, err, tt.region)
		}
		if got := (cognito.Config{UserPoolID: tt.id}).Region(); got != tt.region {
			t.Errorf("Region() of %q = %q, want %q", tt.id, got, tt.region)
		}
	}
}

// TestE2_DomainOfAnotherKind: a domain that cannot be the pool's is refused with
// what is wrong about it.
func TestE2_DomainOfAnotherKind(t *testing.T) {
	tests := []struct{ poolID, domain, want string }{ // want "" means accepted
		{poolID, "my-app.auth.eu-west-1.amazoncognito.com", ""},
		{poolID, "https://MY-APP.auth.EU-WEST-1.amazoncognito.com", ""},
		{"us-gov-west-1_Abc", "https://my-app.auth-fips.us-gov-west-1.amazoncognito.com", ""},
		{poolID, "cognito-idp.example.com", ""},

		{poolID, "cognito-idp.eu-west-1.amazonaws.com", "host of Cognito's API"},
		{poolID, "https://cognito-idp.eu-west-1.amazonaws.com/", "host of Cognito's API"},
		{poolID, "https://COGNITO-IDP.eu-west-1.amazonaws.com", "host of Cognito's API"},
		{poolID, "issuer-cognito-idp.eu-west-1.amazonaws.com", "host of Cognito's API"},
		{poolID, "cognito-idp-fips.us-east-1.amazonaws.com", "host of Cognito's API"},
		{poolID, "cognito-identity.eu-west-1.amazonaws.com", "host of Cognito's API"},
		{"cn-north-1_Abc", "cognito-idp.cn-north-1.amazonaws.com.cn", "host of Cognito's API"},
		{poolID, "cognito-idp.us-gov-east-1.api.aws", "host of Cognito's API"},
		{poolID, "cognito-idp.eusc-de-east-1.amazonaws.eu", "host of Cognito's API"},
		{poolID, "vpce-0a1b-2c3d.cognito-idp.eu-west-1.vpce.amazonaws.com", "host of Cognito's API"},
		{poolID, "my-app.auth.us-east-1.amazoncognito.com", "us-east-1"},
		{poolID, "https://my-app.auth-fips.us-east-1.amazoncognito.com", "COGNITO_USER_POOL_ID"},
		{"eusc-de-east-1_Abc", "my-app.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu", ""},
		{"eusc-de-east-2_Abc", "my-app.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu", "eusc-de-east-2"},
		{"eusc-de-east-1_Abc", "my-app.eusc-de-east-1.on.amazonwebservices.eu", "it looks like"},
		{"cn-north-1_Abc", "my-app.auth.cn-north-1.amazoncognito.com", ""},
		{poolID, "my-app.amazoncognito.com", "my-app.auth.eu-west-1.amazoncognito.com"},
		{poolID, "auth.eu-west-1.amazoncognito.com", "it looks like"},
		{poolID, "a.b.auth.eu-west-1.amazoncognito.com", "it looks like"},
		{poolID, "https://my-app.auth.eu-west-1.amazoncognito.com/oauth2/authorize", "no path belongs here"},
	}
	for _, tt := range tests {
		err := cognito.Config{UserPoolID: tt.poolID, ClientID: clientID, Domain: tt.domain}.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), "Domain: ") || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("Validate with the domain %s of %s = %v, want %q", tt.domain, tt.poolID, err, tt.want)
		}
	}
}

// FuzzParsePoolID: what is accepted makes URLs whose host is the region's and
// whose path is the pool's, with nothing else in them.
func FuzzParsePoolID(f *testing.F) {
	for _, id := range []string{poolID, "us-gov-west-1_Abc", "cn-north-1_Abc", "eu-west-1", "eu-west-1_a/b", "eu-west-1_a\n", "a.b_c", ""} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		region, err := hosts.ParsePoolID(id)
		cfg := cognito.Config{UserPoolID: id, ClientID: clientID}
		if cfg.Region() != region || (cfg.Validate() == nil) != (err == nil) {
			t.Fatalf("ParsePoolID(%q) = %q, %v, but Region() = %q and Validate() = %v", id, region, err, cfg.Region(), cfg.Validate())
		}
		if err != nil {
			if region != "" {
				t.Fatalf("ParsePoolID(%q) = %q with the error %v", id, region, err)
			}
			return
		}
		if !strings.HasPrefix(id, region+"_") || len(id) > 55 {
			t.Fatalf("ParsePoolID(%q) = %q, want what stands before the underscore", id, region)
		}
		suffix := "." + hosts.Suffix(region)
		names := []string{"cognito-idp." + region + suffix, "issuer-cognito-idp." + region + suffix}
		for i, iss := range cfg.Issuers() {
			wantURL(t, iss, "https", names[i], "/"+id)
		}
		wantURL(t, cfg.JWKSURL(), "https", names[0], "/"+id+"/.well-known/jwks.json")
		wantURL(t, cfg.EndpointURL(), "https", names[0], "")
		if again, err := hosts.ParsePoolID(region + "_x"); again != region || err != nil {
			t.Fatalf("ParsePoolID(%q) = %q, %v, want the same region", region+"_x", again, err)
		}
	})
}

// wantURL fails the test unless raw is the plain URL of these parts.
func wantURL(t testing.TB, raw, scheme, host, path string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	if u.Scheme != scheme || u.Host != host || u.Path != path || (u.RawPath != "" && u.RawPath != path) || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" || u.String() != raw {
		t.Fatalf("%q parses as %#v, want %s://%s%s", raw, u, scheme, host, path)
	}
}
