package cognito_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// problems returns what is joined in err, and checks that each is a
// ConfigError.
func problems(t testing.TB, err error) []*cognito.ConfigError {
	t.Helper()
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("Validate = %T, want an errors.Join", err)
	}
	var list []*cognito.ConfigError
	for _, e := range joined.Unwrap() {
		var problem *cognito.ConfigError
		if !errors.As(e, &problem) || problem.Err == nil || errors.Unwrap(problem) != problem.Err {
			t.Fatalf("Validate has the problem %v, want a ConfigError with a cause", e)
		}
		list = append(list, problem)
	}
	return list
}

func TestE2_ValidateReportsEveryProblemAtOnce(t *testing.T) {
	err := cognito.Config{
		UserPoolID:     "eu-west-1-aB3dE5gH7",
		ClientID:       "",
		OtherClientIDs: []string{"a-b", ""},
		Domain:         "http://auth.example.com",
		Issuer:         "https://user@issuer.example.com",
		Endpoint:       "ftp://endpoint.example.com",
		KeysURL:        "http://keys.example.com/jwks.json",
		IdentityPoolID: "identity",
		ReplicaRegions: []string{"us-west-2", "Frankfurt"},
		Resources:      []string{"https://api.example.com", ""},
		JWKS:           []byte(`{"keys":[]}`),
		ClockSkew:      6 * time.Minute,
	}.Validate()
	var fields []string
	for _, p := range problems(t, err) {
		fields = append(fields, p.Field)
	}
	got := strings.Join(fields, " ")
	want := "UserPoolID ClientID OtherClientIDs OtherClientIDs Domain Issuer Endpoint KeysURL IdentityPoolID ReplicaRegions Resources JWKS ClockSkew"
	if got != want {
		t.Errorf("Validate names\n%s, want\n%s", got, want)
	}
	golden(t, "problems.golden", err.Error()+"\n")
}

func TestE2_ValidateNamesTheField(t *testing.T) {
	good := cognito.Config{UserPoolID: poolID, ClientID: clientID}
	tests := []struct {
		name  string
		edit  func(*cognito.Config)
		field string // "" means valid
	}{
		{name: "the least there can be", edit: func(*cognito.Config) {}},
		{name: "all there can be", edit: func(c *cognito.Config) {
			c.ClientSecret, c.OtherClientIDs, c.Domain = "secret", []string{"6othershop"}, "my-app"
			c.Issuer, c.Endpoint = "http://127.0.0.1:9229/"+poolID, "http://[::1]:9229"
			c.IdentityPoolID = "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab"
			c.ReplicaRegions, c.Resources = []string{"us-west-2", "us-gov-west-1"}, []string{"https://api.example.com"}
			c.JWKS, c.ClockSkew = jwks(ownKey().jwk()), 5*time.Minute
		}},
		{name: "no pool", edit: func(c *cognito.Config) { c.UserPoolID = "" }, field: "UserPoolID"},
		{name: "no pool, and a prefix that would need its region", edit: func(c *cognito.Config) { c.UserPoolID, c.Domain = "", "my-app" }, field: "UserPoolID"},
		{name: "no client", edit: func(c *cognito.Config) { c.ClientID = "" }, field: "ClientID"},
		{name: "client with a space", edit: func(c *cognito.Config) { c.ClientID = "a b" }, field: "ClientID"},
		{name: "client with a line break", edit: func(c *cognito.Config) { c.ClientID = clientID + "\n" }, field: "ClientID"},
		{name: "client of 128", edit: func(c *cognito.Config) { c.ClientID = strings.Repeat("a", 128) }},
		{name: "client of 129", edit: func(c *cognito.Config) { c.ClientID = strings.Repeat("a", 129) }, field: "ClientID"},
		{name: "domain in China", edit: func(c *cognito.Config) { c.UserPoolID, c.Domain = "cn-north-1_Abc", "my-app" }, field: "Domain"},
		{name: "issuer with a query", edit: func(c *cognito.Config) { c.Issuer = "https://a.example/?x" }, field: "Issuer"},
		{name: "endpoint without TLS", edit: func(c *cognito.Config) { c.Endpoint = "http://vpce.example.com" }, field: "Endpoint"},
		{name: "identity pool with capitals", edit: func(c *cognito.Config) { c.IdentityPoolID = "eu-west-1:1234ABCD" }, field: "IdentityPoolID"},
		{name: "empty region", edit: func(c *cognito.Config) { c.ReplicaRegions = []string{""} }, field: "ReplicaRegions"},
		{name: "empty JWKS", edit: func(c *cognito.Config) { c.JWKS = []byte{} }, field: "JWKS"},
		{name: "five minutes and a nanosecond", edit: func(c *cognito.Config) { c.ClockSkew = 5*time.Minute + 1 }, field: "ClockSkew"},
		{name: "a token cache", edit: func(c *cognito.Config) { c.TokenCache = 1 }},
		{name: "a token cache of less than nothing", edit: func(c *cognito.Config) { c.TokenCache = -1 }, field: "TokenCache"},
		{name: "no skew at all", edit: func(c *cognito.Config) { c.ClockSkew = -1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.edit(&c)
			err := c.Validate()
			list := problems(t, err)
			if tt.field == "" && len(list) != 0 || tt.field != "" && (len(list) != 1 || list[0].Field != tt.field) {
				t.Errorf("Validate() = %v, want %q", err, tt.field)
			}
			if v, newErr := cognito.NewVerifier(c); (v == nil) != (err != nil) || (newErr == nil) != (err == nil) {
				t.Errorf("NewVerifier = %v, %v, want it to follow Validate = %v", v, newErr, err)
			}
		})
	}
}

