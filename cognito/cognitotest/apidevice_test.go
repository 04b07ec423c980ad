package cognitotest_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// A testDevice is a device that a sign-in made known.
type testDevice struct{ key, group, secret, access, refresh string }

// who is the device as SRP names it.
func (d testDevice) who() srp.Account { return srp.Account{Pool: d.group, Name: d.key} }

// newDevice signs jane in on a new device, and confirms it.
func (s *signer) newDevice(code func() string) (d testDevice, necessary bool) {
	s.t.Helper()
	first, proof := s.srp("jane", password)
	step := s.respond(first, proof...)
	if step.ChallengeName != "" {
		step = s.respond(step, step.ChallengeName+"_CODE", code())
	}
	tok := step.is(s.t, "").AuthenticationResult
	if tok.NewDeviceMetadata == nil {
		s.t.Fatal("no NewDeviceMetadata")
	}
	d = testDevice{tok.NewDeviceMetadata.DeviceKey, tok.NewDeviceMetadata.DeviceGroupKey, "device-secret", tok.AccessToken, tok.RefreshToken}
	var out struct{ UserConfirmationNecessary bool }
	if failure := callAPI(s.t, s.p, "ConfirmDevice", d.confirmation(), &out); failure != "" {
		s.t.Fatalf("ConfirmDevice = %s", failure)
	}
	return d, out.UserConfirmationNecessary
}

func (d testDevice) confirmation() object {
	verifier, salt := srpVerifier(d.who(), d.secret)
	return object{"AccessToken": d.access, "DeviceKey": d.key, "DeviceName": "laptop", "DeviceSecretVerifierConfig": object{
		"PasswordVerifier": verifier, "Salt": salt,
	}}
}

// passes proves the device, from the challenge DEVICE_SRP_AUTH on.
func (s *signer) passes(d testDevice, step authStep) authStep {
	s.t.Helper()
	client := newSRPClient()
	step = s.respond(step.is(s.t, "DEVICE_SRP_AUTH"), "DEVICE_KEY", d.key, "SRP_A", client.Public()).is(s.t, "DEVICE_PASSWORD_VERIFIER")
	answer := client.prove(s.t, d.who(), d.secret, step, s.p.Now())
	return s.respond(step, append(answer, "DEVICE_KEY", d.key)...)
}

var tracking = cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true})

// A remembered device stands for the second factor.
func TestAPI_RememberedDevice(t *testing.T) {
	p := newAPIPool(t, tracking, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", SMS: true}))
	s := newSigner(t, p)
	d, necessary := s.newDevice(func() string { return p.LastCode("+15550100") })
	if necessary || !strings.HasPrefix(d.key, "eu-west-1_") || claimsOf(t, d.access)["device_key"] != d.key {
		t.Errorf("device = %+v (ask the user: %v), want a key of the region in the access token, and nothing to ask", d, necessary)
	}
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key)
	tok := s.passes(d, step).is(t, "").AuthenticationResult
	if tok.NewDeviceMetadata != nil || claimsOf(t, tok.AccessToken)["device_key"] != d.key {
		t.Errorf("tokens = %+v, want the device's, and no new one", tok)
	}
	// With SRP for the password, too.
	step, answer := s.srp("jane", password, "DEVICE_KEY", d.key)
	s.passes(d, s.respond(step, answer...)).is(t, "")
	// Without its key it is a new device.
	s.password("jane").is(t, "SMS_MFA")
}

