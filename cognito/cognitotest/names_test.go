package cognitotest_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A namesPool is a pool in which names are tried: two users, who are known by
// several, and an app client that tells who exists.
type namesPool struct {
	pool   *cognitotest.Pool
	admin  admin
	client string
	custom bool              // CUSTOM_AUTH is possible
	subs   map[string]string // "jane's sub" and "sam's sub"
}

// newNamesPool returns a pool that CreateUserPool makes, or one made in Go if
// there are no parameters for it.
func newNamesPool(t *testing.T, create object) namesPool {
	t.Helper()
	n := namesPool{custom: create == nil, subs: make(map[string]string)}
	flows := []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	if create == nil {
		own := appClient()
		own.ExplicitAuthFlows, own.RevealUserExistence = flows, true
		n.pool = cognitotest.NewPool(cognitotest.WithClient(own), cognitotest.WithHooks(trigger.Hooks{
			DefineAuthChallenge: func(_ context.Context, e *trigger.DefineAuthChallenge) error {
				e.IssueTokens, e.FailAuthentication = !e.UserNotFound, e.UserNotFound
				return nil
			},
		}))
		n.admin, n.client = newAdmin(t, n.pool), own.ID
	} else {
		server, a := newServerAdmin(t)
		create["PoolName"] = "p"
		a, made := a.newPool(create)
		var client struct{ UserPoolClient struct{ ClientId string } }
		a.must("CreateUserPoolClient", object{
			"ClientName": "web", "PreventUserExistenceErrors": "LEGACY", "ExplicitAuthFlows": flows, "CallbackURLs": []string{callbackURL},
			"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid", "email"}, "SupportedIdentityProviders": []string{"COGNITO"},
		}, &client)
		a.must("CreateUserPoolDomain", object{"Domain": "names-1"}, nil)
		n.pool, n.admin, n.client = server.Pool(made.Id), a, client.UserPoolClient.ClientId
	}
	for _, u := range []cognitotest.User{
		{Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true, Phone: "+15550100"},
		{Username: "sam@example.com", Password: password},
	} {
		sub, err := n.pool.AddUser(u)
		if err != nil {
			t.Fatal(err)
		}
		n.subs[u.Username[:strings.IndexAny(u.Username+"@", "@")]+"'s sub"] = sub
	}
	return n
}

// surfaces are the ways in which a name is given, and whether it is somebody's
// there. An error other than that of an unknown name fails the test.
func (n namesPool) surfaces(t *testing.T) map[string]func(name string) bool {
	known := func(what, failure string, unknown ...string) bool {
		t.Helper()
		for _, u := range unknown {
			if failure == u {
				return false
			}
		}
		if failure != "" {
			t.Errorf("%s = %s, want success or %q", what, failure, unknown)
		}
		return true
	}
	initiate := func(flow string, pairs ...string) string {
		params := object{}
		for i := 0; i < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return callAPI(t, n.pool, "InitiateAuth", object{"ClientId": n.client, "AuthFlow": flow, "AuthParameters": params}, nil)
	}
	const nobody = "UserNotFoundException: User does not exist."
	all := map[string]func(string) bool{
		"USER_PASSWORD_AUTH": func(name string) bool {
			return known("USER_PASSWORD_AUTH", initiate("USER_PASSWORD_AUTH", "USERNAME", name, "PASSWORD", password), nobody)
		},
		"USER_SRP_AUTH": func(name string) bool {
			return known("USER_SRP_AUTH", initiate("USER_SRP_AUTH", "USERNAME", name, "SRP_A", newSRPClient().Public()), nobody)
		},
		"USER_AUTH": func(name string) bool {
			return known("USER_AUTH", initiate("USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password), nobody)
		},
		"ADMIN_USER_PASSWORD_AUTH": func(name string) bool {
			in := object{"ClientId": n.client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": name, "PASSWORD": password}}
			return known("AdminInitiateAuth", n.admin.call("AdminInitiateAuth", in, nil), nobody)
		},
		"ForgotPassword": func(name string) bool {
			failure := callAPI(t, n.pool, "ForgotPassword", object{"ClientId": n.client, "Username": name}, nil)
			if strings.Contains(failure, "no registered/verified email") {
				return true // the user is known, and cannot be reached
			}
			return known("ForgotPassword", failure, "UserNotFoundException: Username/client id combination not found.")
		},
		"page": func(name string) bool {
			v := newVisitor(t, n.pool)
			a := v.submit("/login"+query("client_id", n.client), "username", name, "password", password)
			return a.Header.Get("Location") != ""
		},
	}
	if n.custom {
		all["CUSTOM_AUTH"] = func(name string) bool {
			failure := initiate("CUSTOM_AUTH", "USERNAME", name)
			return known("CUSTOM_AUTH", failure, nobody, "NotAuthorizedException: Incorrect username or password.")
		}
	}
	return all
}

// The names that sign in are the same on all surfaces. They are the username
// and, in a pool with aliases, an alias once it is verified. A user without a
// username has the e-mail. The sub is such a name for those users alone. Case
// counts where the pool says so. Administrators may use the sub as well.
func TestNames(t *testing.T) {
	insensitive := object{"CaseSensitive": false}
	tests := []struct {
		name   string
		create object // nil: a pool made in Go
		signIn []string
		not    []string
	}{
		{"made in Go", nil,
			[]string{"jane", "JANE", "jane@example.com", "Jane@Example.com", "sam@example.com", "Sam@example.com", "sam's sub"},
			[]string{"+15550100", "jane's sub", "nobody"}},
		{"no alias", object{"UsernameConfiguration": insensitive},
			[]string{"jane", "Jane", "sam@example.com"}, []string{"jane@example.com", "+15550100", "jane's sub"}},
		{"aliases", object{"AliasAttributes": []string{"email", "phone_number"}},
			[]string{"jane", "jane@example.com"}, []string{"Jane", "JANE@example.com", "+15550100", "jane's sub", "nobody"}},
		{"aliases, case ignored", object{"AliasAttributes": []string{"email", "phone_number"}, "UsernameConfiguration": insensitive},
			[]string{"JANE", "JANE@example.com"}, []string{"+15550100", "jane's sub"}},
		{"the phone alone", object{"AliasAttributes": []string{"phone_number"}},
			[]string{"jane"}, []string{"jane@example.com", "+15550100"}},
		{"e-mail as username", object{"UsernameAttributes": []string{"email"}, "UsernameConfiguration": insensitive},
			[]string{"sam@example.com", "SAM@example.com", "sam's sub"}, []string{"nobody@example.com"}},
	}
	for at, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newNamesPool(t, tt.create)
			full := func(name string) string {
				if sub, ok := n.subs[name]; ok {
					return sub
				}
				return name
			}
			surfaces := n.surfaces(t)
			for i, surface := range slices.Sorted(maps.Keys(surfaces)) {
				try := surfaces[surface]
				for _, name := range thorough.Sample(tt.signIn, 2, at+i) {
					if !try(full(name)) {
						t.Errorf("%s: %s is not known, want it known", surface, name)
					}
				}
				for _, name := range thorough.Sample(tt.not, 2, at+i) {
					if try(full(name)) {
						t.Errorf("%s: %s is known, want it unknown", surface, name)
					}
				}
			}
			for _, name := range append(tt.signIn, "jane's sub", "sam's sub") {
				n.admin.must("AdminGetUser", object{"Username": full(name)}, nil)
			}
			for _, name := range tt.not {
				if name != "jane's sub" {
					n.admin.refuse("AdminGetUser", object{"Username": full(name)}, "UserNotFoundException: User does not exist.")
				}
			}
		})
	}
}