func TestValidateClipsWhatItQuotes(t *testing.T) {
	long := strings.Repeat("é", 5000)
	err := cognito.Config{UserPoolID: long, ClientID: long, OtherClientIDs: []string{long}, Domain: long, Issuer: long}.Validate()
	if n := len(err.Error()); n > 2000 {
		t.Errorf("Validate(five settings of 10,000 bytes) has a text of %d bytes, want at most 2000", n)
	}
	if strings.ContainsRune(err.Error(), '\uFFFD') {
		t.Errorf("Validate cuts a character in two: %q", err)
	}
}

// TestConfigErrorIsShort: a setting that is refused is quoted, but not at
// length, and cut between characters.
func TestConfigErrorIsShort(t *testing.T) {
	for _, tt := range []struct{ id, want string }{
		{strings.Repeat("!", 80), strings.Repeat("!", 80)},
		{strings.Repeat("!", 81), strings.Repeat("!", 80) + "…"},
		{strings.Repeat("!", 79) + "é", strings.Repeat("!", 79) + "…"},
		{strings.Repeat("\x80", 81), "…"},
	} {
		err := cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: tt.id}.Validate()
		if want := fmt.Sprintf("%q is not", tt.want); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate with a ClientID of %d bytes = %v, want %s", len(tt.id), err, want)
		}
	}
}

func TestConfigDefaults(t *testing.T) {
	c := cognito.Config{}.WithDefaults()
	if c.HTTPClient == nil || c.Timeout != 10*time.Second || c.ClockSkew != time.Minute || c.Logger != slog.Default() || c.Now == nil {
		t.Errorf("WithDefaults = %v %v %v, want 10 seconds, one minute and nothing nil", c.HTTPClient, c.Timeout, c.ClockSkew)
	}
	if d := time.Since(c.Now()); d < 0 || d > time.Minute {
		t.Errorf("Now() is %v off", d)
	}
	set := cognito.Config{HTTPClient: &http.Client{}, Timeout: time.Second, ClockSkew: 2 * time.Minute, Logger: slog.New(slog.DiscardHandler), Now: time.Now}
	kept := set.WithDefaults()
	if kept.HTTPClient != set.HTTPClient || kept.Timeout != set.Timeout || kept.ClockSkew != set.ClockSkew || kept.Logger != set.Logger {
		t.Errorf("WithDefaults = %+v, want what was set", kept)
	}
	if got := (cognito.Config{ClockSkew: -time.Hour, Timeout: -1}).WithDefaults(); got.ClockSkew != 1 || got.Timeout != 10*time.Second {
		t.Errorf("WithDefaults of negative values = %v, %v, want a nanosecond and 10 seconds", got.ClockSkew, got.Timeout)
	}
}
