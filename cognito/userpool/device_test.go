package userpool_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/srp"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A prover plays the server's side of SRP for one user, who may have a
// remembered device, and checks what an answer must have.
type prover struct {
	t       testing.TB
	api     *api
	user    srp.Verifier
	account srp.Account
	device  srp.Verifier // none without a Salt
	key     string       // of the device
	group   string

	keys  map[string][]byte // session keys, by challenge
	calls []string
}

const (
	deviceKey   = "eu-west-1_0a1b2c3d-device"
	deviceGroup = "-aB3dE5gH"
)

func newProver(t testing.TB, password string) *prover {
	account := srp.Account{Pool: "aB3dE5gH7", Name: realName}
	return &prover{t: t, account: account, user: srp.NewVerifier(account, password), key: deviceKey, group: deviceGroup, keys: map[string][]byte{}}
}

var block = base64.StdEncoding.EncodeToString([]byte("an opaque block"))

func (p *prover) challenge(name, session string, v srp.Verifier, public string, more map[string]string) answer {
	a, err := v.NewAnswer(public)
	if err != nil {
		return refusal("InvalidParameterException", err.Error())
	}
	p.keys[name] = a.Key
	params := map[string]string{"SALT": v.SaltHex(), "SRP_B": a.Public, "SECRET_BLOCK": block}
	maps.Copy(params, more)
	return challengedWith(session, name, params)
}

func (p *prover) check(name string, who srp.Account, got map[string]string) bool {
	at, err := srp.ParseTime(got["TIMESTAMP"])
	if age := p.api.pool.Now().Sub(at); err != nil || age < -time.Minute || age > time.Minute {
		p.t.Errorf("%s: TIMESTAMP = %q, want now", name, got["TIMESTAMP"])
	}
	return srp.Check(p.keys[name], who, srp.Proof{
		Signature: got["PASSWORD_CLAIM_SIGNATURE"], SecretBlock: got["PASSWORD_CLAIM_SECRET_BLOCK"], Timestamp: got["TIMESTAMP"],
	})
}

// play answers a call.
func (p *prover) play(op string, c apiCall) answer {
	name, _ := c.body["ChallengeName"].(string)
	p.calls = append(p.calls, strings.TrimSpace(op+" "+name))
	wrong := refusal("NotAuthorizedException", "Incorrect username or password.")
	if op == "InitiateAuth" {
		params := c.texts("AuthParameters")
		p.named(op, params, alias)
		if key := params["DEVICE_KEY"]; key != "" && p.device.Salt == nil {
			return refusal("ResourceNotFoundException", "Device does not exist.")
		}
		if c.body["AuthFlow"] == "USER_AUTH" && params["SRP_A"] == "" {
			return challenged("PASSWORD_SRP", map[string]string{"USERNAME": realName})
		}
		return p.challenge("PASSWORD_VERIFIER", "", p.user, params["SRP_A"], map[string]string{"USER_ID_FOR_SRP": realName, "USERNAME": realName})
	}
	got := c.texts("ChallengeResponses")
	p.named(op, got, realName)
	switch name {
	case "PASSWORD_SRP":
		return p.challenge("PASSWORD_VERIFIER", "session-2", p.user, got["SRP_A"], map[string]string{"USER_ID_FOR_SRP": realName})
	case "PASSWORD_VERIFIER":
		if !p.check(name, p.account, got) {
			return wrong
		}
		if got["DEVICE_KEY"] == p.key {
			return challengedWith("session-3", "DEVICE_SRP_AUTH", map[string]string{})
		}
		return signedIn(p.api, fmt.Sprintf(`"NewDeviceMetadata":{"DeviceKey":%q,"DeviceGroupKey":%q}`, p.key, p.group))
	case "DEVICE_SRP_AUTH":
		if got["DEVICE_KEY"] != p.key || c.body["Session"] != "session-3" {
			return wrong
		}
		return p.challenge("DEVICE_PASSWORD_VERIFIER", "session-4", p.device, got["SRP_A"], map[string]string{"DEVICE_KEY": p.key})
	case "DEVICE_PASSWORD_VERIFIER":
		if got["DEVICE_KEY"] != p.key || c.body["Session"] != "session-4" || !p.check(name, srp.Account{Pool: p.group, Name: p.key}, got) {
			return wrong
		}
		return signedIn(p.api)
	}
	return refusal("InvalidParameterException", "no such challenge")
}