func TestAPI_DeviceProofRefuses(t *testing.T) {
	p := newAPIPool(t, tracking)
	s := newSigner(t, p)
	d, _ := s.newDevice(nil)
	other, _ := s.newDevice(nil)
	begin := func() (srpClient, authStep) {
		client := newSRPClient()
		step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key).is(t, "DEVICE_SRP_AUTH")
		s.refuse("InvalidParameterException: Missing required parameter DEVICE_KEY", step, "SRP_A", client.Public())
		s.refuse("InvalidParameterException: Missing required parameter SRP_A", step, "DEVICE_KEY", d.key)
		s.refuse("InvalidParameterException: Invalid SRP_A", step, "DEVICE_KEY", d.key, "SRP_A", "0")
		return client, s.respond(step, "DEVICE_KEY", d.key, "SRP_A", client.Public())
	}
	client, step := begin()
	s.refuse(wrongPassword, step, append(client.prove(t, d.who(), "x", step, p.Now()), "DEVICE_KEY", d.key)...)
	client, step = begin()
	s.refuse(noDevice, step, append(client.prove(t, d.who(), d.secret, step, p.Now()), "DEVICE_KEY", other.key)...)
	_, step = begin()
	_ = step
	unknown := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key)
	s.refuse(noDevice, unknown, "DEVICE_KEY", other.key, "SRP_A", client.Public())
	s.refuseInitiate(noDevice, "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", "eu-west-1_none")
	first, answer := s.srp("jane", password, "DEVICE_KEY", "eu-west-1_none")
	s.refuse(noDevice, first, answer...)
}

