package signin

import (
	"cmp"
	"encoding/base64"
	"net"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

var errNoDevice = refusal.New(refusal.NotFoundException, "Device does not exist.")

// checkDevice refuses a device that is not the user's. Where devices are not
// tracked, and in the flows of administrators, there are none.
func (c *Handler) checkDevice(s *attempts.SignIn, a *directory.Account) error {
	if c.Rules().Devices == nil || s.Admin {
		s.DeviceKey = ""
	}
	if s.DeviceKey != "" && a.Device(s.DeviceKey) == nil {
		return errNoDevice
	}
	return nil
}

// touchDevice notes that a device was used.
func (c *Handler) touchDevice(sub, key string) {
	_ = c.Users.Update(sub, func(a *directory.Account) error { // a user who has gone has no devices
		if d := a.Device(key); d != nil {
			d.Used, d.Address = c.At, c.userAddress()
		}
		return nil
	})
}

// userAddress is the network address of the user, as far as it is known.
func (c *Handler) userAddress() string {
	host, _, err := net.SplitHostPort(c.R.RemoteAddr)
	if err != nil {
		host = c.R.RemoteAddr
	}
	return cmp.Or(refusal.Clip(c.Address, 64), host)
}

// answerDevice is the answer to DEVICE_SRP_AUTH: the device's public key.
func (c *Handler) answerDevice(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	key, err := r.need("DEVICE_KEY")
	if err != nil {
		return nil, err
	}
	clientPublic, err := r.need("SRP_A")
	if err != nil {
		return nil, err
	}
	d := a.Device(key)
	if d == nil || key != s.DeviceKey {
		return nil, errNoDevice
	}
	proof, answer, err := newProof(srp.Account{Pool: d.Group, Name: d.Key}, d.Verifier, clientPublic)
	if err != nil {
		return nil, err
	}
	s.Proof = proof
	params := s.Naming()
	params["DEVICE_KEY"], params["SECRET_BLOCK"] = d.Key, proof.Block
	params["SALT"], params["SRP_B"] = d.Verifier.SaltHex(), answer.Public
	return c.challenge(s, challengeDeviceVerifier, params), nil
}

// answerDeviceVerifier is the answer to DEVICE_PASSWORD_VERIFIER.
func (c *Handler) answerDeviceVerifier(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	key, err := r.need("DEVICE_KEY")
	if err != nil {
		return nil, err
	}
	if err := checkProof(s.Proof, r, c.At); err != nil {
		return nil, err
	}
	switch {
	case key != s.DeviceKey || !a.Remembers(key):
		return nil, errNoDevice
	case a.Disabled:
		return nil, refusal.Disabled
	}
	s.Proof, s.Proved, s.Source = nil, true, trigger.SourceAuthenticateDevice
	return c.afterFactors(s, a)
}

type confirmDeviceInput struct {
	idpapi.TokenRef
	DeviceKey                  string
	DeviceName                 string
	DeviceSecretVerifierConfig deviceSecret
}

type deviceSecret struct{ PasswordVerifier, Salt string } // base64

type confirmDeviceOutput struct{ UserConfirmationNecessary bool }

// confirmDevice is the operation ConfirmDevice, with the tokens of the sign-in that gave
// the device its key.
func (c *Handler) confirmDevice(in *confirmDeviceInput) (*confirmDeviceOutput, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	tracking := c.Rules().Devices
	g := c.Grants.GrantOfAccess(claims.JTI)
	switch {
	case tracking == nil:
		return nil, errNotTracked
	case a.Device(in.DeviceKey) != nil:
		return nil, refusal.New("DeviceKeyExistsException", "Device Key already exists")
	case g == nil || g.Device != in.DeviceKey || g.DeviceGroup == "":
		return nil, errNoDevice
	}
	verifier, err := in.DeviceSecretVerifierConfig.read()
	if err != nil {
		return nil, err
	}
	d := directory.Device{
		Key: in.DeviceKey, Group: g.DeviceGroup, Name: in.DeviceName, Verifier: verifier, Address: c.userAddress(),
		Remembered: !tracking.DeviceOnlyRememberedOnUserPrompt, Created: c.At, Modified: c.At, Used: g.AuthTime,
	}
	err = c.Users.Update(a.Sub, func(a *directory.Account) error { a.Devices = append(a.Devices, d); return nil })
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
	DeviceAttributes            []idpapi.Attribute
	DeviceCreateDate            awsjson.Time
	DeviceKey                   string
	DeviceLastAuthenticatedDate awsjson.Time
	DeviceLastModifiedDate      awsjson.Time
}

// deviceSDK is what AWS names as the maker of every device.
const deviceSDK = "aws-sdk"

func (c *Handler) deviceTypeOf(a *directory.Account, d directory.Device) deviceType {
	owner := a.Username + "." + c.ID
	status := "not_remembered"
	if d.Remembered {
		status = "remembered"
	}
	return deviceType{
		DeviceAttributes: []idpapi.Attribute{
			{Name: "device_status", Value: "valid"}, {Name: "device_name", Value: d.Name},
			{Name: "dev:device_arn", Value: c.ARN("owner/" + owner + "/device/" + d.Key)}, {Name: "dev:device_owner", Value: owner},
			{Name: "last_ip_used", Value: d.Address}, {Name: "dev:device_remembered_status", Value: status}, {Name: "dev:device_sdk", Value: deviceSDK},
		},
		DeviceCreateDate: awsjson.Time(d.Created), DeviceKey: d.Key,
		DeviceLastAuthenticatedDate: awsjson.Time(d.Used), DeviceLastModifiedDate: awsjson.Time(d.Modified),
	}
}

type listDevicesInput struct {
	idpapi.TokenRef
	Limit           *int
	PaginationToken string
}

type adminListDevicesInput struct {
	idpapi.UserRef
	Limit           *int
	PaginationToken string
}

type listDevicesOutput struct {
	Devices         []deviceType
	PaginationToken string `json:",omitempty"`
}

// listDevices is the operation ListDevices.
func (c *Handler) listDevices(in *listDevicesInput) (*listDevicesOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return c.devicesOf(a, in.Limit, in.PaginationToken)
}

// adminListDevices is the operation AdminListDevices.
func (c *Handler) adminListDevices(in *adminListDevicesInput, a directory.Account) (*listDevicesOutput, error) {
	return c.devicesOf(a, in.Limit, in.PaginationToken)
}

func (c *Handler) devicesOf(a directory.Account, limit *int, token string) (*listDevicesOutput, error) {
	if c.Rules().Devices == nil {
		return nil, errNotTracked
	}
	page, next, err := awsjson.Paginate(a.Devices, func(d directory.Device) string { return d.Key }, limit, awsjson.MaxPage, token)
	if err != nil {
		return nil, err
	}
	out := &listDevicesOutput{Devices: []deviceType{}, PaginationToken: next}
	for _, d := range page {
		out.Devices = append(out.Devices, c.deviceTypeOf(&a, d))
	}
	return out, nil
}

// deviceInput names a device of the user who is signed in.
type deviceInput struct {
	AccessToken string
	DeviceKey   string
}

// adminDeviceInput names a device of any user.
type adminDeviceInput struct {
	idpapi.UserRef
	DeviceKey string
}

type deviceOutput struct{ Device deviceType }

// getDevice is the operation GetDevice.
func (c *Handler) getDevice(in *deviceInput) (*deviceOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return c.describeDevice(&a, in.DeviceKey)
}

// adminGetDevice is the operation AdminGetDevice.
func (c *Handler) adminGetDevice(in *adminDeviceInput, a directory.Account) (*deviceOutput, error) {
	return c.describeDevice(&a, in.DeviceKey)
}

func (c *Handler) describeDevice(a *directory.Account, key string) (*deviceOutput, error) {
	d := a.Device(key)
	if d == nil {
		return nil, errNoDevice
	}
	return &deviceOutput{c.deviceTypeOf(a, *d)}, nil
}

// forgetDevice is the operation ForgetDevice.
func (c *Handler) forgetDevice(in *deviceInput) (awsjson.NoBody, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.removeDevice(a.Sub, in.DeviceKey)
}

// adminForgetDevice is the operation AdminForgetDevice.
func (c *Handler) adminForgetDevice(in *adminDeviceInput, a directory.Account) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.removeDevice(a.Sub, in.DeviceKey)
}

