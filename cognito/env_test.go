package cognito_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// environ sets the settings of the environment to these pairs, and all others
// to nothing.
func environ(t *testing.T, pairs ...string) {
	t.Helper()
	for _, name := range []string{
		"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET", "COGNITO_DOMAIN",
		"COGNITO_ISSUER", "COGNITO_ENDPOINT", "COGNITO_EMULATOR_HOST", "COGNITO_IDENTITY_POOL_ID",
	} {
		t.Setenv(name, "")
	}
	for i := 0; i < len(pairs); i += 2 {
		t.Setenv(pairs[i], pairs[i+1])
	}
}

func TestConfigFromEnv(t *testing.T) {
	environ(t,
		"COGNITO_USER_POOL_ID", " "+poolID+"\n", // as from $(cat file)
		"COGNITO_CLIENT_ID", clientID,
		"COGNITO_CLIENT_SECRET", "s3cret-of-the-client",
		"COGNITO_DOMAIN", "http://127.0.0.1:9229",
		"COGNITO_ISSUER", "http://127.0.0.1:9229/"+poolID,
		"COGNITO_ENDPOINT", "http://127.0.0.1:9229/",
		"COGNITO_IDENTITY_POOL_ID", "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab",
	)
	c, err := cognito.ConfigFromEnv()
	if err != nil {
		t.Fatalf("ConfigFromEnv() = %v, want nil", err)
	}
	got := strings.Join([]string{c.UserPoolID, c.ClientID, string(c.ClientSecret), c.Domain, c.Issuer, c.Endpoint, c.IdentityPoolID}, " ")
	want := strings.Join([]string{
		poolID, clientID, "s3cret-of-the-client", "http://127.0.0.1:9229", "http://127.0.0.1:9229/" + poolID,
		"http://127.0.0.1:9229/", "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab",
	}, " ")
	if got != want {
		t.Errorf("ConfigFromEnv() =\n%s, want\n%s", got, want)
	}

	environ(t, "COGNITO_USER_POOL_ID", poolID, "COGNITO_CLIENT_ID", clientID)
	if c, err := cognito.ConfigFromEnv(); err != nil || c.UserPoolID != poolID || c.ClientID != clientID || c.ClientSecret != "" || c.Domain != "" {
		t.Errorf("ConfigFromEnv(the required two) = %+v, %v, want them and no error", c, err)
	}
}

// An emulator in a container is reached by plain http under the name that
// COGNITO_EMULATOR_HOST gives, and under no other.
func TestEmulatorHost(t *testing.T) {
	const base = "http://cognito:9229"
	from := func(emulator, domain, issuer, endpoint string) (cognito.Config, error) {
		environ(t, "COGNITO_USER_POOL_ID", poolID, "COGNITO_CLIENT_ID", clientID, "COGNITO_EMULATOR_HOST", emulator,
			"COGNITO_DOMAIN", domain, "COGNITO_ISSUER", issuer, "COGNITO_ENDPOINT", endpoint)
		return cognito.ConfigFromEnv()
	}
	c, err := from("Cognito", base, base+"/"+poolID, base)
	if err != nil {
		t.Fatalf("ConfigFromEnv(an emulator in a container) = %v, want no error", err)
	}
	if c.DomainURL() != base || c.IssuerURL() != base+"/"+poolID || c.EndpointURL() != base || c.JWKSURL() != base+"/"+poolID+"/.well-known/jwks.json" {
		t.Errorf("the URLs are %s, %s, %s, %s, want those below %s", c.DomainURL(), c.IssuerURL(), c.EndpointURL(), c.JWKSURL(), base)
	}
	c.KeysURL = base + "/keys"
	if err := c.Validate(); err != nil {
		t.Errorf("Validate with KeysURL %s = %v, want no error", c.KeysURL, err)
	}
	tests := []struct{ emulator, domain, issuer, endpoint, want string }{
		{"", base, base + "/" + poolID, base, "COGNITO_DOMAIN COGNITO_ISSUER COGNITO_ENDPOINT"},
		{"other", base, base + "/" + poolID, base, "COGNITO_DOMAIN COGNITO_ISSUER COGNITO_ENDPOINT"},
		{"cognito", "http://cognito.example.com", "", "", "COGNITO_DOMAIN"},
		{"cognito", "", "http://evil.cognito/x", "", "COGNITO_ISSUER"},
		{"http://cognito:9229", "", "", "", "COGNITO_EMULATOR_HOST"},
		{"cognito:9229", "", "", "", "COGNITO_EMULATOR_HOST"},
		{"cognito-idp.eu-west-1.amazonaws.com", "", "", "http://cognito-idp.eu-west-1.amazonaws.com", "COGNITO_EMULATOR_HOST COGNITO_ENDPOINT"},
		{"my-app.auth.eu-west-1.amazoncognito.com", "http://my-app.auth.eu-west-1.amazoncognito.com", "", "", "COGNITO_EMULATOR_HOST COGNITO_DOMAIN"},
	}
	for _, tt := range tests {
		_, err := from(tt.emulator, tt.domain, tt.issuer, tt.endpoint)
		var names []string
		for _, p := range problems(t, err) {
			names = append(names, p.Field)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("ConfigFromEnv(%+v) names %q, want %q", tt, got, tt.want)
		}
	}
	if _, err := from("", base, "", ""); err == nil || !strings.Contains(err.Error(), "COGNITO_EMULATOR_HOST") {
		t.Errorf("ConfigFromEnv(plain http) = %v, want the setting that allows it", err)
	}
}

