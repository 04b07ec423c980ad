package internal_test

import (
	"go/ast"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/scsstore"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/problems/problemstest"
)

// constructors returns, for each constructor of the module's libraries, what it
// says of a configuration with several problems.
func constructors(t *testing.T) map[string]func() error {
	t.Helper()
	good := cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"}
	gateway, err := apigateway.New(apigateway.Config{Pool: good})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func() error{
		"cognito.NewVerifier":    func() error { _, err := cognito.NewVerifier(cognito.Config{}); return err },
		"cognito.NewVerifier, 2": func() error { _, err := cognito.NewVerifier(good, cognito.Config{}, good); return err },
		"cognito.NewTenants":     func() error { _, err := cognito.NewTenants(cognito.TenantsConfig{Max: -1}); return err },
		"cognito.ConfigFromEnv":  func() error { _, err := cognito.ConfigFromEnv(); return err },
		"cognito.Resource":       func() error { return (&cognito.Resource{Scopes: []string{""}}).Validate() },
		"clientcredentials.New": func() error {
			_, err := clientcredentials.New(clientcredentials.Config{Scopes: []string{"openid"}})
			return err
		},
		"alb.New": func() error { _, err := alb.New(alb.Config{KeysURL: "ftp://keys.example.com"}); return err },
		"apigateway.New": func() error {
			pool := good
			pool.ForResource = "https://api.example.com"
			_, err := apigateway.New(apigateway.Config{Pool: pool, IDTokens: true})
			return err
		},
		"apigateway.NewAuthorizer": func() error {
			fields := map[string]cognito.Policy{"orders": {}}
			_, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{Fields: fields}, cognito.Policy{})
			return err
		},
		"apigateway.Headers": func() error {
			_, err := gateway.Headers(map[string]string{"x": "X", "sub": "X"}, nil)
			return err
		},
		"apigateway.Headers, names": func() error {
			_, err := gateway.Headers(nil, func(*http.Request) bool { return true })
			return err
		},
		"poolevents.New": func() error {
			_, err := poolevents.New(poolevents.Config{Authorization: []cognito.Secret{"short"}})
			return err
		},
		"poolevents.NewSignOuts": func() error {
			_, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{RefreshTokenLife: -1})
			return err
		},
		"session.New": func() error {
			_, err := session.New(session.Config{Options: session.Options{IdleTimeout: -1, MaxSessions: -1, CookieName: "a b", MaxRefreshes: -1}})
			return err
		},
		"session.ParseKeys":   func() error { _, err := session.ParseKeys("short"); return err },
		"scsstore.New":        func() error { _, err := scsstore.New(nil, scsstore.Config{Timeout: -1, MaxCalls: -1}); return err },
		"userpool.New":        func() error { _, err := userpool.New(userpool.Config{SDK: new(cip.Client)}); return err },
		"userpool.NewPending": func() error { _, err := userpool.NewPending(userpool.PendingConfig{Life: -1}); return err },
		"identitypool.New": func() error {
			_, err := identitypool.New(identitypool.Config{Flow: "x", Endpoint: "ftp://x.example.com", MaxUsers: -1})
			return err
		},
		"hostedui.New": func() error {
			_, err := hostedui.New(hostedui.Config{Session: session.Options{IdleTimeout: -1}, SignedOutURL: "ftp://x.example.com", Brand: hostedui.Brand{Accent: "x"}})
			return err
		},
		"hostedui.ConfigFromEnv": func() error { _, err := hostedui.ConfigFromEnv(); return err },
		"hostedui.NewProtocol":   func() error { _, err := hostedui.NewProtocol(hostedui.ProtocolConfig{}); return err },
	}
}

