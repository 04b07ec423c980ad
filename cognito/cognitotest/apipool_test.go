package cognitotest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

type poolDescription struct {
	Id, Name, Arn, DeletionProtection, MfaConfiguration, Domain, CustomDomain, UserPoolTier string
	Policies                                                                                struct {
		PasswordPolicy struct {
			MinimumLength, TemporaryPasswordValidityDays, PasswordHistorySize  int
			RequireUppercase, RequireLowercase, RequireNumbers, RequireSymbols bool
		}
		SignInPolicy struct{ AllowedFirstAuthFactors []string }
	}
	SchemaAttributes []struct {
		Name, AttributeDataType string
		Mutable, Required       bool
	}
	AutoVerifiedAttributes, UsernameAttributes, AliasAttributes []string
	UserPoolTags                                                map[string]string
	EmailConfiguration                                          map[string]string
	VerificationMessageTemplate                                 struct{ DefaultEmailOption string }
	AdminCreateUserConfig                                       struct {
		AllowAdminCreateUserOnly  bool
		UnusedAccountValidityDays int
	}
	EstimatedNumberOfUsers         int
	CreationDate, LastModifiedDate seconds
}

// newServerAdmin is an administrator of a server with one pool.
func newServerAdmin(t testing.TB) (*cognitotest.Server, admin) {
	server := cognitotest.NewServer(newPool(t))
	return server, admin{t: t, client: server.Client()}
}

// newPool makes a pool, of which the administrator then is one.
func (a admin) newPool(in object) (admin, poolDescription) {
	a.t.Helper()
	var made struct{ UserPool poolDescription }
	a.must("CreateUserPool", in, &made)
	a.poolID = made.UserPool.Id
	return a, made.UserPool
}

func (a admin) describe() poolDescription {
	a.t.Helper()
	var d struct{ UserPool poolDescription }
	a.must("DescribeUserPool", nil, &d)
	return d.UserPool
}