func TestE2_ConfigFromEnvNamesAllThatIsMissing(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  string // the variables named, in order
	}{
		{name: "domain alone", pairs: []string{"COGNITO_DOMAIN", "my-app"}, want: "COGNITO_USER_POOL_ID COGNITO_CLIENT_ID"},
		{name: "secret alone", pairs: []string{"COGNITO_CLIENT_SECRET", "x"}, want: "COGNITO_USER_POOL_ID COGNITO_CLIENT_ID"},
		{name: "pool alone", pairs: []string{"COGNITO_USER_POOL_ID", poolID}, want: "COGNITO_CLIENT_ID"},
		{name: "client alone", pairs: []string{"COGNITO_CLIENT_ID", clientID}, want: "COGNITO_USER_POOL_ID"},
		{name: "all wrong", pairs: []string{
			"COGNITO_USER_POOL_ID", "nonsense", "COGNITO_CLIENT_ID", "non sense", "COGNITO_DOMAIN", "Non Sense",
			"COGNITO_ISSUER", "issuer", "COGNITO_ENDPOINT", "http://endpoint.example.com", "COGNITO_IDENTITY_POOL_ID", "x",
		}, want: "COGNITO_USER_POOL_ID COGNITO_CLIENT_ID COGNITO_DOMAIN COGNITO_ISSUER COGNITO_ENDPOINT COGNITO_IDENTITY_POOL_ID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			environ(t, tt.pairs...)
			c, err := cognito.ConfigFromEnv()
			var names []string
			for _, p := range problems(t, err) {
				names = append(names, p.Field)
			}
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("ConfigFromEnv names %q, want %q", got, tt.want)
			}
			for name := range strings.FieldsSeq(tt.want) {
				if !strings.Contains(err.Error(), "cognito: "+name+": ") {
					t.Errorf("ConfigFromEnv = %q, want it to name %s", err, name)
				}
			}
			if c.UserPoolID != "" || c.Domain != "" || c.ClientSecret != "" {
				t.Errorf("ConfigFromEnv = %+v with an error, want the zero Config", c)
			}
			if errors.Is(err, cognito.ErrNotConfigured) {
				t.Errorf("ConfigFromEnv = ErrNotConfigured, but %v is set", tt.pairs)
			}
		})
	}
}

func TestE2_ConfigFromEnvOfAnEmptyEnvironment(t *testing.T) {
	environ(t, "COGNITO_DOMAIN", " \t")
	_, err := cognito.ConfigFromEnv()
	if !errors.Is(err, cognito.ErrNotConfigured) {
		t.Errorf("ConfigFromEnv() = %v, want ErrNotConfigured", err)
	}
	if text := err.Error(); !strings.Contains(text, "COGNITO_USER_POOL_ID") || !strings.Contains(text, "COGNITO_CLIENT_ID") {
		t.Errorf("ErrNotConfigured = %q, want it to say what to set", text)
	}
}