// A refresh token serves once its device is confirmed; one that came of
// USER_PASSWORD_AUTH serves nobody.
func TestAPI_DeviceRefreshWantsConfirmation(t *testing.T) {
	p := newAPIPool(t, tracking)
	s := newSigner(t, p)
	for _, confirmed := range []bool{false, true} {
		for _, byPassword := range []bool{false, true} {
			step, proof := s.srp("jane", password)
			if byPassword {
				step = s.password("jane")
			} else {
				step = s.respond(step, proof...)
			}
			tok := step.is(t, "").AuthenticationResult
			d := testDevice{tok.NewDeviceMetadata.DeviceKey, tok.NewDeviceMetadata.DeviceGroupKey, "device-secret", tok.AccessToken, tok.RefreshToken}
			if confirmed {
				if failure := callAPI(t, p, "ConfirmDevice", d.confirmation(), nil); failure != "" {
					t.Fatalf("ConfirmDevice = %s", failure)
				}
			}
			if confirmed && !byPassword {
				s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", d.key).is(t, "")
			} else {
				s.refuseInitiate(badRefresh, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", d.key)
			}
		}
	}
}

// quirk: Q12
//
// doc: a refresh token with a device, at the token endpoint
func TestAPI_DeviceRefresh(t *testing.T) {
	p := newAPIPool(t, tracking)
	s := newSigner(t, p)
	d, _ := s.newDevice(nil)
	s.refuseInitiate(badRefresh, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh)
	s.refuseInitiate(badRefresh, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", "eu-west-1_none")
	tok := s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", d.key).is(t, "").AuthenticationResult
	if claimsOf(t, tok.AccessToken)["device_key"] != d.key {
		t.Error("the refreshed access token has no device_key")
	}
	in := object{"ClientId": "client1", "RefreshToken": d.refresh}
	if got := callAPI(t, p, "GetTokensFromRefreshToken", in, nil); got != badRefresh {
		t.Errorf("GetTokensFromRefreshToken(no device) = %s, want %s", got, badRefresh)
	}
	in["DeviceKey"] = d.key
	if got := callAPI(t, p, "GetTokensFromRefreshToken", in, nil); got != "" {
		t.Errorf("GetTokensFromRefreshToken = %s", got)
	}
	if a := newVisitor(t, p).refresh(d.refresh); a.body != invalidGrant {
		t.Errorf("token endpoint = %s, want invalid_grant: it cannot name the device", a.body)
	}
	// The flow of an administrator has no devices, so that nothing refreshes.
	s.admin = true
	admin := s.initiate("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password).is(t, "").AuthenticationResult
	if admin.NewDeviceMetadata != nil {
		t.Error("AdminInitiateAuth made a device known")
	}
	s.refuseInitiate(badRefresh, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", admin.RefreshToken)
}

type listedDevice struct {
	DeviceKey        string
	DeviceAttributes []struct{ Name, Value string }
	DeviceCreateDate float64
}

func (d listedDevice) attribute(name string) string {
	for _, a := range d.DeviceAttributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// op: ListDevices
// op: GetDevice
// op: ForgetDevice
// op: UpdateDeviceStatus
// op: AdminListDevices
// op: AdminGetDevice
// op: AdminForgetDevice
// op: AdminUpdateDeviceStatus
func TestAPI_DevicesAreListed(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{DeviceOnlyRememberedOnUserPrompt: true}))
	s := newSigner(t, p)
	d, necessary := s.newDevice(nil)
	other, _ := s.newDevice(nil)
	if !necessary {
		t.Error("UserConfirmationNecessary = false, want the user asked")
	}
	s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key).is(t, "")
	own := func(op string, in object, out any) string {
		in["AccessToken"] = d.access
		return callAPI(t, p, op, in, out)
	}
	if failure := own("UpdateDeviceStatus", object{"DeviceKey": d.key, "DeviceRememberedStatus": "remembered"}, nil); failure != "" {
		t.Fatalf("UpdateDeviceStatus = %s", failure)
	}
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key)
	s.passes(d, step).is(t, "")

	var list struct {
		Devices         []listedDevice
		PaginationToken string
	}
	if failure := own("ListDevices", object{"Limit": 1}, &list); failure != "" || len(list.Devices) != 1 || list.PaginationToken == "" {
		t.Fatalf("ListDevices = %s %+v, want one device and a token", failure, list)
	}
	seen := list.Devices[0].DeviceKey
	own("ListDevices", object{"PaginationToken": list.PaginationToken}, &list)
	if len(list.Devices) != 1 || list.Devices[0].DeviceKey == seen {
		t.Errorf("ListDevices(next) = %+v, want the other device", list)
	}
	var one struct{ Device listedDevice }
	own("GetDevice", object{"DeviceKey": d.key}, &one)
	if one.Device.attribute("device_name") != "laptop" || one.Device.attribute("dev:device_remembered_status") != "remembered" || one.Device.DeviceCreateDate == 0 {
		t.Errorf("GetDevice = %+v, want the laptop, remembered", one)
	}
	for name, want := range map[string]string{
		"device_status": "valid", "dev:device_sdk": "aws-sdk", "dev:device_owner": "jane." + p.ID(),
		"dev:device_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:owner/jane." + p.ID() + "/device/" + d.key,
	} {
		if got := one.Device.attribute(name); got != want {
			t.Errorf("GetDevice: %s = %q, want %q", name, got, want)
		}
	}
	if failure := own("ForgetDevice", object{"DeviceKey": d.key}, nil); failure != "" {
		t.Fatalf("ForgetDevice = %s", failure)
	}
	s.refuseInitiate("NotAuthorizedException: Refresh Token has been revoked", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", d.key)
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", other.refresh, "DEVICE_KEY", other.key).is(t, "")
	a := newAdmin(t, p)
	for op, in := range map[string]object{
		"AdminGetDevice": {"DeviceKey": d.key}, "AdminForgetDevice": {"DeviceKey": d.key},
		"AdminUpdateDeviceStatus": {"DeviceKey": d.key, "DeviceRememberedStatus": "remembered"},
	} {
		in["Username"] = "jane"
		if got := a.call(op, in, nil); got != noDevice {
			t.Errorf("%s(forgotten) = %s, want %s", op, got, noDevice)
		}
		in["DeviceKey"] = other.key
		if op != "AdminForgetDevice" {
			if got := a.call(op, in, nil); got != "" {
				t.Errorf("%s = %s", op, got)
			}
		}
	}
	if got := a.call("AdminListDevices", object{"Username": "jane"}, &list); got != "" || len(list.Devices) != 1 || list.Devices[0].attribute("dev:device_remembered_status") != "remembered" {
		t.Errorf("AdminListDevices = %s %+v, want the other device, remembered", got, list)
	}
	if got := a.call("AdminForgetDevice", object{"Username": "jane", "DeviceKey": other.key}, nil); got != "" {
		t.Errorf("AdminForgetDevice = %s", got)
	}
}

// op: ConfirmDevice
func TestAPI_ConfirmDeviceRefuses(t *testing.T) {
	p := newAPIPool(t, tracking)
	s := newSigner(t, p)
	d, _ := s.newDevice(nil)
	tests := []struct {
		name string
		edit func(object)
		want string
	}{
		{"again", func(object) {}, "DeviceKeyExistsException: Device Key already exists"},
		{"another key", func(in object) { in["DeviceKey"] = "eu-west-1_00000000-0000-0000-0000-000000000000" }, noDevice},
	}
	for _, tt := range tests {
		in := d.confirmation()
		tt.edit(in)
		if got := callAPI(t, p, "ConfirmDevice", in, nil); got != tt.want {
			t.Errorf("ConfirmDevice(%s) = %s, want %s", tt.name, got, tt.want)
		}
	}
	fresh := s.password("jane").is(t, "").AuthenticationResult
	for name, config := range map[string]object{
		"nothing": {}, "no base64": {"PasswordVerifier": "?", "Salt": "AQ=="}, "zero": {"PasswordVerifier": "AA==", "Salt": "AQ=="},
		"too long": {"PasswordVerifier": strings.Repeat("AAAA", 200), "Salt": "AQ=="}, "no salt": {"PasswordVerifier": "Ag=="},
		"N": {"PasswordVerifier": base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\xff", 384))), "Salt": "AQ=="},
	} {
		in := object{"AccessToken": fresh.AccessToken, "DeviceKey": fresh.NewDeviceMetadata.DeviceKey, "DeviceSecretVerifierConfig": config}
		if got, want := callAPI(t, p, "ConfirmDevice", in, nil), "InvalidParameterException: Invalid device secret verifier: PasswordVerifier and Salt are numbers in base64"; got != want {
			t.Errorf("ConfirmDevice(%s) = %s, want %s", name, got, want)
		}
	}
	off := newAPIPool(t)
	in := d.confirmation()
	in["AccessToken"] = string(off.AccessToken("jane"))
	const want = "InvalidUserPoolConfigurationException: The user pool does not track devices"
	if got := callAPI(t, off, "ConfirmDevice", in, nil); got != want {
		t.Errorf("ConfirmDevice(no tracking) = %s, want %s", got, want)
	}
	if got := callAPI(t, off, "ListDevices", object{"AccessToken": in["AccessToken"]}, nil); got != want {
		t.Errorf("ListDevices(no tracking) = %s, want %s", got, want)
	}
}

// Without ChallengeRequiredOnNewDevice the second factor stays, and the
// device proves itself after it.
//
// doc: a remembered device in a pool where devices do not replace the second factor
func TestAPI_DeviceBesideSecondFactor(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{}), cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", SMS: true}))
	s := newSigner(t, p)
	code := func() string { return p.LastCode("+15550100") }
	d, _ := s.newDevice(code)
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key).is(t, "SMS_MFA")
	s.passes(d, s.respond(step, "SMS_MFA_CODE", code())).is(t, "")
}

// Devices outlive a snapshot.
func TestAPI_DeviceSnapshot(t *testing.T) {
	p := newAPIPool(t, tracking)
	d, _ := newSigner(t, p).newDevice(nil)
	saved, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored := cognitotest.NewPool(cognitotest.WithClient(apiUserClient()), tracking)
	if err := restored.Restore(saved); err != nil {
		t.Fatal(err)
	}
	s := newSigner(t, restored)
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", d.key)
	s.passes(d, step).is(t, "")
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", d.refresh, "DEVICE_KEY", d.key).is(t, "")
}
