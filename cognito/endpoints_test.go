package cognito_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
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
		region, err := cognito.ParsePoolID(tt.id)
		if region != tt.region || (err == nil) != (tt.region != "") {
			t.Errorf("ParsePoolID(%q) = %q, %v, want %q", tt.id, region, err, tt.region)
		}
		if got := (cognito.Config{UserPoolID: tt.id}).Region(); got != tt.region {
			t.Errorf("Region() of %q = %q, want %q", tt.id, got, tt.region)
		}
	}
}

func TestParseDomain(t *testing.T) {
	tests := []struct{ domain, region, want string }{
		{"my-app", "eu-west-1", "https://my-app.auth.eu-west-1.amazoncognito.com"},
		{"a", "us-gov-west-1", "https://a.auth-fips.us-gov-west-1.amazoncognito.com"},
		{strings.Repeat("a", 63), "eu-west-1", "https://" + strings.Repeat("a", 63) + ".auth.eu-west-1.amazoncognito.com"},
		{"auth.example.com", "eu-west-1", "https://auth.example.com"},
		{"auth.example.com:8443", "eu-west-1", "https://auth.example.com:8443"},
		{"https://auth.example.com", "", "https://auth.example.com"},
		{"https://auth.example.com/", "", "https://auth.example.com"},
		{"my-app.auth.cn-north-1.example", "cn-north-1", "https://my-app.auth.cn-north-1.example"},
		{"http://localhost:9229", "", "http://localhost:9229"},
		{"http://127.9.9.9", "", "http://127.9.9.9"},
		{"http://[::1]:9229", "", "http://[::1]:9229"},
		{"[::1]:9229", "", "https://[::1]:9229"},

		{"", "eu-west-1", ""},
		{strings.Repeat("a", 64), "eu-west-1", ""},
		{"-a", "eu-west-1", ""},
		{"a-", "eu-west-1", ""},
		{"My-App", "eu-west-1", ""},
		{"my app", "eu-west-1", ""},
		{"my-app\n", "eu-west-1", ""},
		{"my-aws-app", "eu-west-1", ""},
		{"amazonia", "eu-west-1", ""},
		{"mycognito", "eu-west-1", ""},
		{"my-app", "", ""},
		{"my-app", "eu-west-1.evil.example/", ""},
		{"my-app", "cn-north-1", ""},
		{"my-app/", "eu-west-1", ""},
		{"auth.example.com/login", "eu-west-1", ""},
		{"auth.example.com?x=1", "eu-west-1", ""},
		{"auth.example.com?", "eu-west-1", ""},
		{"auth.example.com#", "eu-west-1", ""},
		{"user@auth.example.com", "eu-west-1", ""},
		{"auth.example.com:", "eu-west-1", ""},
		{"auth.example.com:https", "eu-west-1", ""},
		{"auth..example.com", "eu-west-1", ""},
		{".example.com", "eu-west-1", ""},
		{"example.com.", "eu-west-1", ""},
		{"-.example.com", "eu-west-1", ""},
		{"exa_mple.com", "eu-west-1", ""},
		{"exämple.com", "eu-west-1", ""},
		{"auth.example.com\\x", "eu-west-1", ""},
		{"https:auth.example.com", "eu-west-1", ""},
		{"https://", "eu-west-1", ""},
		{"https:///path", "eu-west-1", ""},
		{"//auth.example.com", "eu-west-1", ""},
		{"ftp://auth.example.com", "eu-west-1", ""},
		{"javascript://auth.example.com", "eu-west-1", ""},
		{"http://auth.example.com", "eu-west-1", ""},
		{"http://localhost.example.com", "eu-west-1", ""},
		{"http://localhost@example.com", "eu-west-1", ""},
		{"http://169.254.169.254", "eu-west-1", ""},
		{"http://[fe80::1%25lo]", "eu-west-1", ""},
		{"https://auth.example.com//", "eu-west-1", ""},
		{"https://auth.example.com/%2e%2e", "eu-west-1", ""},
		{"https://[::1]:", "eu-west-1", ""},
		{"::1", "eu-west-1", ""},
	}
	for _, tt := range tests {
		got, err := cognito.ParseDomain(tt.domain, tt.region)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseDomain(%q, %q) = %q, %v, want %q", tt.domain, tt.region, got, err, tt.want)
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

// TestE2_URLWithoutScheme: the error says what to write instead.
func TestE2_URLWithoutScheme(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"localhost:8080", "the scheme is missing: write http://localhost:8080"},
		{"localhost", "write http://localhost"},
		{"127.0.0.1:8080", "write http://127.0.0.1:8080"},
		{"[::1]:8080/app", "write http://[::1]:8080/app"},
		{"app.example.com", "the scheme is missing: write https://app.example.com"},
		{"app.example.com:8443/shop", "write https://app.example.com:8443/shop"},
		{"//app.example.com", "write https://app.example.com"},
		{"", "not a URL: write one such as https://app.example.com"},
		{"/shop", "not a URL"},
		{"https:/app.example.com", "not a URL"},
		{"a b", "not a URL"},
		{"user:hunter2@app.example.com", "not a URL"},
		{"ftp://app.example.com", "the scheme must be https"},
		{"http://app.example.com", "loopback"},
	}
	for _, tt := range tests {
		_, err := cognito.ParseBaseURL(tt.raw)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseBaseURL(%q) = %v, want %q", tt.raw, err, tt.want)
		}
	}
}