// named checks U1.
func (p *prover) named(op string, got map[string]string, name string) {
	if got["USERNAME"] != name || got["SECRET_HASH"] != hashOver(name) {
		p.t.Errorf("%s: USERNAME = %q, SECRET_HASH = %q, want both to be %s's", op, got["USERNAME"], got["SECRET_HASH"], name)
	}
	for _, value := range got {
		if strings.Contains(value, "secret-word") {
			p.t.Errorf("%s sent the password", op)
		}
	}
}

func newProved(t testing.TB, password string) (*prover, *userpool.Client) {
	p := newProver(t, password)
	a, c := newPlayed(t, p.play)
	p.api = a
	return p, c
}

// TestU1_SRP signs in by an alias: the proof is made with the name that
// Cognito gave, and the password is in no call.
func TestU1_SRP(t *testing.T) {
	for _, who := range []userpool.Credentials{
		{},
		{Flow: userpool.FlowChoice, First: userpool.FactorPasswordSRP},
		{Flow: userpool.FlowCustom},
	} {
		p, c := newProved(t, "secret-word")
		who.Username, who.Password = alias, "secret-word"
		step, err := c.SignIn(t.Context(), who)
		if err != nil || step.Identity == nil || step.Challenge != nil {
			t.Fatalf("SignIn(%s) = %+v, %v, want tokens", who.Flow, step, err)
		}
		if want := (&userpool.NewDevice{Key: deviceKey, GroupKey: deviceGroup}); !reflect.DeepEqual(step.NewDevice, want) {
			t.Errorf("NewDevice = %+v, want %+v", step.NewDevice, want)
		}
		if want := []string{"InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER"}; !reflect.DeepEqual(p.calls, want) {
			t.Errorf("the calls were %q, want %q", p.calls, want)
		}
		if who.Flow != "" && !thorough.Enabled() {
			continue
		}
		who.Password = "secret-word "
		if step, err := c.SignIn(t.Context(), who); !errors.Is(err, userpool.ErrNotAuthorized) || step != nil {
			t.Errorf("SignIn(wrong password) = %v, %v, want ErrNotAuthorized", step, err)
		}
	}
}

// TestPasswordSRPChallenge: a password asked for later is proved as well, and
// asked for again where it is wrong.
func TestPasswordSRPChallenge(t *testing.T) {
	p, c := newProved(t, "secret-word")
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Flow: userpool.FlowChoice})
	if err != nil {
		t.Fatal(err)
	}
	ch := as[*userpool.PasswordChallenge](t, step.Challenge)
	if _, err := ch.Answer(t.Context(), ""); asError(t, err).Reason != "bad_request" {
		t.Errorf("Answer(no password) = %v, want bad_request", err)
	}
	if _, err := ch.Answer(t.Context(), "wrong"); !errors.Is(err, userpool.ErrNotAuthorized) || userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(wrong) = %v, want ErrNotAuthorized", err)
	}
	if step, err = ch.Answer(t.Context(), "secret-word"); err != nil || step.Identity == nil {
		t.Fatalf("Answer = %v, %v, want tokens", step, err)
	}
	if got := p.calls[len(p.calls)-1]; got != "RespondToAuthChallenge PASSWORD_VERIFIER" {
		t.Errorf("the last call was %s", got)
	}
}