// op: CreateUserPool
// op: DescribeUserPool
// op: ListUserPools
// op: DeleteUserPool
func TestAdmin_Pools(t *testing.T) {
	server, a := newServerAdmin(t)
	first := server.Pools()[0]
	first.Advance(time.Hour)
	of, made := a.newPool(object{
		"PoolName": "customers", "UsernameAttributes": []string{"email"}, "AutoVerifiedAttributes": []string{"email"},
		"Policies": object{
			"PasswordPolicy": object{"MinimumLength": 10, "RequireNumbers": true, "TemporaryPasswordValidityDays": 2, "PasswordHistorySize": 3},
			"SignInPolicy":   object{"AllowedFirstAuthFactors": []string{"PASSWORD", "EMAIL_OTP"}},
		},
		"Schema": []object{
			{"Name": "given_name", "Required": true, "Mutable": true},
			{"Name": "tenant", "AttributeDataType": "String", "Mutable": false},
			{"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "18", "MaxValue": "120"}},
		},
		"UserPoolTags": object{"team": "blue"}, "EmailConfiguration": object{"EmailSendingAccount": "COGNITO_DEFAULT"},
		"LambdaConfig": object{}, "UserPoolTier": "LITE",
	})
	if _, err := hosts.ParsePoolID(made.Id); err != nil || !strings.HasPrefix(made.Id, "eu-west-1_") || made.Name != "customers" || !strings.HasSuffix(made.Arn, ":userpool/"+made.Id) {
		t.Errorf("CreateUserPool = %+v, want an id in the server's region, name and ARN", made)
	}
	if pp := made.Policies.PasswordPolicy; pp.MinimumLength != 10 || !pp.RequireNumbers || pp.RequireSymbols || pp.TemporaryPasswordValidityDays != 2 || pp.PasswordHistorySize != 3 {
		t.Errorf("CreateUserPool = policy %+v, want the one given", pp)
	}
	if made.UserPoolTags["team"] != "blue" || made.EmailConfiguration["EmailSendingAccount"] != "COGNITO_DEFAULT" || made.UserPoolTier != "LITE" || made.MfaConfiguration != "OFF" {
		t.Errorf("CreateUserPool = %+v, want what was given back", made)
	}
	var names []string
	for _, s := range made.SchemaAttributes {
		names = append(names, s.Name)
	}
	for _, want := range []string{"sub", "email", "given_name", "custom:tenant", "custom:age"} {
		if !slices.Contains(names, want) {
			t.Errorf("CreateUserPool = attributes %v, want %s among them", names, want)
		}
	}
	if at := made.CreationDate.at(); first.Now().Sub(at).Abs() > time.Minute || server.Pool(made.Id).Now().Sub(first.Now()).Abs() > time.Minute {
		t.Errorf("CreateUserPool = made at %v, want the clock of the other pool, %v", at, first.Now())
	}
	if got := of.describe(); got.Id != made.Id || got.CreationDate != made.CreationDate {
		t.Errorf("DescribeUserPool = %+v, want %+v", got, made)
	}
	var list struct{ UserPools []struct{ Id, Name string } }
	a.must("ListUserPools", object{"MaxResults": 60}, &list)
	if len(list.UserPools) != 2 {
		t.Errorf("ListUserPools = %v, want two", list.UserPools)
	}
	of.must("DeleteUserPool", nil, nil)
	of.refuse("DescribeUserPool", nil, "ResourceNotFoundException: User pool "+made.Id+" does not exist.")
}

// A pool that CreateUserPool made does what its settings say.
func TestAdmin_PoolSettingsHold(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{
		"PoolName": "p", "UsernameAttributes": []string{"email"},
		"Policies": object{"PasswordPolicy": object{"MinimumLength": 6}},
		"Schema": []object{
			{"Name": "tenant", "Mutable": false},
			{"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "18"}},
			{"Name": "code", "StringAttributeConstraints": object{"MinLength": "2", "MaxLength": "3"}},
		},
	})
	user := func(pairs ...string) object {
		return object{"Username": "jane@example.com", "TemporaryPassword": "simple", "UserAttributes": given(pairs...), "MessageAction": "SUPPRESS"}
	}
	a.refuse("AdminCreateUser", object{"Username": "jane"}, "InvalidParameterException: Username should be an email.")
	a.refuse("AdminCreateUser", user("custom:shoe", "42"), "InvalidParameterException: Attributes did not conform to the schema: custom:shoe: Attribute does not exist in the schema.")
	a.refuse("AdminCreateUser", user("custom:age", "17"), "InvalidParameterException: Attributes did not conform to the schema: custom:age: Number must be no less than 18")
	a.refuse("AdminCreateUser", user("custom:age", "old"), "InvalidParameterException: Attributes did not conform to the schema: custom:age: Value is not a number")
	a.refuse("AdminCreateUser", user("custom:code", "abcd"), "InvalidParameterException: Attributes did not conform to the schema: custom:code: String must be no longer than 3 characters")
	a.create(user("custom:tenant", "a", "custom:age", "18", "custom:code", "abc"))
	a.refuse("AdminUpdateUserAttributes", object{"Username": "jane@example.com", "UserAttributes": given("custom:tenant", "b")}, "InvalidParameterException: user.custom:tenant: Attribute cannot be updated.")

	// op: AddCustomAttributes
	a.must("AddCustomAttributes", object{"CustomAttributes": []object{{"Name": "shoe", "AttributeDataType": "Number"}}}, nil)
	a.must("AdminUpdateUserAttributes", object{"Username": "jane@example.com", "UserAttributes": given("custom:shoe", "42")}, nil)
	a.refuse("AddCustomAttributes", object{"CustomAttributes": []object{{"Name": "shoe"}}}, "InvalidParameterException: custom:shoe: Existing attribute already has name custom:shoe.")

	alias, _ := a.newPoolBeside(object{"PoolName": "q", "AliasAttributes": []string{"email"}, "AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": true}})
	alias.refuse("AdminCreateUser", object{"Username": "jane@example.com"}, "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.")
	client := alias.newClient(object{"ClientName": "c"})
	alias.refuseOpen("SignUp", object{"ClientId": client.ClientId, "Username": "jane", "Password": password}, "NotAuthorizedException: SignUp is not permitted for this user pool")
}

// newPoolBeside makes a pool of another administrator.
func (a admin) newPoolBeside(in object) (admin, poolDescription) {
	a.poolID = ""
	return a.newPool(in)
}

// refuseOpen is refuse for an operation without UserPoolId.
func (a admin) refuseOpen(op string, in object, want string) {
	a.t.Helper()
	a.poolID = ""
	a.refuse(op, in, want)
}

