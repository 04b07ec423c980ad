package cognitotest_test

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

type branding struct {
	ManagedLoginBrandingId, UserPoolId string
	UseCognitoProvidedValues           bool
	Settings                           map[string]any
}

// loginPageOf is the sign-in page of an app client, as text.
func loginPageOf(t *testing.T, server *cognitotest.Server, pool *cognitotest.Pool, clientID string) string {
	t.Helper()
	query := url.Values{"client_id": {clientID}, "redirect_uri": {callbackURL}, "response_type": {"code"}, "scope": {"openid"}}
	res, err := server.Client().Get(pool.URL() + "/login?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAdmin_Branding: the pages of managed login are unavailable until the app
// client has a style; the classic ones need none. A snapshot keeps the style.
//
// op: CreateManagedLoginBranding
// op: DescribeManagedLoginBranding
// op: DescribeManagedLoginBrandingByClient
// op: UpdateManagedLoginBranding
// op: DeleteManagedLoginBranding
func TestAdmin_Branding(t *testing.T) {
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p"})
	pool := server.Pool(made.Id)
	client := a.newClient(webClient()).ClientId
	const unavailable = "Login pages unavailable"
	a.must("CreateUserPoolDomain", object{"Domain": "customers-1"}, nil)
	if page := loginPageOf(t, server, pool, client); strings.Contains(page, unavailable) {
		t.Errorf("the classic page: %s", page)
	}
	a.must("UpdateUserPoolDomain", object{"Domain": "customers-1", "ManagedLoginVersion": 2}, nil)
	if page := loginPageOf(t, server, pool, client); !strings.Contains(page, unavailable) {
		t.Errorf("managed login without a style: %s", page)
	}
	a.refuse("DescribeManagedLoginBrandingByClient", object{"ClientId": client}, "ResourceNotFoundException: Managed login branding does not exist.")
	a.refuse("CreateManagedLoginBranding", object{"ClientId": client, "UseCognitoProvidedValues": true, "Settings": object{"a": 1}},
		"InvalidParameterException: Settings and Assets cannot be given with UseCognitoProvidedValues.")
	var style struct{ ManagedLoginBranding branding }
	a.must("CreateManagedLoginBranding", object{"ClientId": client, "UseCognitoProvidedValues": true}, &style)
	id := style.ManagedLoginBranding.ManagedLoginBrandingId
	if page := loginPageOf(t, server, pool, client); strings.Contains(page, unavailable) {
		t.Errorf("managed login with a style: %s", page)
	}
	a.refuse("CreateManagedLoginBranding", object{"ClientId": client, "UseCognitoProvidedValues": true},
		"ManagedLoginBrandingExistsException: Managed login branding already exists for the app client.")
	a.must("UpdateManagedLoginBranding", object{"ManagedLoginBrandingId": id, "Settings": object{"components": object{"a": "b"}}}, nil)
	for op, in := range map[string]object{
		"DescribeManagedLoginBranding":         {"ManagedLoginBrandingId": id},
		"DescribeManagedLoginBrandingByClient": {"ClientId": client, "ReturnMergedResources": true},
	} {
		var got struct{ ManagedLoginBranding branding }
		a.must(op, in, &got)
		if b := got.ManagedLoginBranding; b.ManagedLoginBrandingId != id || b.UserPoolId != made.Id || b.UseCognitoProvidedValues || b.Settings["components"] == nil {
			t.Errorf("%s = %+v, want the settings that were given", op, b)
		}
	}
	data, err := pool.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	a.must("DeleteManagedLoginBranding", object{"ManagedLoginBrandingId": id}, nil)
	if page := loginPageOf(t, server, pool, client); !strings.Contains(page, unavailable) {
		t.Errorf("after DeleteManagedLoginBranding: %s", page)
	}
	if err := pool.Restore(data); err != nil {
		t.Fatal(err)
	}
	if page := loginPageOf(t, server, pool, client); strings.Contains(page, unavailable) {
		t.Errorf("after Restore: %s", page)
	}
}