// TestSRPServerMisbehaves: a server asks on and on, or for a proof that was not
// begun. It ends in an error or an unknown challenge, not in a loop.
func TestSRPServerMisbehaves(t *testing.T) {
	params := map[string]string{"SALT": "1", "SRP_B": "2", "SECRET_BLOCK": block}
	_, c := newPlayed(t, func(string, apiCall) answer { return challenged("PASSWORD_VERIFIER", params) })
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: "secret-word"})
	if err != nil {
		t.Fatal(err)
	}
	if ch := as[*userpool.UnknownChallenge](t, step.Challenge); !reflect.DeepEqual(ch.Parameters, params) {
		t.Errorf("Parameters = %q", ch.Parameters)
	}
	var calls int
	_, c = newPlayed(t, func(string, apiCall) answer { calls++; return challenged("DEVICE_SRP_AUTH", params) })
	_, err = c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: "secret-word", Device: &userpool.Device{Key: "k", GroupKey: "g", Secret: "s"}})
	if e := asError(t, err); e.Reason != "bad_answer" || calls > 8 {
		t.Errorf("SignIn = %v after %d calls, want bad_answer", err, calls)
	}
	_, c = newPlayed(t, func(_ string, call apiCall) answer {
		if call.body["ChallengeName"] == nil {
			return challenged("DEVICE_SRP_AUTH", nil)
		}
		return challenged("DEVICE_PASSWORD_VERIFIER", params)
	})
	step, err = c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: "secret-word", Device: &userpool.Device{Key: "k", GroupKey: "g", Secret: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	if ch := as[*userpool.UnknownChallenge](t, step.Challenge); ch.Name() != "DEVICE_PASSWORD_VERIFIER" {
		t.Errorf("the challenge is %s", ch.Name())
	}
}

// confirmed is a device of p's user that the API has taken.
func confirmed(t testing.TB, p *prover) *userpool.Device {
	t.Helper()
	var made apiCall
	_, c := newPlayed(t, func(op string, call apiCall) answer {
		made = call
		return answer{body: `{"UserConfirmationNecessary":true}`}
	})
	device, err := c.ConfirmDevice(t.Context(), "access.token.x", userpool.NewDevice{Key: deviceKey, GroupKey: deviceGroup}, "Firefox")
	if err != nil || !device.AskUser {
		t.Fatalf("ConfirmDevice = %v, %v, want that the user is asked", device, err)
	}
	if made.op != "ConfirmDevice" || made.body["AccessToken"] != "access.token.x" || made.body["DeviceKey"] != deviceKey || made.body["DeviceName"] != "Firefox" {
		t.Errorf("ConfirmDevice sent %s %v", made.op, made.body)
	}
	config := made.texts("DeviceSecretVerifierConfig")
	salt, saltErr := base64.StdEncoding.DecodeString(config["Salt"])
	value, valueErr := base64.StdEncoding.DecodeString(config["PasswordVerifier"])
	if saltErr != nil || valueErr != nil || len(salt) < 14 || len(value) < 380 {
		t.Fatalf("ConfirmDevice sent %v", config)
	}
	p.device = srp.Verifier{Salt: salt, Value: value}
	return device
}