// op: UpdateUserPool
func TestAdmin_UpdateUserPool(t *testing.T) {
	_, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p", "UsernameAttributes": []string{"email"}, "Policies": object{"PasswordPolicy": object{"MinimumLength": 20}}, "UserPoolTags": object{"a": "b"}})
	a.must("UpdateUserPool", object{
		"DeletionProtection": "ACTIVE", "VerificationMessageTemplate": object{"DefaultEmailOption": "CONFIRM_WITH_LINK"},
		"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3, "InviteMessageTemplate": object{"EmailSubject": "Hello", "EmailMessage": "You are {username}, and {####}"}},
	}, nil)
	got := a.describe()
	if got.Policies.PasswordPolicy.MinimumLength != 8 || len(got.UserPoolTags) != 0 || got.Name != "p" || got.UsernameAttributes[0] != "email" {
		t.Errorf("after UpdateUserPool: %+v, want the default policy, no tags, the same name and username attributes", got)
	}
	if got.VerificationMessageTemplate.DefaultEmailOption != "CONFIRM_WITH_LINK" || got.AdminCreateUserConfig.UnusedAccountValidityDays != 3 {
		t.Errorf("after UpdateUserPool: %+v, want links and three days", got)
	}
	a.create(object{"Username": "sam@example.com", "TemporaryPassword": "For-now-123"})
	a.refuse("DeleteUserPool", nil, "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	a.must("UpdateUserPool", object{"DeletionProtection": "INACTIVE"}, nil)
	a.must("DeleteUserPool", nil, nil)
	_ = made
}

func TestAdmin_DevicesAndIssuer(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	a.must("UpdateUserPool", object{"DeviceConfiguration": object{"ChallengeRequiredOnNewDevice": true}, "IssuerConfiguration": object{"Type": "UPDATED"}}, nil)
	var d struct {
		UserPool struct {
			DeviceConfiguration *struct{ ChallengeRequiredOnNewDevice bool }
			IssuerConfiguration struct{ Type string }
		}
	}
	a.must("DescribeUserPool", nil, &d)
	if d.UserPool.DeviceConfiguration == nil || !d.UserPool.DeviceConfiguration.ChallengeRequiredOnNewDevice || d.UserPool.IssuerConfiguration.Type != "UPDATED" {
		t.Errorf("DescribeUserPool = %+v, want devices and the updated issuer", d.UserPool)
	}
	if got := claimsOf(t, string(pool.IDToken("jane")))["iss"]; got != "https://issuer-cognito-idp.eu-west-1.amazonaws.com/"+pool.ID() {
		t.Errorf("iss = %v, want the updated issuer", got)
	}
}

// Words of messages come from the pool's settings.
func TestAdmin_MessageTexts(t *testing.T) {
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p", "AdminCreateUserConfig": object{"InviteMessageTemplate": object{"EmailSubject": "Hello", "EmailMessage": "You are {username}, and {####}"}}})
	a.create(object{"Username": "sam", "UserAttributes": given("email", "sam@example.com"), "TemporaryPassword": "For-now-123"})
	if m := server.Pool(made.Id).Outbox()[0]; m.Subject != "Hello" || m.Body != "You are sam, and For-now-123" {
		t.Errorf("the invitation is %q: %q, want the pool's own words", m.Subject, m.Body)
	}
}

// op: GetUserPoolMfaConfig
// op: SetUserPoolMfaConfig
func TestAdmin_MFAConfig(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	type config struct {
		MfaConfiguration              string
		SoftwareTokenMfaConfiguration struct{ Enabled bool }
		EmailMfaConfiguration         *struct{ Subject string }
	}
	var set, got config
	a.must("SetUserPoolMfaConfig", object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}, &set)
	a.must("GetUserPoolMfaConfig", nil, &got)
	if set != got || got.MfaConfiguration != "ON" || !got.SoftwareTokenMfaConfiguration.Enabled || got.EmailMfaConfiguration != nil {
		t.Errorf("GetUserPoolMfaConfig = %+v, want ON with TOTP as answered, %+v", got, set)
	}
	if page := newVisitor(t, pool).signInAs("jane", password); !strings.Contains(page.Header.Get("Location"), "/mfa/register") {
		t.Errorf("sign-in leads to %q, want the enrolment", page.Header.Get("Location"))
	}
	a.refuse("SetUserPoolMfaConfig", object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": false}}, `InvalidParameterException: Invalid MFA configuration given, can't turn on MFA without any factor: "ON"`)
}

// What a pool of the emulator cannot do is refused, at every level.
func TestAdmin_UnsupportedSettings(t *testing.T) {
	_, a := newServerAdmin(t)
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"Schema", []object{{"Name": "a", "DeveloperOnlyAttribute": true}}, "Schema.1.member.DeveloperOnlyAttribute is not supported by the emulator"},
		{"Policies", object{"PasswordPolicy": object{"MinimumLength": 5}}, "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6"},
		{"MfaConfiguration", "ON", "SMS configuration is required when MFA is ON: give SmsConfiguration, or set other factors with SetUserPoolMfaConfig"},
	}
	for _, tt := range tests {
		a.refuse("CreateUserPool", object{"PoolName": "p", tt.name: tt.value}, "InvalidParameterException: "+tt.want)
	}
	alone := newAdmin(t, newPool(t))
	alone.poolID = ""
	alone.refuse("CreateUserPool", object{"PoolName": "p"}, "InvalidParameterException: This pool belongs to no server of the emulator: only a cognitotest.Server, or the program cognito-emulator, makes and deletes pools")
	alone = newAdmin(t, newPool(t))
	alone.refuse("DeleteUserPool", nil, "InvalidParameterException: This pool belongs to no server of the emulator: only a cognitotest.Server, or the program cognito-emulator, makes and deletes pools")
}

// The names that sign in are those of the pool: the username, or a verified
// alias too. The sub never signs in. Names count letter for letter unless the
// pool ignores case.
func TestAdmin_NamesToSignInWith(t *testing.T) {
	tests := []struct {
		name     string
		pool     object
		accepted []string
		refused  []string
	}{
		{"no alias", nil, []string{"jane"}, []string{"jane@example.com", "+15550100", "Jane", "sub"}},
		{"case ignored", object{"UsernameConfiguration": object{"CaseSensitive": false}}, []string{"jane", "Jane"}, []string{"jane@example.com", "sub"}},
		{"alias", object{"AliasAttributes": []string{"email", "phone_number"}}, []string{"jane", "jane@example.com"}, []string{"JANE@example.com", "+15550100", "sub"}},
		{"one alias", object{"AliasAttributes": []string{"phone_number"}}, []string{"jane"}, []string{"jane@example.com", "+15550100"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, a := newServerAdmin(t)
			in := object{"PoolName": "p"}
			maps.Copy(in, tt.pool)
			a, made := a.newPool(in)
			var client struct{ UserPoolClient struct{ ClientId string } }
			a.must("CreateUserPoolClient", object{"ClientName": "web", "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}}, &client)
			pool := server.Pool(made.Id)
			sub, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true, Phone: "+15550100"})
			if err != nil {
				t.Fatal(err)
			}
			try := func(name string) string {
				return callAPI(t, pool, "InitiateAuth", object{
					"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client.UserPoolClient.ClientId,
					"AuthParameters": object{"USERNAME": strings.Replace(name, "sub", sub, 1), "PASSWORD": password},
				}, nil)
			}
			for _, name := range tt.accepted {
				if got := try(name); got != "" {
					t.Errorf("InitiateAuth(%s) = %s, want tokens", name, got)
				}
			}
			for _, name := range tt.refused {
				if got := try(name); got != wrongPassword {
					t.Errorf("InitiateAuth(%s) = %q, want %s", name, got, wrongPassword)
				}
			}
		})
	}
}

// A server whose last pool is gone makes another one.
func TestAdmin_FirstPoolOfAServer(t *testing.T) {
	server := cognitotest.NewServer()
	a := admin{t: t, client: server.Client()}
	a, made := a.newPool(object{"PoolName": "p"})
	a.must("DeleteUserPool", nil, nil)
	if len(server.Pools()) != 0 {
		t.Fatalf("Pools() = %d, want none", len(server.Pools()))
	}
	a.refuse("DescribeUserPool", nil, "ResourceNotFoundException: User pool "+made.Id+" does not exist.")
	if again, _ := a.newPoolBeside(object{"PoolName": "p"}); again.poolID == made.Id {
		t.Errorf("CreateUserPool = %s twice", made.Id)
	}
}

// op: CreateUserPoolDomain
// op: DescribeUserPoolDomain
// op: UpdateUserPoolDomain
// op: DeleteUserPoolDomain
// doc: discovery of a pool without a domain
func TestAdmin_Domains(t *testing.T) {
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p"})
	pool := server.Pool(made.Id)
	if pool.URL() != "" {
		t.Errorf("URL() = %q, want none before there is a domain", pool.URL())
	}
	if d := discoveryOf(t, pool); d["token_endpoint"] != nil || d["jwks_uri"] == nil {
		t.Errorf("discovery = %v, want the keys and no endpoint of a domain", d)
	}
	a.must("CreateUserPoolDomain", object{"Domain": "customers-1", "ManagedLoginVersion": 2}, nil)
	if d := discoveryOf(t, pool); d["token_endpoint"] != "https://customers-1.auth.eu-west-1.amazoncognito.com/oauth2/token" {
		t.Errorf("discovery = %v, want the domain's endpoints", d)
	}
	if got := a.describe(); got.Domain != "customers-1" {
		t.Errorf("DescribeUserPool = domain %q, want customers-1", got.Domain)
	}
	var d struct {
		DomainDescription struct{ UserPoolId, Domain, Status string }
	}
	open := admin{t: t, client: server.Client()}
	open.must("DescribeUserPoolDomain", object{"Domain": "customers-1"}, &d)
	if d.DomainDescription.UserPoolId != made.Id || d.DomainDescription.Status != "ACTIVE" {
		t.Errorf("DescribeUserPoolDomain = %+v, want the pool's", d)
	}
	open.must("DescribeUserPoolDomain", object{"Domain": "nobodys"}, nil)
	a.refuse("CreateUserPoolDomain", object{"Domain": "emulator"}, "InvalidParameterException: Domain already associated with another user pool.")
	a.refuse("DeleteUserPool", nil, "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first.")
	arn := "arn:aws:acm:us-east-1:123456789012:certificate/1"
	a.must("CreateUserPoolDomain", object{"Domain": "auth.example.com", "CustomDomainConfig": object{"CertificateArn": arn}}, nil)
	a.must("UpdateUserPoolDomain", object{"Domain": "auth.example.com", "CustomDomainConfig": object{"CertificateArn": arn}}, nil)
	if pool.URL() != "https://auth.example.com" {
		t.Errorf("URL() = %q, want the custom domain", pool.URL())
	}
	for _, domain := range []string{"customers-1", "auth.example.com"} {
		a.must("DeleteUserPoolDomain", object{"Domain": domain}, nil)
	}
	a.refuse("DeleteUserPoolDomain", object{"Domain": "customers-1"}, "InvalidParameterException: No such domain or user pool exists.")
	a.must("DeleteUserPool", nil, nil)
	first := newAdmin(t, server.Pools()[0])
	if got := first.call("CreateUserPoolDomain", object{"Domain": "my-aws"}, nil); !strings.HasPrefix(got, "InvalidParameterException: ") {
		t.Errorf("CreateUserPoolDomain(my-aws) = %q, want InvalidParameterException", got)
	}
}

// op: CreateResourceServer
// op: DescribeResourceServer
// op: UpdateResourceServer
// op: DeleteResourceServer
// op: ListResourceServers
func TestAdmin_ResourceServers(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p"})
	scopes := func(names ...string) (list []object) {
		for _, name := range names {
			list = append(list, object{"ScopeName": name, "ScopeDescription": "to " + name})
		}
		return list
	}
	in := object{"Identifier": "orders", "Name": "Orders", "Scopes": scopes("read")}
	a.must("CreateResourceServer", in, nil)
	a.refuse("CreateResourceServer", in, "InvalidParameterException: orders already exists in user pool "+a.poolID+".")
	a.must("UpdateResourceServer", object{"Identifier": "orders", "Name": "Orders 2", "Scopes": scopes("read", "write")}, nil)
	var d struct {
		ResourceServer struct {
			Identifier, Name string
			Scopes           []struct{ ScopeName, ScopeDescription string }
		}
	}
	a.must("DescribeResourceServer", object{"Identifier": "orders"}, &d)
	if s := d.ResourceServer; s.Name != "Orders 2" || len(s.Scopes) != 2 || s.Scopes[1].ScopeDescription != "to write" {
		t.Errorf("DescribeResourceServer = %+v, want the new name and two scopes", s)
	}
	var list struct{ ResourceServers []struct{ Identifier string } }
	a.must("ListResourceServers", object{"MaxResults": 50}, &list)
	if len(list.ResourceServers) != 1 {
		t.Errorf("ListResourceServers = %v, want one", list)
	}
	client := object{"ClientName": "jobs", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"client_credentials"}}
	client["AllowedOAuthScopes"] = []string{"orders/wipe"}
	a.refuse("CreateUserPoolClient", client, "ScopeDoesNotExistException: Invalid scope requested: orders/wipe")
	client["AllowedOAuthScopes"] = []string{"orders/write"}
	a.must("CreateUserPoolClient", client, nil)
	a.must("DeleteResourceServer", object{"Identifier": "orders"}, nil)
	for _, op := range []string{"DescribeResourceServer", "DeleteResourceServer"} {
		a.refuse(op, object{"Identifier": "orders"}, "ResourceNotFoundException: Resource server does not exist.")
	}
}