func TestParseBaseURL(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"https://app.example.com", "https://app.example.com"},
		{"https://app.example.com/", "https://app.example.com"},
		{"https://app.example.com/shop", "https://app.example.com/shop"},
		{"https://app.example.com/shop/", "https://app.example.com/shop"},
		{"HTTPS://app.example.com:8443/a/b", "https://app.example.com:8443/a/b"},
		{"http://LOCALHOST:8080/a", "http://LOCALHOST:8080/a"},

		{"", ""},
		{"app.example.com", ""},
		{"/shop", ""},
		{"https:/app.example.com", ""},
		{"http://app.example.com", ""},
		{"https://app.example.com//", ""},
		{"https://app.example.com/shop//", ""},
		{"https://app.example.com//shop", ""},
		{"https://app.example.com/a/../b", ""},
		{"https://app.example.com/a/..", ""},
		{"https://app.example.com/./a", ""},
		{"https://app.example.com/%61", ""},
		{"https://app.example.com/a b", ""},
		{"https://app.example.com/ä", ""},
		{`https://app.example.com/a\b`, ""},
		{"https://app.example.com/?", ""},
		{"https://app.example.com/#", ""},
		{"https://:@app.example.com/", ""},
		{"https://app.example.com:", ""},
		{" https://app.example.com", ""},
		{"https://app.example.com\r\n", ""},
	}
	for _, tt := range tests {
		got, err := cognito.ParseBaseURL(tt.raw)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseBaseURL(%q) = %q, %v, want %q", tt.raw, got, err, tt.want)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for _, host := range []string{"localhost", "LocalHost", "127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"} {
		if !cognito.IsLoopback(host) {
			t.Errorf("IsLoopback(%q) = false, want true", host)
		}
	}
	for _, host := range []string{"", "localhost.example.com", "localhost.", "localhost:80", "[::1]", "0.0.0.0", "::", "128.0.0.1", "127.1", "0x7f.0.0.1", "127.0.0.1.example.com", "::1%lo"} {
		if cognito.IsLoopback(host) {
			t.Errorf("IsLoopback(%q) = true, want false", host)
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
		region, err := cognito.ParsePoolID(id)
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
		suffix := ".amazonaws.com"
		if strings.HasPrefix(region, "cn-") {
			suffix += ".cn"
		}
		hosts := []string{"cognito-idp." + region + suffix, "issuer-cognito-idp." + region + suffix}
		for i, iss := range cfg.Issuers() {
			wantURL(t, iss, "https", hosts[i], "/"+id)
		}
		wantURL(t, cfg.JWKSURL(), "https", hosts[0], "/"+id+"/.well-known/jwks.json")
		wantURL(t, cfg.EndpointURL(), "https", hosts[0], "")
		if again, err := cognito.ParsePoolID(region + "_x"); again != region || err != nil {
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

// FuzzParseDomain: what is accepted is the plain URL of the host that was
// written, or of Cognito's host below the prefix; https, or http on this
// machine; and parses to itself.
func FuzzParseDomain(f *testing.F) {
	for _, d := range []string{"my-app", "auth.example.com", "https://auth.example.com/", "http://localhost:9229", "[::1]:1", "a@b.example", "a.example?", "https://[::1]:", "x.example:0", "https://a.example//"} {
		f.Add(d, "eu-west-1")
		f.Add(d, "us-gov-west-1")
		f.Add(d, "")
	}
	f.Fuzz(func(t *testing.T, domain, region string) {
		base, err := cognito.ParseDomain(domain, region)
		if err != nil {
			if base != "" {
				t.Fatalf("ParseDomain(%q, %q) = %q with the error %v", domain, region, base, err)
			}
			return
		}
		host := wantBase(t, base, "")
		written := strings.TrimSuffix(domain[max(0, strings.Index(domain, "://")):], "/")
		written = strings.TrimPrefix(written, "://")
		cognitos := []string{domain + ".auth." + region + ".amazoncognito.com", domain + ".auth-fips." + region + ".amazoncognito.com"}
		if host != written && !slices.Contains(cognitos, host) {
			t.Fatalf("ParseDomain(%q, %q) = %q, a host that was not written", domain, region, base)
		}
		if host != written && strings.ContainsAny(domain, ".:/@") {
			t.Fatalf("ParseDomain(%q, %q) = %q, which takes a host for a prefix", domain, region, base)
		}
		if again, err := cognito.ParseDomain(base, region); again != base || err != nil {
			t.Fatalf("ParseDomain(%q) = %q, %v, want it as it is", base, again, err)
		}
	})
}

// FuzzParseBaseURL: as FuzzParseDomain, with a plain path.
func FuzzParseBaseURL(f *testing.F) {
	for _, s := range []string{"https://a.example", "https://a.example/b/c/", "https://a.example//", "http://localhost/x", "https://[::1]:", "https://a.example/..", "https://a.example/%2f", "https://a.example/b//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		base, err := cognito.ParseBaseURL(raw)
		if err != nil {
			if base != "" {
				t.Fatalf("ParseBaseURL(%q) = %q with the error %v", raw, base, err)
			}
			return
		}
		u, err := url.Parse(base)
		if err != nil {
			t.Fatalf("ParseBaseURL(%q) = %q, which does not parse: %v", raw, base, err)
		}
		wantBase(t, base, u.Path)
		for part := range strings.SplitSeq(strings.TrimPrefix(u.Path, "/"), "/") {
			if part == "." || part == ".." || part == "" && u.Path != "" {
				t.Fatalf("ParseBaseURL(%q) = %q, want a plain path", raw, base)
			}
		}
		if again, err := cognito.ParseBaseURL(base); again != base || err != nil {
			t.Fatalf("ParseBaseURL(%q) = %q, %v, want it as it is", base, again, err)
		}
	})
}

// wantBase fails the test unless base is a base URL, and returns its host.
func wantBase(t testing.TB, base, path string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("%q: %v", base, err)
	}
	wantURL(t, base, u.Scheme, u.Host, path)
	if u.Scheme != "https" && (u.Scheme != "http" || !cognito.IsLoopback(u.Hostname())) {
		t.Fatalf("%q is neither https nor loopback http", base)
	}
	if u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || strings.HasSuffix(base, "/") || strings.ContainsFunc(base, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Fatalf("%q is no base URL", base)
	}
	return u.Host
}
