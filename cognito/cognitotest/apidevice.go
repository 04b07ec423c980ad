package cognitotest

import (
	"cmp"
	"encoding/base64"
	"net"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// A device is one on which a user signs in through the user-pool API, once
// its app has confirmed it.
type device struct {
	key, group, name string
	verifier         srp.Verifier // of its secret
	remembered       bool
	address          string // last_ip_used
	created          time.Time
	modified         time.Time
	used             time.Time // when it last signed in
}

type savedDevice struct {
	Key, Group, Name        string
	Verifier                credential.SavedVerifier
	Remembered              bool
	Address                 string
	Created, Modified, Used time.Time
}

func (d device) save() savedDevice {
	return savedDevice{d.key, d.group, d.name, credential.SavedVerifier{Salt: d.verifier.Salt, Value: d.verifier.Value}, d.remembered, d.address, d.created, d.modified, d.used}
}

func (s savedDevice) read() device {
	return device{s.Key, s.Group, s.Name, srp.Verifier{Salt: s.Verifier.Salt, Value: s.Verifier.Value}, s.Remembered, s.Address, s.Created, s.Modified, s.Used}
}

// device returns the user's device of that key, or nil.
func (a *account) device(key string) *device {
	for i := range a.devices {
		if a.devices[i].key == key {
			return &a.devices[i]
		}
	}
	return nil
}

// remembers reports whether the device of that key proves itself when it
// signs in.
func (a *account) remembers(key string) bool {
	d := a.device(key)
	return d != nil && d.remembered
}

var errNoDevice = refusal.New(refusal.NotFoundException, "Device does not exist.")

// checkDevice refuses a device that is not the user's. Where devices are not
// tracked, and in the flows of administrators, there are none.
func (c *call) checkDevice(s *authSession, a *account) error {
	if c.rules().devices == nil || s.admin {
		s.deviceKey = ""
	}
	if s.deviceKey != "" && a.device(s.deviceKey) == nil {
		return errNoDevice
	}
	return nil
}

// touchDevice notes that a device was used.
func (c *call) touchDevice(sub, key string) {
	_ = c.users.update(sub, func(a *account) error { // a user who has gone has no devices
		if d := a.device(key); d != nil {
			d.used, d.address = c.at, c.userAddress()
		}
		return nil
	})
}

// userAddress is the network address of the user, as far as it is known.
func (c *call) userAddress() string {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		host = c.r.RemoteAddr
	}
	return cmp.Or(refusal.Clip(c.address, 64), host)
}

// answerDevice is the answer to DEVICE_SRP_AUTH: the device's public key.
func (c *call) answerDevice(s authSession, a *account, r authParams) (*authOutput, error) {
	key, err := r.need("DEVICE_KEY")
	if err != nil {
		return nil, err
	}
	clientPublic, err := r.need("SRP_A")
	if err != nil {
		return nil, err
	}
	d := a.device(key)
	if d == nil || key != s.deviceKey {
		return nil, errNoDevice
	}
	proof, answer, err := newProof(srp.Account{Pool: d.group, Name: d.key}, d.verifier, clientPublic)
	if err != nil {
		return nil, err
	}
	s.proof = proof
	params := s.naming()
	params["DEVICE_KEY"], params["SECRET_BLOCK"] = d.key, proof.block
	params["SALT"], params["SRP_B"] = d.verifier.SaltHex(), answer.Public
	return c.challenge(s, challengeDeviceVerifier, params), nil
}

// answerDeviceVerifier is the answer to DEVICE_PASSWORD_VERIFIER.
func (c *call) answerDeviceVerifier(s authSession, a *account, r authParams) (*authOutput, error) {
	key, err := r.need("DEVICE_KEY")
	if err != nil {
		return nil, err
	}
	if err := s.proof.check(r, c.at); err != nil {
		return nil, err
	}
	switch {
	case key != s.deviceKey || !a.remembers(key):
		return nil, errNoDevice
	case a.disabled:
		return nil, refusal.Disabled
	}
	s.proof, s.proved, s.source = nil, true, trigger.SourceAuthenticateDevice
	return c.afterFactors(s, a)
}

type confirmDeviceInput struct {
	AccessToken                string `api:"required,secret,pattern=token"`
	DeviceKey                  string `api:"required,max=55"`
	DeviceName                 string `api:"max=1024"`
	DeviceSecretVerifierConfig deviceSecret
}