// TestRememberedDevice: a confirmed device is proved by the library, without
// its secret being sent.
func TestRememberedDevice(t *testing.T) {
	p, c := newProved(t, "secret-word")
	device := confirmed(t, p)
	who := userpool.Credentials{Username: alias, Password: "secret-word", Device: device}
	step, err := c.SignIn(t.Context(), who)
	if err != nil || step.Identity == nil {
		t.Fatalf("SignIn = %+v, %v, want tokens", step, err)
	}
	want := []string{"InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER", "RespondToAuthChallenge DEVICE_SRP_AUTH", "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER"}
	if !reflect.DeepEqual(p.calls, want) {
		t.Errorf("the calls were %q, want %q", p.calls, want)
	}
	other := *device
	other.Secret += "x"
	who.Device = &other
	p.calls = nil
	step, err = c.SignIn(t.Context(), who)
	if err != nil || step.Identity == nil || step.NewDevice == nil {
		t.Fatalf("SignIn(other secret) = %+v, %v, want a sign-in without the device", step, err)
	}
	if want := append(want, "InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER"); !reflect.DeepEqual(p.calls, want) {
		t.Errorf("the calls were %q, want %q", p.calls, want)
	}
	p.calls, who.Password = nil, "wrong"
	if _, err := c.SignIn(t.Context(), who); !errors.Is(err, userpool.ErrNotAuthorized) || len(p.calls) != 2 {
		t.Errorf("SignIn(wrong password) = %v after %q, want ErrNotAuthorized, and no second try", err, p.calls)
	}
	who.Password = "secret-word"
	p.device = srp.Verifier{} // forgotten
	p.calls = nil
	who.Device = device
	step, err = c.SignIn(t.Context(), who)
	if err != nil || step.Identity == nil || step.NewDevice == nil {
		t.Fatalf("SignIn(forgotten device) = %+v, %v, want tokens and a new device", step, err)
	}
	if want := []string{"InitiateAuth", "InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER"}; !reflect.DeepEqual(p.calls, want) {
		t.Errorf("the calls were %q, want %q", p.calls, want)
	}
}

// TestDeviceChallenge: where the app has the key alone at first, it answers
// by hand.
func TestDeviceChallenge(t *testing.T) {
	p, c := newProved(t, "secret-word")
	device := confirmed(t, p)
	a, script := newAPI(t, clientSecret)
	ch := as[*userpool.DeviceChallenge](t, meet(t, a, script, challengedWith("session-3", "DEVICE_SRP_AUTH", map[string]string{"USERNAME": realName})))
	for _, d := range []*userpool.Device{nil, {}, {Key: deviceKey, GroupKey: deviceGroup}} {
		if _, err := ch.Answer(t.Context(), d); asError(t, err).Reason != "bad_request" {
			t.Errorf("Answer(%v) = %v, want bad_request", d, err)
		}
	}
	// the same challenge, out of a cookie, answered at the prover
	pending := newPending(t, c)
	moved, err := throughCookie(t, newPending(t, script), pending, ch)
	if err != nil {
		t.Fatal(err)
	}
	step, err := as[*userpool.DeviceChallenge](t, moved).Answer(t.Context(), device)
	if err != nil || step.Identity == nil {
		t.Errorf("Answer = %+v, %v, want tokens", step, err)
	}
}

func TestConfirmDeviceRefuses(t *testing.T) {
	a, c := newAPI(t, "")
	a.script(answer{body: `{}`})
	if _, err := c.ConfirmDevice(t.Context(), "t", userpool.NewDevice{Key: "k"}, ""); asError(t, err).Reason != "bad_request" || len(a.made()) != 0 {
		t.Errorf("ConfirmDevice(no group) = %v, want bad_request and no call", err)
	}
}