// A name that is verified later signs in from then on, and one that changes does
// not until it is verified again.
func TestNames_OnceVerified(t *testing.T) {
	n := newNamesPool(t, nil)
	signsIn := n.surfaces(t)["USER_PASSWORD_AUTH"]
	phone := object{"Username": "jane", "UserAttributes": given("phone_number_verified", "true")}
	n.admin.must("AdminUpdateUserAttributes", phone, nil)
	if !signsIn("+15550100") {
		t.Error("a verified phone number does not sign in")
	}
	n.admin.must("AdminUpdateUserAttributes", object{"Username": "jane", "UserAttributes": given("phone_number", "+15550177")}, nil)
	if signsIn("+15550177") || signsIn("+15550100") {
		t.Error("a changed phone number signs in, or the old one does")
	}
}

// A code for a new password goes where AccountRecoverySetting says, and to
// nobody in a pool whose administrators alone reset passwords.
func TestAdmin_AccountRecovery(t *testing.T) {
	mechanism := func(names ...string) object {
		var all []object
		for i, name := range names {
			all = append(all, object{"Name": name, "Priority": i + 1})
		}
		return object{"AccountRecoverySetting": object{"RecoveryMechanisms": all}}
	}
	reversed := object{"AccountRecoverySetting": object{"RecoveryMechanisms": []object{{"Name": "verified_phone_number", "Priority": 2}, {"Name": "verified_email", "Priority": 1}}}}
	const none = "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number"
	tests := []struct {
		name   string
		create object
		smsMFA bool
		want   string // attribute, or the refusal
	}{
		{"no setting", object{}, false, "phone_number"},
		{"e-mail first", mechanism("verified_email", "verified_phone_number"), false, "email"},
		{"phone first", mechanism("verified_phone_number", "verified_email"), false, "phone_number"},
		{"by priority", reversed, false, "email"},
		{"phone is a second factor", mechanism("verified_phone_number", "verified_email"), true, "email"},
		{"phone alone, a second factor", mechanism("verified_phone_number"), true, none},
		{"administrators alone", mechanism("admin_only"), false, "NotAuthorizedException: Contact administrator to reset password."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newNamesPool(t, tt.create)
			_, err := n.pool.AddUser(cognitotest.User{
				Username: "max", Password: password, Email: "max@example.com", EmailVerified: true, Phone: "+15550111", PhoneVerified: true, SMSMFA: tt.smsMFA,
			})
			if err != nil {
				t.Fatal(err)
			}
			var out struct{ CodeDeliveryDetails delivery }
			got := callAPI(t, n.pool, "ForgotPassword", object{"ClientId": n.client, "Username": "max"}, &out)
			if got == "" {
				got = out.CodeDeliveryDetails.AttributeName
			}
			if got != tt.want {
				t.Errorf("ForgotPassword = %q, want %q", got, tt.want)
			}
			if tt.name == "administrators alone" {
				n.admin.must("AdminResetUserPassword", object{"Username": "max"}, nil)
			}
		})
	}
}