// removeDevice forgets a device, and ends the tokens that work only with it.
func (c *Handler) removeDevice(sub, key string) error {
	err := c.changeDevice(sub, key, func(a *directory.Account) {
		a.Devices = slices.DeleteFunc(a.Devices, func(d directory.Device) bool { return d.Key == key })
	})
	if err == nil {
		c.Grants.RevokeDevice(sub, key)
	}
	return err
}

// changeDevice changes a user who has that device.
func (c *Handler) changeDevice(sub, key string, change func(*directory.Account)) error {
	return c.Users.Update(sub, func(a *directory.Account) error {
		if a.Device(key) == nil {
			return errNoDevice
		}
		change(a)
		return nil
	})
}

type deviceStatusInput struct {
	idpapi.TokenRef
	DeviceKey              string
	DeviceRememberedStatus string
}

type adminDeviceStatusInput struct {
	idpapi.UserRef
	DeviceKey              string
	DeviceRememberedStatus string
}

// updateDeviceStatus is the operation UpdateDeviceStatus.
func (c *Handler) updateDeviceStatus(in *deviceStatusInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.setDeviceStatus(a.Sub, in.DeviceKey, in.DeviceRememberedStatus)
}

// adminUpdateDeviceStatus is the operation AdminUpdateDeviceStatus.
func (c *Handler) adminUpdateDeviceStatus(in *adminDeviceStatusInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.setDeviceStatus(a.Sub, in.DeviceKey, in.DeviceRememberedStatus)
}

func (c *Handler) setDeviceStatus(sub, key, status string) error {
	statuses := []string{"not_remembered", "remembered"}
	if status != "" && !slices.Contains(statuses, status) {
		return awsjson.NotOneOf("deviceRememberedStatus", status, statuses)
	}
	return c.changeDevice(sub, key, func(a *directory.Account) {
		if d := a.Device(key); status != "" {
			d.Remembered, d.Modified = status == "remembered", c.At
		}
	})
}