type deviceSecret struct{ PasswordVerifier, Salt string } // base64

type confirmDeviceOutput struct{ UserConfirmationNecessary bool }

// apiConfirmDevice is ConfirmDevice, with the tokens of the sign-in that gave
// the device its key.
func (c *call) apiConfirmDevice(in *confirmDeviceInput) (*confirmDeviceOutput, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	tracking := c.rules().devices
	g := c.grants.grantOfAccess(claims.JTI)
	switch {
	case tracking == nil:
		return nil, errNotTracked
	case a.device(in.DeviceKey) != nil:
		return nil, refusal.New("DeviceKeyExistsException", "Device Key already exists")
	case g == nil || g.device != in.DeviceKey || g.deviceGroup == "":
		return nil, errNoDevice
	}
	verifier, err := in.DeviceSecretVerifierConfig.read()
	if err != nil {
		return nil, err
	}
	d := device{
		key: in.DeviceKey, group: g.deviceGroup, name: in.DeviceName, verifier: verifier, address: c.userAddress(),
		remembered: !tracking.DeviceOnlyRememberedOnUserPrompt, created: c.at, modified: c.at, used: g.authTime,
	}
	err = c.users.update(a.sub, func(a *account) error { a.devices = append(a.devices, d); return nil })
	if err != nil {
		return nil, errNoDevice // the user has gone
	}
	return &confirmDeviceOutput{UserConfirmationNecessary: tracking.DeviceOnlyRememberedOnUserPrompt}, nil
}

var errNotTracked = refusal.New("InvalidUserPoolConfigurationException", "The user pool does not track devices")

// The longest numbers that a device sends: N has 384 bytes, and salts have 16.
const (
	maxDeviceVerifier = 385
	maxDeviceSalt     = 128
)

// read checks what can be checked of a verifier: that the pool's end can work
// with it.
func (s deviceSecret) read() (srp.Verifier, error) {
	decode := func(text string, most int) ([]byte, bool) {
		if base64.StdEncoding.DecodedLen(len(text)) > most+2 {
			return nil, false
		}
		number, err := base64.StdEncoding.DecodeString(text)
		return number, err == nil && len(number) > 0 && len(number) <= most
	}
	value, ok := decode(s.PasswordVerifier, maxDeviceVerifier)
	salt, okSalt := decode(s.Salt, maxDeviceSalt)
	verifier := srp.Verifier{Salt: salt, Value: value}
	if ok && okSalt {
		_, err := verifier.NewAnswer("2")
		ok = err == nil
	}
	if !ok || !okSalt {
		return srp.Verifier{}, refusal.New(refusal.InvalidParameterException, "Invalid device secret verifier: PasswordVerifier and Salt are numbers in base64")
	}
	return verifier, nil
}

// A deviceType is a device as the API describes it.
type deviceType struct {
	DeviceAttributes            []apiAttribute
	DeviceCreateDate            awsjson.Time
	DeviceKey                   string
	DeviceLastAuthenticatedDate awsjson.Time
	DeviceLastModifiedDate      awsjson.Time
}

func (d device) apiType() deviceType {
	status := "not_remembered"
	if d.remembered {
		status = "remembered"
	}
	return deviceType{
		DeviceAttributes: []apiAttribute{
			{"device_status", "valid"}, {"device_name", d.name}, {"dev:device_remembered_status", status}, {"last_ip_used", d.address},
		},
		DeviceCreateDate: awsjson.Time(d.created), DeviceKey: d.key,
		DeviceLastAuthenticatedDate: awsjson.Time(d.used), DeviceLastModifiedDate: awsjson.Time(d.modified),
	}
}

type listDevicesInput struct {
	AccessToken     string `api:"required,secret,pattern=token"`
	Limit           *int   `api:"min=0,max=60"`
	PaginationToken string `api:"min=1"`
}

type adminListDevicesInput struct {
	UserPoolId      string `api:"required,max=55,pattern=pool"`
	Username        string `api:"required,max=128,pattern=text"`
	Limit           *int   `api:"min=0,max=60"`
	PaginationToken string `api:"min=1"`
}

type listDevicesOutput struct {
	Devices         []deviceType
	PaginationToken string `json:",omitempty"`
}

// apiListDevices is ListDevices.
func (c *call) apiListDevices(in *listDevicesInput) (*listDevicesOutput, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return c.listDevices(a, in.Limit, in.PaginationToken)
}

