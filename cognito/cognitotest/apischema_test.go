package cognitotest_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

const schemaWords = "InvalidParameterException: Attributes did not conform to the schema: "

// schemaPool is a pool with a schema that CreateUserPool has set, and the user
// jane, whose access token comes with it.
func schemaPool(t *testing.T) (a admin, pool *cognitotest.Pool, clientID, access string) {
	t.Helper()
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p", "Schema": []object{
		{"Name": "code", "StringAttributeConstraints": object{"MinLength": "2", "MaxLength": "3"}},
		{"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "18", "MaxValue": "120"}},
		{"Name": "nickname", "StringAttributeConstraints": object{"MinLength": "1", "MaxLength": "5"}},
	}})
	pool = server.Pool(made.Id)
	clientID = a.newClient(object{"ClientName": "c", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}).ClientId
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password}); err != nil {
		t.Fatal(err)
	}
	var step authStep
	in := object{"ClientId": clientID, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "jane", "PASSWORD": password}}
	if failure := callAPI(t, pool, "InitiateAuth", in, &step); failure != "" {
		t.Fatal(failure)
	}
	return a, pool, clientID, step.AuthenticationResult.AccessToken
}

// Every way to write an attribute is held to the bounds of the schema, in
// Cognito's words, which name all that is wrong.
//
// doc: schema: the texts for numbers, dates and truth values
func TestAPI_SchemaBounds(t *testing.T) {
	a, pool, clientID, access := schemaPool(t)
	tests := []struct {
		pairs []string
		want  string
	}{
		{[]string{"custom:code", "a"}, "custom:code: String must be no shorter than 2 characters"},
		{[]string{"custom:code", "äöüß"}, "custom:code: String must be no longer than 3 characters"},
		{[]string{"custom:age", "17"}, "custom:age: Number must be no less than 18"},
		{[]string{"custom:age", "121"}, "custom:age: Number must be no greater than 120"},
		{[]string{"custom:age", "old"}, "custom:age: Value is not a number"},
		{[]string{"nickname", "Janette"}, "nickname: String must be no longer than 5 characters"},
		{[]string{"birthdate", "6/2/2000"}, "birthdate: String must be no shorter than 10 characters"},
		{[]string{"birthdate", "February 2000"}, "birthdate: String must be no longer than 10 characters"},
		{[]string{"custom:shoe", "42"}, "custom:shoe: Attribute does not exist in the schema."},
		{[]string{"custom:code", "a", "custom:age", "1"}, "custom:age: Number must be no less than 18\ncustom:code: String must be no shorter than 2 characters"},
		{[]string{"custom:code", "äöü", "custom:age", "18", "birthdate", "2000-02-06"}, ""},
	}
	writes := map[string]func(attributes []object) string{
		"SignUp": func(attributes []object) string {
			in := object{"ClientId": clientID, "Username": "max", "Password": password, "UserAttributes": attributes}
			return callAPI(t, pool, "SignUp", in, nil)
		},
		"AdminCreateUser": func(attributes []object) string {
			return a.call("AdminCreateUser", object{"Username": "sam", "UserAttributes": attributes}, nil)
		},
		"UpdateUserAttributes": func(attributes []object) string {
			return callAPI(t, pool, "UpdateUserAttributes", object{"AccessToken": access, "UserAttributes": attributes}, nil)
		},
		"AdminUpdateUserAttributes": func(attributes []object) string {
			return a.call("AdminUpdateUserAttributes", object{"Username": "jane", "UserAttributes": attributes}, nil)
		},
	}
	for op, write := range writes {
		for _, tt := range tests {
			want := tt.want
			if want != "" {
				want = schemaWords + want
			}
			if got := write(given(tt.pairs...)); got != want {
				t.Errorf("%s(%q) = %q, want %q", op, tt.pairs, got, want)
			}
		}
	}
}

// A sign-up names all required attributes that are missing.
func TestAPI_SignUpNamesAllThatIsMissing(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithRequiredAttributes("given_name", "gender"))
	in := object{"ClientId": "client1", "Username": "max", "Password": password}
	want := schemaWords + "given_name: The attribute is required\ngender: The attribute is required"
	if got := callAPI(t, p, "SignUp", in, nil); got != want {
		t.Errorf("SignUp = %q, want %q", got, want)
	}
}

// The attributes of an external user are held to the schema, too.
func TestFederatedAttributesAreHeldToTheSchema(t *testing.T) {
	partner := federation.Provider{
		Type: federation.OIDC, Name: "Partner", Issuer: "https://partner.example",
		AttributeMapping: map[string]string{"email": "email", "birthdate": "birthday"},
		Users:            []federation.User{{ID: "p1", Email: "pia@example.com", Claims: map[string]string{"birthday": "February 2000"}}},
	}
	v := newVisitor(t, newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithProvider(partner)))
	a := v.answers(v.atProvider("Partner"), "user", "p1", "action", "consent")
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := u.Query().Get("error_description"), "Invalid user attributes: birthdate: String must be no longer than 10 characters"; !strings.HasPrefix(got, want) {
		t.Errorf("the app is told %q, want %q", got, want)
	}
}

