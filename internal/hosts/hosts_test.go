package hosts_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

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
		got, err := hosts.ParseDomain(tt.domain, tt.region)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseDomain(%q, %q) = %q, %v, want %q", tt.domain, tt.region, got, err, tt.want)
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
		_, err := hosts.ParseBaseURL(tt.raw)
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
		{"http://LOCALHOST:8080/a", "http://localhost:8080/a"},

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
		got, err := hosts.ParseBaseURL(tt.raw)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseBaseURL(%q) = %q, %v, want %q", tt.raw, got, err, tt.want)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for _, host := range []string{"localhost", "LocalHost", "127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"} {
		if !hosts.IsLoopback(host) {
			t.Errorf("IsLoopback(%q) = false, want true", host)
		}
	}
	for _, host := range []string{"", "localhost.example.com", "localhost.", "localhost:80", "[::1]", "0.0.0.0", "::", "128.0.0.1", "127.1", "0x7f.0.0.1", "127.0.0.1.example.com", "::1%lo"} {
		if hosts.IsLoopback(host) {
			t.Errorf("IsLoopback(%q) = true, want false", host)
		}
	}
}

// FuzzParseDomain: an accepted domain is the plain URL of the host that was
// written, or of Cognito's host below the prefix. It is https, or http on this
// machine, and parses to itself.
func FuzzParseDomain(f *testing.F) {
	for _, d := range []string{"my-app", "auth.example.com", "https://auth.example.com/", "http://localhost:9229", "[::1]:1", "a@b.example", "a.example?", "https://[::1]:", "x.example:0", "https://a.example//", "0.A"} {
		f.Add(d, "eu-west-1")
		f.Add(d, "us-gov-west-1")
		f.Add(d, "")
	}
	f.Fuzz(func(t *testing.T, domain, region string) {
		base, err := hosts.ParseDomain(domain, region)
		if err != nil {
			if base != "" {
				t.Fatalf("ParseDomain(%q, %q) = %q with the error %v", domain, region, base, err)
			}
			return
		}
		host := wantBase(t, base, "")
		written := strings.TrimSuffix(domain[max(0, strings.Index(domain, "://")):], "/")
		written = strings.ToLower(strings.TrimPrefix(written, "://")) // a host has no case
		cognitos := []string{domain + ".auth." + region + ".amazoncognito.com", domain + ".auth-fips." + region + ".amazoncognito.com"}
		if host != written && !slices.Contains(cognitos, host) {
			t.Fatalf("ParseDomain(%q, %q) = %q, a host that was not written", domain, region, base)
		}
		if host != written && strings.ContainsAny(domain, ".:/@") {
			t.Fatalf("ParseDomain(%q, %q) = %q, which takes a host for a prefix", domain, region, base)
		}
		if again, err := hosts.ParseDomain(base, region); again != base || err != nil {
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
		base, err := hosts.ParseBaseURL(raw)
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
		if again, err := hosts.ParseBaseURL(base); again != base || err != nil {
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
	if u.Scheme != "https" && (u.Scheme != "http" || !hosts.IsLoopback(u.Hostname())) {
		t.Fatalf("%q is neither https nor loopback http", base)
	}
	if u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || strings.HasSuffix(base, "/") || strings.ContainsFunc(base, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Fatalf("%q is no base URL", base)
	}
	return u.Host
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

func TestIsIssuer(t *testing.T) {
	for iss, want := range map[string]bool{
		"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":          true,
		"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":   true,
		"https://cognito-idp.us-west-2.amazonaws.com/eu-west-1_aB3dE5gH7":          true, // a replica's
		"https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_aB3dE5gH7":     true,
		"https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_aB3dE5gH7": true,
		"":                        false,
		"https://169.254.169.254": false,
		"https://169.254.169.254/eu-west-1_aB3dE5gH7":                                  false,
		"http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":               false,
		"https://cognito-idp.eu-west-1.amazonaws.com.evil.example/eu-west-1_aB3dE5gH7": false,
		"https://cognito-idp.eu-west-1.amazonaws.com@evil.example/eu-west-1_aB3dE5gH7": false,
		"https://evil.example/cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7": false,
		"https://cognito-idp.cn-north-1.amazonaws.com/cn-north-1_aB3dE5gH7":            false,
		"https://cognito-idp.eu-west-1.amazonaws.com:443/eu-west-1_aB3dE5gH7":          false,
		"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7/":             false,
		"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7/x":            false,
		"https://cognito-idp.eu-west-1.amazonaws.com/":                                 false,
		"https://cognito-identity.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":         false,
		"cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":                      false,
		"https://https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7":      false,
		"https://cognito-idp.-.amazonaws.com/eu-west-1_aB3dE5gH7":                      false,
	} {
		if got := hosts.IsIssuer(iss); got != want {
			t.Errorf("IsIssuer(%q) = %v, want %v", iss, got, want)
		}
	}
}

// TestIdentityPools: in GovCloud and in China IAM knows identity pools by other
// names (AWS GovCloud User Guide, Amazon Cognito).
func TestIdentityPools(t *testing.T) {
	for region, want := range map[string]string{
		"":               "cognito-identity.amazonaws.com",
		"eu-west-1":      "cognito-identity.amazonaws.com",
		"us-gov-west-1":  "cognito-identity-us-gov.amazonaws.com",
		"us-gov-east-1":  "cognito-identity.us-gov-east-1.amazonaws.com",
		"cn-north-1":     "cognito-identity.cn-north-1.amazonaws.com.cn",
		"eusc-de-east-1": "cognito-identity.eusc-de-east-1.amazonaws.eu",
	} {
		if got := hosts.IdentityPools(region); got != want {
			t.Errorf("IdentityPools(%q) = %q, want %q", region, got, want)
		}
	}
}