// op: CreateIdentityProvider
// op: DescribeIdentityProvider
// op: ListIdentityProviders
// op: DeleteIdentityProvider
func TestAdmin_IdentityProviders(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	a.must("CreateIdentityProvider", object{
		"ProviderName": "corp", "ProviderType": "OIDC", "AttributeMapping": object{"email": "mail"},
		"ProviderDetails": oidcDetails("x"),
	}, nil)
	a.refuse("CreateIdentityProvider", object{"ProviderName": "corp", "ProviderType": "OIDC", "ProviderDetails": oidcDetails("x")}, "DuplicateProviderException: A provider with the name corp already exists in the user pool.")
	var d struct {
		IdentityProvider struct {
			ProviderType                      string
			ProviderDetails, AttributeMapping map[string]string
		}
	}
	a.must("DescribeIdentityProvider", object{"ProviderName": "corp"}, &d)
	if p := d.IdentityProvider; p.ProviderType != "OIDC" || p.ProviderDetails["client_id"] != "x" || p.AttributeMapping["email"] != "mail" {
		t.Errorf("DescribeIdentityProvider = %+v, want what was given", p)
	}
	v := newVisitor(t, pool)
	page := v.atProvider("corp")
	if !strings.Contains(page.body, "corp") {
		t.Errorf("identity_provider=corp = %q, want the page of the provider", page.body)
	}
	var list struct {
		Providers []struct{ ProviderName string }
	}
	a.must("ListIdentityProviders", nil, &list)
	if len(list.Providers) != 1 || list.Providers[0].ProviderName != "corp" {
		t.Errorf("ListIdentityProviders = %v, want corp", list.Providers)
	}
	a.must("DeleteIdentityProvider", object{"ProviderName": "corp"}, nil)
	a.refuse("DescribeIdentityProvider", object{"ProviderName": "corp"}, "ResourceNotFoundException: Identity provider does not exist.")
}