// wantFields are fields that must be among the problems, of the package itself.
var wantFields = map[string][]string{
	"cognito.NewVerifier":      {"UserPoolID", "ClientID"},
	"cognito.NewTenants":       {"TenantsConfig.Resolve", "TenantsConfig.Max"},
	"cognito.ConfigFromEnv":    {"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"},
	"cognito.Resource":         {"URL", "Scopes", "UserPoolID"},
	"clientcredentials.New":    {"Pool.ClientSecret", "Scopes"},
	"alb.New":                  {"LoadBalancers", "KeysURL"},
	"apigateway.New":           {"IDTokens"},
	"apigateway.NewAuthorizer": {"Verifier", "policies", "Fields"},
	"apigateway.Headers":       {"behind", "names"},
	"poolevents.New":           {"Authorization", "Sessions"},
	"poolevents.NewSignOuts":   {"SignOutsConfig.Store", "SignOutsConfig.RefreshTokenLife"},
	"session.New":              {"Keys", "BaseURL", "CookieName", "IdleTimeout", "MaxSessions", "MaxRefreshes"},
	"session.ParseKeys":        {"SESSION_KEYS"},
	"scsstore.New":             {"store", "Timeout", "MaxCalls"},
	"userpool.New":             {"SDK"},
	"userpool.NewPending":      {"Client", "Keys", "BaseURL", "Life"},
	"identitypool.New":         {"Pool.IdentityPoolID", "Flow", "Endpoint", "MaxUsers"},
	"hostedui.New":             {"SessionKeys", "BaseURL", "Session.IdleTimeout", "Pool.Domain", "SignedOutURL", "Brand.Accent"},
	"hostedui.NewProtocol":     {"Pool.Domain", "CallbackURL", "SignedOutURL"},
}

// TestE2_ConfigErrors: each problem that a constructor reports is a ConfigError,
// which names the package and the field.
func TestE2_ConfigErrors(t *testing.T) {
	t.Setenv("COGNITO_DOMAIN", "auth.example.com") // and nothing else
	for name, refuse := range constructors(t) {
		pkg, _, _ := strings.Cut(name, ".")
		if pkg == "cognito" {
			pkg = ""
		}
		problemstest.Check(t, name, pkg, refuse(), wantFields[name]...)
	}
}

// TestE2_ConfigErrors_All: the tables have every exported function that makes
// something of a configuration. Modules of their own have such a test each.
func TestE2_ConfigErrors_All(t *testing.T) {
	table := constructors(t)
	for _, path := range publicPaths(t) {
		file := path.parse(t)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !isConstructor(f) {
				continue
			}
			name := file.Name.Name + "." + f.Name.Name
			if _, err := os.Stat(path.dir() + "/go.mod"); err == nil {
				if !hasConfigErrorTest(t, path.dir()) {
					t.Errorf("the module of %s has no TestE2_ConfigErrors", name)
				}
			} else if table[name] == nil {
				t.Errorf("%s is not in the table", name)
			}
		}
	}
}

var constructorName = regexp.MustCompile(`^(New[A-Za-z]*|ConfigFromEnv|ParseKeys)$`)

// isConstructor recognizes New and the like, if they return an error.
func isConstructor(f *ast.FuncDecl) bool {
	if !constructorName.MatchString(f.Name.Name) || f.Type.Results == nil {
		return false
	}
	last, ok := f.Type.Results.List[len(f.Type.Results.List)-1].Type.(*ast.Ident)
	return ok && last.Name == "error"
}

func hasConfigErrorTest(t *testing.T, dir string) bool {
	t.Helper()
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(tests, func(path string) bool {
		text, err := os.ReadFile(path)
		return err == nil && strings.Contains(string(text), "func TestE2_ConfigErrors(")
	})
}

// publicPaths are the files of the packages that apps import, but for the
// emulator.
func publicPaths(t *testing.T) []*treeFile {
	t.Helper()
	return treeFiles(t, func(f *treeFile) bool {
		return f.isCode() && f.below("../cognito", "../hostedui") && !f.in("cognitotest", "cmd", "internal", "testdata")
	})
}
