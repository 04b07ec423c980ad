package main

import (
	_ "embed" // for the example
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// goTerms are words that a user of the program has never seen.
var goTerms = regexp.MustCompile(`\bcognitotest: |\bWith[A-Z]`)

// The file of the package's overview does what its comments say.
func TestConfigFile(t *testing.T) {
	p := start(t, "-config", "testdata/config.json", "-user", "more:Passw0rd!", "-group", "helpers=sam")
	for name, want := range map[string]string{
		"COGNITO_USER_POOL_ID": "eu-west-1_Emulator1", "COGNITO_CLIENT_ID": "web", "COGNITO_CLIENT_SECRET": "keep0this0to0yourself",
	} {
		if p.settings[name] != want {
			t.Errorf("%s = %q, want %q", name, p.settings[name], want)
		}
	}
	s, where, err := readConfig("testdata/config.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.check(where); err != nil {
		t.Fatal(err)
	}
	pool, _, err := s.Pools[0].build(func(*cognitotest.Pool) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	web, jobs := pool.Clients()[0], pool.Clients()[1]
	if web.AccessTokenValidity != 15*time.Minute || web.RetryGracePeriod != 10*time.Second || !web.RefreshTokenRotation {
		t.Errorf("client web = %+v, want 15 minutes, rotation and 10 seconds of grace", web)
	}
	if want := []string{"orders/read", "orders/write"}; !reflect.DeepEqual(jobs.Scopes, want) {
		t.Errorf("client jobs has the scopes %q, want %q", jobs.Scopes, want)
	}
	users := pool.Users()
	if len(users) != 2 || users[0].Username != "jane" || users[0].Attributes["custom:team"] != "blue" || users[1].Status != cognitotest.StatusForceChangePassword {
		t.Errorf("users = %+v, want jane of team blue, and sam with a temporary password", users)
	}
	if groups := pool.Groups(); len(groups) != 1 || groups[0].Precedence != 1 {
		t.Errorf("groups = %+v, want admins with precedence 1", groups)
	}
}

func TestConfigMistakes(t *testing.T) {
	const pool = `{"pools": [{"id": "eu-west-1_A",` + "\n"
	const client = `"clients": [{"id": "web", "callbackURLs": ["http://localhost/cb"]}]`
	tests := []struct {
		name string
		text string
		says []string // of which the first is line and field
	}{
		{"empty", ``, []string{":1: ", "no JSON"}},
		{"not JSON", "{\n\"pools\": [\n,]}", []string{":3: ", "no JSON"}},
		{"two values", "{}\n{}", []string{":2: ", "no JSON"}},
		{"a list", `[]`, []string{":1: ", "a list: write an object"}},
		{"no pools", `{}`, []string{":1: pools: ", `write "pools": [`}},
		{"unknown field", "{\n\"pool\": []}", []string{":2: pool: ", "no such field: write one of pools"}},
		{"other case", pool + `"Clients": []}]}`, []string{":2: pools[0].Clients: ", `write "clients"`}},
		{"unknown field within", pool + `"clients": [{"id": "web",` + "\n" + `"callbackUrls": []}]}]}`, []string{":3: pools[0].clients[0].callbackUrls: ", `write "callbackURLs"`}},
		{"twice", pool + `"id": "eu-west-1_B",` + client + `}]}`, []string{":2: pools[0].id: ", "twice"}},
		{"null", pool + `"clients": null}]}`, []string{":2: pools[0].clients: ", "leave the field out"}},
		{"string for a list", pool + `"clients": [{"id": "web", "callbackURLs": "http://localhost/cb"}]}]}`, []string{":2: pools[0].clients[0].callbackURLs: ", "a string: write a list"}},
		{"number for a string", pool + `"clients": [{"id": 7}]}]}`, []string{":2: pools[0].clients[0].id: ", "a number: write a string"}},
		{"string for a boolean", pool + client + `, "verificationLinks": "yes"}]}`, []string{":2: pools[0].verificationLinks: ", "write true or false"}},
		{"fraction", pool + client + ",\n" + `"groups": [{"name": "a", "precedence": 1.5}]}]}`, []string{":3: pools[0].groups[0].precedence: ", "whole number"}},
		{"number for an attribute", pool + client + `, "users": [{"username": "a", "attributes": {"custom:n": 1}}]}]}`, []string{":2: pools[0].users[0].attributes.custom:n: ", "write a string"}},
		{"time without a unit", pool + `"clients": [{"id": "web", "accessTokenValidity": 60}]}]}`, []string{":2: pools[0].clients[0].accessTokenValidity: ", `"5m"`}},
		{"time of half a second", pool + `"clients": [{"id": "web", "accessTokenValidity": "500ms"}]}]}`, []string{":2: pools[0].clients[0]: ", "whole number of seconds"}},
		{"pool id", `{"pools": [{"id": "here"}]}`, []string{":1: pools[0].id: ", "eu-west-1_aB3dE5gH7"}},
		{"no pool id", `{"pools": [{` + client + `}]}`, []string{":1: pools[0].id: ", "missing"}},
		{"no clients", `{"pools": [{"id": "eu-west-1_A"}]}`, []string{":1: pools[0].clients: ", `write "clients": [`}},
		{"client without id", pool + `"clients": [` + "\n" + `{}]}]}`, []string{":3: pools[0].clients[0].id: ", "missing", `"web"`}},
		{"client id", pool + `"clients": [{"id": "my web"}]}]}`, []string{":2: pools[0].clients[0].id: ", "letters and digits"}},
		{"secret", pool + `"clients": [{"id": "web",` + "\n" + `"secret": "$HOME"}]}]}`, []string{":3: pools[0].clients[0].secret: ", "letters, digits"}},
		{"scope", pool + `"clients": [{"id": "web", "scopes": ["mail"]}]}]}`, []string{":2: pools[0].clients[0]: ", `"mail" is no scope`}},
		{"scope of no server", pool + `"resourceServers": [{"identifier": "orders", "scopes": ["read"]}], "clients": [{"id": "web", "scopes": ["orders/wipe"]}]}]}`, []string{":2: pools[0].clients[0]: ", "orders/read"}},
		{"provider of the client", pool + `"clients": [{"id": "web", "providers": ["Google"]}]}]}`, []string{":2: pools[0].clients[0]: ", `no identity provider "Google"`}},
		{"two of an id", pool + `"clients": [{"id": "web"},` + "\n" + `{"id": "web"}]}]}`, []string{":3: pools[0].clients[1].id: ", "tells them apart"}},
		{"two pools of an id", `{"pools": [{"id": "eu-west-1_A", "clients": [{"id": "a"}]},` + "\n" + `{"id": "eu-west-1_A", "clients": [{"id": "b"}]}]}`, []string{":2: pools[1].id: ", "another pool"}},
		{"client of another pool", `{"pools": [{"id": "eu-west-1_A", "clients": [{"id": "a"}]},` + "\n" + `{"id": "eu-west-1_B", "clients": [{"id": "a"}]}]}`, []string{":2: pools[1].clients[0].id: ", "one address"}},
		{"provider type", pool + `"providers": [{"type": "Google"},` + "\n" + `{"type": "google"}],` + client + `}]}`, []string{":3: pools[0].providers[1]: ", "LoginWithAmazon"}},
		{"mfa", pool + `"mfa": {"mode": "ON"},` + client + `}]}`, []string{":2: pools[0].mfa: ", "offers no factor"}},
		{"first factor", pool + `"firstAuthFactors": ["WEB_AUTHN"],` + client + `}]}`, []string{":2: pools[0].firstAuthFactors: ", "only one"}},
		{"auth flow", pool + `"clients": [{"id": "web", "explicitAuthFlows": ["USER_SRP_AUTH"]}]}]}`, []string{":2: pools[0].clients[0]: ", "ALLOW_USER_SRP_AUTH"}},
		{"policy", pool + `"passwordPolicy": {"minimumLength": 5},` + client + `}]}`, []string{":2: pools[0].passwordPolicy: ", "6 to 99"}},
		{"required attribute", pool + `"requiredAttributes": ["shoe size"],` + client + `}]}`, []string{":2: pools[0].requiredAttributes[0]: ", "no attribute"}},
		{"resource server", pool + `"resourceServers": [{"identifier": ""}],` + client + `}]}`, []string{":2: pools[0].resourceServers[0]: ", "identifier"}},
		{"user twice", pool + client + `, "users": [{"username": "a"},` + "\n" + `{"username": "A"}]}]}`, []string{":3: pools[0].users[1]: ", "User already exists"}},
		{"user without a name", pool + client + `, "users": [{"password": "a"}]}]}`, []string{":2: pools[0].users[0]: ", "no username"}},
		{"user status", pool + client + `, "users": [{"username": "a", "status": "NEW"}]}]}`, []string{":2: pools[0].users[0]: ", "no state"}},
		{"group without a name", pool + client + `, "groups": [{}]}]}`, []string{":2: pools[0].groups[0]: ", `write "name"`}},
		{"nested deeply", strings.Repeat("[", 20000) + strings.Repeat("]", 20000), []string{":1: ", "exceeded max depth"}},
		{"list in a list", pool + `"clients": [[[]]]}]}`, []string{":2: pools[0].clients[0]: ", "a list: write an object"}},
		{"lines after lists", pool + client + `, "firstAuthFactors": ["PASSWORD",` + "\n\n" + `7]}]}`, []string{":4: pools[0].firstAuthFactors[1]: ", "a number: write a string"}},
		{"twice in a map", pool + client + `, "users": [{"username": "a", "attributes": {"custom:n": "1",` + "\n" + `"custom:n": "2"}}]}]}`, []string{":3: pools[0].users[0].attributes.custom:n: ", "twice"}},
		{"comments keep lines", "// one\n  // \"two\n" + `{"pools": 3}`, []string{":3: pools: ", "write a list"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := writeFile(t, tt.text)
			got := refuse(t, exitMistake, "-addr", "127.0.0.1:0", "-config", name)
			if want := "cognito-emulator: " + name + tt.says[0]; !strings.HasPrefix(got, want) {
				t.Errorf("it says %q, want it to begin with %q", got, want)
			}
			for _, want := range tt.says[1:] {
				if !strings.Contains(got, want) {
					t.Errorf("it says %q, want %q in it", got, want)
				}
			}
			if goTerms.MatchString(got) {
				t.Errorf("it says %q, want no words of the Go package", got)
			}
		})
	}
}

// All mistakes are told at once.
func TestConfigTellsAllMistakes(t *testing.T) {
	name := writeFile(t, `{"pools": [{"id": 1, "clients": "web", "colour": "red"}]}`)
	got := refuse(t, exitMistake, "-config", name)
	for _, want := range []string{"pools[0].id: ", "pools[0].clients: ", "pools[0].colour: "} {
		if !strings.Contains(got, want) {
			t.Errorf("it says %q, want %q in it", got, want)
		}
	}
	name = writeFile(t, `{"pools": [{"id": "eu-west-1_A", "clients": [{"id": "a", "scopes": ["x"]}, {"id": "b c"}], "users": [{}]}]}`)
	got = refuse(t, exitMistake, "-config", name)
	for _, want := range []string{"clients[0]: ", "clients[1].id: ", "users[0]: "} {
		if !strings.Contains(got, want) {
			t.Errorf("it says %q, want %q in it", got, want)
		}
	}
}

func TestConfigOfSeveralPools(t *testing.T) {
	name := writeFile(t, `{"pools": [
		{"id": "eu-west-1_A", "clients": [{"id": "a"}]},
		{"id": "us-east-1_B", "clients": [{"id": "b"}]}
	]}`)
	p := start(t, "-config", name)
	for _, id := range []string{"eu-west-1_A", "us-east-1_B"} {
		if status, _ := get(t, p.url()+"/"+id+"/.well-known/jwks.json"); status != 200 {
			t.Errorf("keys of %s = %d, want 200", id, status)
		}
	}
}

// A file that is too large is not read to its end.
func TestConfigIsBounded(t *testing.T) {
	name := writeFile(t, strings.Repeat(" ", maxConfig+1))
	if got := refuse(t, exitMistake, "-config", name); !strings.Contains(got, "more than 1 MiB") {
		t.Errorf("it says %q, want the bound", got)
	}
}

func TestFieldName(t *testing.T) {
	for name, want := range map[string]string{
		"ID": "id", "CallbackURLs": "callbackURLs", "IDTokenValidity": "idTokenValidity", "TOTPSecret": "totpSecret",
		"RoleARN": "roleARN", "MFA": "mfa", "EmailMFA": "emailMFA", "TOTP": "totp", "Name": "name",
	} {
		if got := fieldName(name); got != want {
			t.Errorf("fieldName(%s) = %s, want %s", name, got, want)
		}
	}
}

// The target runs where its folder is not.
//
//go:embed testdata/config.json
var exampleConfig []byte

// Whatever a file says, it is a set-up or a mistake.
func FuzzConfig(f *testing.F) {
	f.Add(exampleConfig)
	f.Add([]byte(`{"pools": [{"id": "eu-west-1_A", "clients": [{"id": "a", "accessTokenValidity": "1h"}], "mfa": {}}]}`))
	f.Add([]byte("{\"pools\": [[[null]]]} // no comment"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := new(setup)
		d, err := decodeFile("f.json", text, s)
		if err == nil {
			err = s.check(d.where)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f.json:") {
				t.Errorf("decodeFile(%q) = %q, want the file and the line first", text, err)
			}
			return
		}
		for _, p := range s.Pools {
			if _, _, err := p.build(func(*cognitotest.Pool) error { return nil }); err != nil {
				t.Errorf("build(%q) = %v, want a pool of what check found sound", text, err)
			}
		}
	})
}
