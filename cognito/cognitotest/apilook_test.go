package cognitotest_test

import (
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// The look of the classic pages is kept and given back: a client's own, or that
// of all clients.
//
// op: SetUICustomization
// op: GetUICustomization
func TestAdmin_UICustomization(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p"})
	id := a.newClient(object{"ClientName": "c"}).ClientId
	type look struct {
		UICustomization struct {
			UserPoolId, ClientId, CSS, CSSVersion, ImageUrl string
			CreationDate, LastModifiedDate                  seconds
		}
	}
	a.refuse("SetUICustomization", object{"CSS": ".x{}"}, "InvalidParameterException: There has to be an existing domain associated with this user pool")
	a.must("CreateUserPoolDomain", object{"Domain": "looks"}, nil)
	get := func(clientID string) (l look) {
		t.Helper()
		a.must("GetUICustomization", object{"ClientId": clientID}, &l)
		return l
	}
	if l := get(id); l != (look{}) {
		t.Errorf("GetUICustomization before any = %+v, want an empty one", l)
	}
	var set look
	a.must("SetUICustomization", object{"CSS": ".all{}"}, &set)
	if ui := set.UICustomization; ui.ClientId != "ALL" || ui.CSS != ".all{}" || ui.CSSVersion == "" || ui.CreationDate == 0 {
		t.Errorf("SetUICustomization = %+v, want it back, for all clients", ui)
	}
	if l := get(id); l != set {
		t.Errorf("GetUICustomization(client) = %+v, want that of all clients", l)
	}
	a.must("SetUICustomization", object{"ClientId": id, "CSS": ".own{}", "ImageFile": base64.StdEncoding.EncodeToString([]byte("png"))}, &set)
	if l := get(id); l != set || l.UICustomization.CSS != ".own{}" || l.UICustomization.ImageUrl == "" {
		t.Errorf("GetUICustomization(client) = %+v, want its own", l)
	}
	if l := get("ALL"); l.UICustomization.CSS != ".all{}" {
		t.Errorf("GetUICustomization(ALL) = %+v, want that of all clients", l)
	}
	a.refuse("GetUICustomization", object{"ClientId": "nobody"}, "ResourceNotFoundException: User pool client nobody does not exist.")
}

// op: GetSigningCertificate
func TestAdmin_SigningCertificate(t *testing.T) {
	p := newPool(t)
	a := newAdmin(t, p)
	var out, again struct{ Certificate string }
	a.must("GetSigningCertificate", nil, &out)
	a.must("GetSigningCertificate", nil, &again)
	der, err := base64.StdEncoding.DecodeString(out.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil || out != again || p.Now().Before(c.NotBefore) || c.NotAfter.Sub(p.Now()) < 365*24*time.Hour {
		t.Errorf("GetSigningCertificate = %v, %v, want one certificate, good for years", c, err)
	}
}

// op: CreateTerms
// op: DescribeTerms
// op: UpdateTerms
// op: ListTerms
// op: DeleteTerms
func TestAdmin_Terms(t *testing.T) {
	p := newPool(t)
	a := newAdmin(t, p)
	links := object{"cognito:default": "https://example.com/terms", "cognito:german": "https://example.com/agb"}
	in := object{"ClientId": "client1", "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
	type terms struct {
		Terms struct {
			TermsId, UserPoolId, ClientId, TermsName, TermsSource, Enforcement string
			Links                                                              map[string]string
			CreationDate, LastModifiedDate                                     seconds
		}
	}
	var made, got terms
	a.must("CreateTerms", in, &made)
	id := made.Terms.TermsId
	if got := ignoredBy(t, p, "CreateTerms"); got != "Links" {
		t.Errorf("CreateTerms ignored %q, want Links: no page shows them", got)
	}
	a.must("DescribeTerms", object{"TermsId": id}, &got)
	if d := got.Terms; d.Links["cognito:german"] != "https://example.com/agb" || d.ClientId != "client1" || d.UserPoolId != p.ID() || d.CreationDate == 0 || d.TermsSource != "LINK" {
		t.Errorf("DescribeTerms = %+v, want what was created", d)
	}
	a.refuse("CreateTerms", in, "TermsExistsException: Terms of that name already exist for the app client.")
	p.Advance(time.Hour)
	got = terms{}
	a.must("UpdateTerms", object{"TermsId": id, "Links": object{"cognito:default": "https://example.com/new"}}, &got)
	if d := got.Terms; d.Links["cognito:default"] != "https://example.com/new" || len(d.Links) != 1 || d.TermsName != "terms-of-use" || d.LastModifiedDate <= d.CreationDate {
		t.Errorf("UpdateTerms = %+v, want the new link", d)
	}
	in["TermsName"] = "privacy-policy"
	a.must("CreateTerms", in, nil)
	var list struct {
		Terms     []struct{ TermsId, TermsName string }
		NextToken string
	}
	a.must("ListTerms", object{"MaxResults": 1}, &list)
	first := list.Terms[0].TermsName
	a.must("ListTerms", object{"NextToken": list.NextToken}, &list)
	if len(list.Terms) != 1 || list.Terms[0].TermsName == first {
		t.Errorf("ListTerms(next) = %+v, want the other", list)
	}
	a.must("DeleteTerms", object{"TermsId": id}, nil)
	for op, in := range map[string]object{"DescribeTerms": {}, "UpdateTerms": {}, "DeleteTerms": {}} {
		in["TermsId"] = id
		a.refuse(op, in, "ResourceNotFoundException: Terms do not exist.")
	}
	in["TermsName"], in["Links"] = "terms-of-use", object{"cognito:german": "https://example.com/agb"}
	a.refuse("CreateTerms", in, "InvalidParameterException: Links needs an entry for cognito:default.")
	in["Links"] = object{"cognito:default": "terms"}
	a.refuse("CreateTerms", in, "InvalidParameterException: A link is not a URL.")
	in["ClientId"] = "nobody"
	a.refuse("CreateTerms", in, "ResourceNotFoundException: User pool client nobody does not exist.")
}

// A linked provider is unlinked, a federated user disabled, and a user of the
// pool loses the password.
//
// op: AdminDisableProviderForUser
// doc: AdminDisableProviderForUser of a federated user, and of a user of the pool
func TestAdmin_DisableProvider(t *testing.T) {
	p := newFederatedPool(t)
	a := newAdmin(t, p)
	who := func(provider, id string) object {
		return object{"User": object{"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": id}}
	}
	if err := p.LinkUser("jane", "Google", "1122"); err != nil {
		t.Fatal(err)
	}
	if got := claimsOf(t, newVisitor(t, p).federate("Google", "1122").ID)["cognito:username"]; got != "jane" {
		t.Fatalf("a linked user signs in as %v, want jane", got)
	}
	a.must("AdminDisableProviderForUser", who("Google", "1122"), nil)
	if got := claimsOf(t, newVisitor(t, p).federate("Google", "1122").ID)["cognito:username"]; got != "Google_1122" {
		t.Errorf("an unlinked user signs in as %v, want a user of its own", got)
	}
	a.must("AdminDisableProviderForUser", who("Google", "1122"), nil)
	v := newVisitor(t, p)
	landed := v.answers(v.atProvider("Google"), "user", "1122", "action", "consent")
	if got := landed.Header.Get("Location"); !strings.Contains(got, "error_description=User+is+disabled") {
		t.Errorf("a disabled federated user ends at %q, want User is disabled.", got)
	}
	a.must("AdminDisableProviderForUser", who("Cognito", "jane"), nil)
	if page := newVisitor(t, p).passwordOf("jane"); page.says() != "Incorrect username or password." {
		t.Errorf("the password of a disabled provider says %q", page.says())
	}
	a.refuse("AdminDisableProviderForUser", who("Google", "nobody"), "UserNotFoundException: User does not exist.")
	a.refuse("AdminDisableProviderForUser", who("Cognito", "nobody"), "UserNotFoundException: User does not exist.")
	a.refuse("AdminDisableProviderForUser", who("Nowhere", "1"), "ResourceNotFoundException: Identity provider does not exist.")
}

// op: AdminSetUserSettings
// op: AdminGetUserAuthFactors
// op: AdminDeleteSoftwareToken
func TestAdmin_Factors(t *testing.T) {
	p, _ := factorPool(t, cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, SMS: true})
	a := newAdmin(t, p)
	var out struct {
		Username, PreferredMfaSetting                 string
		UserMFASettingList, ConfiguredUserAuthFactors []string
	}
	factors := func() string {
		out.UserMFASettingList = nil
		a.must("AdminGetUserAuthFactors", object{"Username": "max"}, &out)
		return strings.Join(out.UserMFASettingList, " ")
	}
	before := factors()
	if out.Username != "max" || !strings.Contains(before, "SOFTWARE_TOKEN_MFA") || len(out.ConfiguredUserAuthFactors) == 0 {
		t.Fatalf("AdminGetUserAuthFactors = %+v, want the authenticator app", out)
	}
	a.must("AdminDeleteSoftwareToken", object{"Username": "max"}, nil)
	if got := factors(); strings.Contains(got, "SOFTWARE_TOKEN_MFA") {
		t.Errorf("factors after AdminDeleteSoftwareToken = %s", got)
	}
	a.refuse("AdminDeleteSoftwareToken", object{"Username": "max"}, "SoftwareTokenMFANotFoundException: Software Token MFA not found for the user.")
	sms := []object{{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}
	a.must("AdminSetUserSettings", object{"Username": "max", "MFAOptions": sms}, nil)
	if got := factors(); !strings.Contains(got, "SMS_MFA") {
		t.Errorf("factors after AdminSetUserSettings = %s, want SMS_MFA", got)
	}
	a.must("AdminSetUserSettings", object{"Username": "max", "MFAOptions": []object{}}, nil)
	if got := factors(); strings.Contains(got, "SMS_MFA") {
		t.Errorf("factors after AdminSetUserSettings with none = %s", got)
	}
	a.refuse("AdminSetUserSettings", object{"Username": "max", "MFAOptions": []object{{"DeliveryMedium": "EMAIL", "AttributeName": "email"}}},
		"InvalidParameterException: MFAOptions: only SMS to phone_number is possible")
}

// A client that may do nothing else gets a token without a domain.
//
// op: GetClientToken
func TestAPI_ClientToken(t *testing.T) {
	machine := cognitotest.AppClient{
		ID: "machine", Secret: machineSecret, Flows: []string{"client_credentials"}, Scopes: []string{"orders/read", "orders/write"},
		ExplicitAuthFlows: []string{"ALLOW_CLIENT_TOKEN_AUTH"},
	}
	p := newAPIPool(t, cognitotest.WithClient(machine))
	get := func(pairs ...any) (token string, failure string) {
		in := object{"ClientId": "machine", "Secret": machineSecret}
		for i := 0; i+1 < len(pairs); i += 2 {
			in[pairs[i].(string)] = pairs[i+1]
		}
		var out struct {
			ClientAuthenticationResult struct {
				AccessToken, TokenType string
				ExpiresIn              int
			}
		}
		failure = callAPI(t, p, "GetClientToken", in, &out)
		if r := out.ClientAuthenticationResult; failure == "" && (r.TokenType != "Bearer" || r.ExpiresIn != 3600) {
			t.Errorf("GetClientToken = %+v, want a Bearer token for an hour", r)
		}
		return out.ClientAuthenticationResult.AccessToken, failure
	}
	token, failure := get("Scopes", []string{"orders/read"})
	if failure != "" {
		t.Fatal(failure)
	}
	if c := claimsOf(t, token); c["scope"] != "orders/read" || c["client_id"] != "machine" || c["token_use"] != "access" || c["username"] != nil {
		t.Errorf("claims = %v, want the client's own", c)
	}
	if token, _ := get(); claimsOf(t, token)["scope"] != "orders/read orders/write" {
		t.Errorf("claims without Scopes = %v, want all", claimsOf(t, token))
	}
	for want, pairs := range map[string][]any{
		"NotAuthorizedException: Unable to verify the secret of client machine": {"Secret", "wrong0secret"},
		"InvalidParameterException: A scope is not allowed for the client.":     {"Scopes", []string{"orders/delete"}},
		"ResourceNotFoundException: User pool client nobody does not exist.":    {"ClientId", "nobody"},
		"NotAuthorizedException: Unable to verify the secret of client client1": {"ClientId", "client1"},
	} {
		if _, got := get(pairs...); got != want {
			t.Errorf("GetClientToken(%v) = %s, want %s", pairs, got, want)
		}
	}
	s := newSigner(t, p)
	s.clientID, s.secret = "machine", machineSecret
	s.refuseInitiate("InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client", "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password)
	machine.ID, machine.ExplicitAuthFlows = "both", append(machine.ExplicitAuthFlows, "ALLOW_USER_SRP_AUTH")
	mustPanic(t, "a client with another flow beside it", func() { p.AddClient(machine) })
	other := machine
	other.ID, other.ExplicitAuthFlows = "other", nil
	p.AddClient(other)
	if _, got := get("ClientId", "other"); got != "InvalidParameterException: CLIENT_TOKEN_AUTH flow not enabled for this client" {
		t.Errorf("GetClientToken of a client without the flow = %s", got)
	}
}