// TestDevices: what is sent and what is made of the answers.
func TestDevices(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	const device = `{"DeviceKey":"k1","DeviceAttributes":[{"Name":"device_name","Value":"Firefox"},{"Name":"dev:device_remembered_status","Value":"remembered"},{"Name":"last_ip_used","Value":"192.0.2.7"}],
		"DeviceCreateDate":1.7e9,"DeviceLastModifiedDate":1700000001,"DeviceLastAuthenticatedDate":1700000002.5}`
	want := userpool.DeviceInfo{
		Key: "k1", Name: "Firefox", Remembered: true, LastIP: "192.0.2.7",
		Attributes: map[string]string{"device_name": "Firefox", "dev:device_remembered_status": "remembered", "last_ip_used": "192.0.2.7"},
		Created:    time.Unix(1700000000, 0).UTC(), Modified: time.Unix(1700000001, 0).UTC(), LastUsed: time.Unix(1700000002, 5e8).UTC(),
	}
	tests := []struct {
		name   string
		answer string
		do     func() error
		body   map[string]any
	}{
		{"ListDevices", `{"Devices":[` + device + `],"PaginationToken":"next"}`, func() error {
			list, next, err := c.ListDevices(t.Context(), thisAccess, "page")
			if err == nil && (len(list) != 1 || !reflect.DeepEqual(list[0], want) || next != "next") {
				t.Errorf("ListDevices = %+v, %q, want %+v", list, next, want)
			}
			return err
		}, map[string]any{"AccessToken": thisAccess, "Limit": 60.0, "PaginationToken": "page"}},
		{"ListDevices", `{}`, func() error {
			list, next, err := c.ListDevices(t.Context(), thisAccess, "")
			if len(list) != 0 || next != "" {
				t.Errorf("ListDevices = %v, %q, want none", list, next)
			}
			return err
		}, map[string]any{"AccessToken": thisAccess, "Limit": 60.0}},
		{"GetDevice", `{"Device":` + device + `}`, func() error {
			got, err := c.GetDevice(t.Context(), thisAccess, "k1")
			if err == nil && !reflect.DeepEqual(*got, want) {
				t.Errorf("GetDevice = %+v, want %+v", got, want)
			}
			return err
		}, map[string]any{"AccessToken": thisAccess, "DeviceKey": "k1"}},
		{"UpdateDeviceStatus", `{}`, func() error { return c.UpdateDeviceStatus(t.Context(), thisAccess, "k1", true) },
			map[string]any{"AccessToken": thisAccess, "DeviceKey": "k1", "DeviceRememberedStatus": "remembered"}},
		{"UpdateDeviceStatus", `{}`, func() error { return c.UpdateDeviceStatus(t.Context(), thisAccess, "k1", false) },
			map[string]any{"AccessToken": thisAccess, "DeviceKey": "k1", "DeviceRememberedStatus": "not_remembered"}},
		{"ForgetDevice", ``, func() error { return c.ForgetDevice(t.Context(), thisAccess, "k1") },
			map[string]any{"AccessToken": thisAccess, "DeviceKey": "k1"}},
	}
	for _, tt := range tests {
		a.script(answer{body: tt.answer})
		if err := tt.do(); err != nil {
			t.Errorf("%s = %v", tt.name, err)
		}
		if call := a.made()[0]; call.op != tt.name || !reflect.DeepEqual(call.body, tt.body) {
			t.Errorf("%s sent %s %v, want %v", tt.name, call.op, call.body, tt.body)
		}
		a.script(refusal("ResourceNotFoundException", "Device does not exist."))
		if err := tt.do(); !errors.Is(err, userpool.ErrUnknownDevice) {
			t.Errorf("%s = %v, want ErrUnknownDevice", tt.name, err)
		}
		a.script(refusal("NotAuthorizedException", "Access Token has been revoked"))
		if err := tt.do(); !errors.Is(err, userpool.ErrAccessToken) {
			t.Errorf("%s = %v, want ErrAccessToken", tt.name, err)
		}
	}
	a.script(answer{body: `{}`})
	if _, err := c.GetDevice(t.Context(), thisAccess, "k1"); asError(t, err).Reason != "bad_answer" {
		t.Errorf("GetDevice = %v, want bad_answer", err)
	}
}

func TestE1_DevicePrintsNothing(t *testing.T) {
	d := userpool.Device{Key: "key", GroupKey: "group", Secret: "device-secret"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "device", d)
	doc, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	verbs := strings.Join([]string{"%v", "%+v", "%#v", "%s", "%q", "%x"}, " ") // vet knows that a bool is no %s
	for _, text := range []string{log.String(), string(doc), fmt.Sprintf(verbs, d, d, d, d, d, &d)} {
		if strings.Contains(text, "device-secret") || strings.Contains(text, fmt.Sprintf("%x", "device-secret")) {
			t.Errorf("the secret was written: %s", text)
		}
	}
}