// discoveryOf is the discovery document of a pool.
func discoveryOf(t *testing.T, pool *cognitotest.Pool) (doc map[string]any) {
	t.Helper()
	a := newVisitor(t, pool).get(pool.Issuer() + "/.well-known/openid-configuration")
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
		t.Fatalf("discovery = %d %q: %v", a.StatusCode, a.body, err)
	}
	return doc
}

// Settings change while others sign in and look at them; the race detector
// watches.
func TestAdmin_ChangesWhileServing(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			mode := []string{"OFF", "OPTIONAL"}[i%2]
			a.call("SetUserPoolMfaConfig", object{"MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": object{"Enabled": true}}, nil)
			a.call("UpdateUserPool", object{"MfaConfiguration": "OFF", "UserPoolTags": object{"n": strings.Repeat("x", i)}}, nil)
			a.call("CreateUserPoolDomain", object{"Domain": "auth.example.com", "CustomDomainConfig": object{"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}}, nil)
			a.call("CreateIdentityProvider", object{"ProviderName": "corp" + mode, "ProviderType": "OIDC", "ProviderDetails": oidcDetails("x")}, nil)
			update := webClient()
			update["ClientId"] = "client1"
			a.call("UpdateUserPoolClient", update, nil)
			a.call("DescribeUserPool", nil, nil)
			a.call("AdminCreateUser", object{"Username": "u" + strings.Repeat("x", i)}, nil)
			pool.Snapshot()
			newVisitor(t, pool).signInAs("jane", password)
		})
	}
	wg.Wait()
	if got := len(pool.Users()); got != 9 {
		t.Errorf("%d users, want jane and eight others", got)
	}
}