// apiAdminListDevices is AdminListDevices.
func (c *call) apiAdminListDevices(in *adminListDevicesInput, a account) (*listDevicesOutput, error) {
	return c.listDevices(a, in.Limit, in.PaginationToken)
}

func (c *call) listDevices(a account, limit *int, token string) (*listDevicesOutput, error) {
	if c.rules().devices == nil {
		return nil, errNotTracked
	}
	page, next, err := awsjson.Paginate(a.devices, func(d device) string { return d.key }, limit, awsjson.MaxPage, token)
	if err != nil {
		return nil, err
	}
	out := &listDevicesOutput{Devices: []deviceType{}, PaginationToken: next}
	for _, d := range page {
		out.Devices = append(out.Devices, d.apiType())
	}
	return out, nil
}

// deviceInput names a device of the user who is signed in.
type deviceInput struct {
	AccessToken string `api:"secret,pattern=token"`
	DeviceKey   string `api:"required,max=55"`
}

// adminDeviceInput names a device of any user.
type adminDeviceInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Username   string `api:"required,max=128,pattern=text"`
	DeviceKey  string `api:"required,max=55"`
}

type deviceOutput struct{ Device deviceType }

// apiGetDevice is GetDevice.
func (c *call) apiGetDevice(in *deviceInput) (*deviceOutput, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return a.describeDevice(in.DeviceKey)
}

// apiAdminGetDevice is AdminGetDevice.
func (c *call) apiAdminGetDevice(in *adminDeviceInput, a account) (*deviceOutput, error) {
	return a.describeDevice(in.DeviceKey)
}

func (a *account) describeDevice(key string) (*deviceOutput, error) {
	d := a.device(key)
	if d == nil {
		return nil, errNoDevice
	}
	return &deviceOutput{d.apiType()}, nil
}

// apiForgetDevice is ForgetDevice.
func (c *call) apiForgetDevice(in *deviceInput) (awsjson.NoBody, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.forgetDevice(a.sub, in.DeviceKey)
}

// apiAdminForgetDevice is AdminForgetDevice.
func (c *call) apiAdminForgetDevice(in *adminDeviceInput, a account) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.forgetDevice(a.sub, in.DeviceKey)
}

// forgetDevice forgets a device, and ends the tokens that serve with it alone.
func (c *call) forgetDevice(sub, key string) error {
	err := c.changeDevice(sub, key, func(a *account) {
		a.devices = slices.DeleteFunc(a.devices, func(d device) bool { return d.key == key })
	})
	if err == nil {
		c.grants.revokeDevice(sub, key)
	}
	return err
}

// changeDevice changes a user who has that device.
func (c *call) changeDevice(sub, key string, change func(*account)) error {
	return c.users.update(sub, func(a *account) error {
		if a.device(key) == nil {
			return errNoDevice
		}
		change(a)
		return nil
	})
}

type deviceStatusInput struct {
	AccessToken            string `api:"required,secret,pattern=token"`
	DeviceKey              string `api:"required,max=55"`
	DeviceRememberedStatus string
}

type adminDeviceStatusInput struct {
	UserPoolId             string `api:"required,max=55,pattern=pool"`
	Username               string `api:"required,max=128,pattern=text"`
	DeviceKey              string `api:"required,max=55"`
	DeviceRememberedStatus string
}

// apiUpdateDeviceStatus is UpdateDeviceStatus.
func (c *call) apiUpdateDeviceStatus(in *deviceStatusInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.setDeviceStatus(a.sub, in.DeviceKey, in.DeviceRememberedStatus)
}

// apiAdminUpdateDeviceStatus is AdminUpdateDeviceStatus.
func (c *call) apiAdminUpdateDeviceStatus(in *adminDeviceStatusInput, a account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.setDeviceStatus(a.sub, in.DeviceKey, in.DeviceRememberedStatus)
}

func (c *call) setDeviceStatus(sub, key, status string) error {
	statuses := []string{"not_remembered", "remembered"}
	if status != "" && !slices.Contains(statuses, status) {
		return awsjson.NotOneOf("deviceRememberedStatus", status, statuses)
	}
	return c.changeDevice(sub, key, func(a *account) {
		if d := a.device(key); status != "" {
			d.remembered, d.modified = status == "remembered", c.at
		}
	})
}