// The attribute says that a contact is verified only once something has set it.
// A sign-up sets it, and an administrator who does not mention it does not.
func TestAPI_VerifiedOnlyOnceSet(t *testing.T) {
	p := newAPIPool(t)
	a := newAdmin(t, p)
	a.create(object{"Username": "sam", "TemporaryPassword": "For-now-123", "UserAttributes": given("email", "sam@example.com", "phone_number", "+15550199")})
	a.must("AdminSetUserPassword", object{"Username": "sam", "Password": password, "Permanent": true}, nil)
	s := newSigner(t, p)
	tok := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "sam", "PASSWORD", password).is(t, "").AuthenticationResult
	claims := claimsOf(t, tok.IdToken)
	_, attributes := a.get("sam")
	for _, name := range []string{"email_verified", "phone_number_verified"} {
		if value, there := claims[name]; there {
			t.Errorf("the ID token has %s %v, want none", name, value)
		}
		if value, there := attributes[name]; there {
			t.Errorf("AdminGetUser has %s %q, want none", name, value)
		}
	}
	if claims["email"] != "sam@example.com" {
		t.Errorf("email = %v", claims["email"])
	}
	for _, value := range []string{"false", "true"} {
		a.must("AdminUpdateUserAttributes", object{"Username": "sam", "UserAttributes": given("email_verified", value)}, nil)
		if got := claimsOf(t, string(p.IDToken("sam")))["email_verified"]; got != (value == "true") {
			t.Errorf("email_verified set to %s is %v in the ID token", value, got)
		}
	}
	signUp := object{"ClientId": "client1", "Username": "max", "Password": password, "UserAttributes": given("email", "max@example.com")}
	if failure := callAPI(t, p, "SignUp", signUp, nil); failure != "" {
		t.Fatal(failure)
	}
	if _, attributes := a.get("max"); attributes["email_verified"] != "false" {
		t.Errorf("email_verified after SignUp = %q, want false", attributes["email_verified"])
	}
}

// A user from an import has no password, and is told to choose one whatever was
// typed. Clients that reveal who exists tell a user whom an administrator reset
// the same.
//
// doc: a wrong password in RESET_REQUIRED, through the API
func TestAPI_ResetRequiredWhateverThePassword(t *testing.T) {
	const reset = "PasswordResetRequiredException: Password reset required for the user"
	legacy := apiUserClient()
	legacy.ID, legacy.RevealUserExistence = "legacy", true
	p := newAPIPool(t, cognitotest.WithClient(legacy))
	for _, u := range []cognitotest.User{
		{Username: "imported", Email: "imported@example.com", EmailVerified: true, Status: cognitotest.StatusResetRequired},
		{Username: "reset", Password: password, Email: "reset@example.com", EmailVerified: true, Status: cognitotest.StatusResetRequired},
	} {
		if _, err := p.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	s := newSigner(t, p)
	tests := []struct{ client, user, password, want string }{
		{"client1", "imported", "x", reset},
		{"legacy", "imported", "x", reset},
		{"client1", "reset", "x", wrongPassword},
		{"client1", "reset", password, reset},
		{"legacy", "reset", "x", reset},
		{"legacy", "reset", password, reset},
	}
	for _, tt := range tests {
		p.Advance(20 * time.Minute) // past every lock-out
		s.clientID = tt.client
		s.refuseInitiate(tt.want, "USER_PASSWORD_AUTH", "USERNAME", tt.user, "PASSWORD", tt.password)
		step, answer := s.srp(tt.user, tt.password)
		s.refuse(tt.want, step, answer...)
	}
}

// The ID token and the access token of one sign-in name the same event, and
// those of another one another.
func TestEventIDIsOneForASignIn(t *testing.T) {
	p := newAPIPool(t)
	seen := make(map[any]bool)
	same := func(id, access string) {
		t.Helper()
		event := claimsOf(t, id)["event_id"]
		if event == nil || event != claimsOf(t, access)["event_id"] {
			t.Errorf("event_id = %v, %v, want the same in both", event, claimsOf(t, access)["event_id"])
		}
		if seen[event] {
			t.Errorf("event_id %v comes twice", event)
		}
		seen[event] = true
	}
	page := newVisitor(t, p).login()
	same(page.ID, page.Access)
	tok := newSigner(t, p).password("jane").is(t, "").AuthenticationResult
	same(tok.IdToken, tok.AccessToken)
}

// A resource that the pool does not have gets no token: the exchange fails, and
// the event says why.
func TestUnknownResourceFailsTheExchange(t *testing.T) {
	const api = "https://api.example.com"
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: api, Scopes: []string{"read"}}))
	v := newVisitor(t, p)
	if got := claimsOf(t, v.login("resource", api).Access)["aud"]; got != api {
		t.Errorf("aud = %v, want %s", got, api)
	}
	v = newVisitor(t, p)
	if a := v.post("/oauth2/token", tokenForm(v.signIn("resource", "https://other.example.com"))); a.StatusCode != 400 || a.body != invalidGrant {
		t.Errorf("token endpoint = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	events := p.Events(cognitotest.Event{Op: "token", Status: 400})
	if len(events) != 1 || !strings.Contains(events[0].Error, "no resource server https://other.example.com") {
		t.Errorf("events = %+v, want one that names the resource", events)
	}
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p"})
	a.must("CreateUserPoolDomain", object{"Domain": "another"}, nil)
	id := a.newClient(webClient()).ClientId
	bare := server.Pool(made.Id)
	if _, err := bare.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	v = newVisitor(t, bare)
	if a := v.post("/oauth2/token", tokenForm(v.signIn("client_id", id, "resource", api), "client_id", id)); a.body != invalidGrant {
		t.Errorf("token endpoint of a pool without resource servers = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}
