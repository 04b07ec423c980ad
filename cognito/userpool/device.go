package userpool

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// The operations on devices, as [Error.Op] names them.
const (
	opConfirmDevice      observe.Op = "ConfirmDevice"
	opListDevices        observe.Op = "ListDevices"
	opGetDevice          observe.Op = "GetDevice"
	opUpdateDeviceStatus observe.Op = "UpdateDeviceStatus"
	opForgetDevice       observe.Op = "ForgetDevice"
)

// A Device is a browser or phone that Cognito remembers for a user: on it the
// user needs no second factor. The app stores the Device in that browser or
// phone, for that user. A web app keeps it in a cookie: see
// [Pending.KeepDevice]. Its secret prints, logs and marshals as "[redacted]".
type Device struct {
	Key      string         `json:"key"`       // DeviceKey, which is also in the access token
	GroupKey string         `json:"group_key"` // DeviceGroupKey
	Secret   cognito.Secret `json:"secret"`

	// AskUser is set by [Client.ConfirmDevice] if the pool lets the user
	// decide whether the device is remembered. Ask the user, and call
	// [Client.UpdateDeviceStatus] after a yes.
	AskUser bool `json:"ask_user,omitempty"`
}

func (d *Device) complete() bool { return d.Key != "" && d.GroupKey != "" && d.Secret != "" }

// A NewDevice is a device to which Cognito has given a key at a sign-in. It
// has no effect until you call [Client.ConfirmDevice].
type NewDevice struct {
	Key      string `json:"key"`
	GroupKey string `json:"group_key"`
}

func newDevice(m *types.NewDeviceMetadataType) *NewDevice {
	if m == nil || aws.ToString(m.DeviceKey) == "" || aws.ToString(m.DeviceGroupKey) == "" {
		return nil
	}
	return &NewDevice{Key: *m.DeviceKey, GroupKey: *m.DeviceGroupKey}
}

// ConfirmDevice makes a secret for a new device. It sends Cognito a verifier
// of the secret, not the secret. The argument name is shown in lists of the
// user's devices. In a pool that tracks devices, tokens can be refreshed only
// on a confirmed device. If [Device.AskUser] is false in the result, the
// device is already remembered.
func (c *Client) ConfirmDevice(ctx context.Context, token cognito.AccessToken, d NewDevice, name string) (*Device, error) {
	if d.Key == "" || d.GroupKey == "" {
		return nil, c.ownError(opConfirmDevice, observe.CodeBadRequest, errors.New("the device is not one of Step.NewDevice"))
	}
	device := &Device{Key: d.Key, GroupKey: d.GroupKey, Secret: cognito.Secret(randomSecret())}
	v := srp.NewVerifier(srp.Account{Pool: d.GroupKey, Name: d.Key}, string(device.Secret))
	out, err := call(ctx, c, opConfirmDevice, c.sdk.ConfirmDevice, &cip.ConfirmDeviceInput{
		AccessToken: aws.String(string(token)),
		DeviceKey:   aws.String(d.Key),
		DeviceName:  optional(name),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			PasswordVerifier: aws.String(base64.StdEncoding.EncodeToString(v.Value)),
			Salt:             aws.String(base64.StdEncoding.EncodeToString(v.Salt)),
		},
	}, string(token))
	if err != nil {
		return nil, err
	}
	device.AskUser = out.UserConfirmationNecessary
	return device, nil
}

// randomSecret is 40 random bytes in base64.
func randomSecret() string {
	var b [40]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.StdEncoding.EncodeToString(b[:])
}

// UpdateDeviceStatus sets whether a confirmed device replaces the second
// factor. Set remembered to true only after the user has agreed. If it is
// false, Cognito still tracks the device.
func (c *Client) UpdateDeviceStatus(ctx context.Context, token cognito.AccessToken, key string, remembered bool) error {
	status := types.DeviceRememberedStatusTypeNotRemembered
	if remembered {
		status = types.DeviceRememberedStatusTypeRemembered
	}
	_, err := call(ctx, c, opUpdateDeviceStatus, c.sdk.UpdateDeviceStatus, &cip.UpdateDeviceStatusInput{
		AccessToken:            aws.String(string(token)),
		DeviceKey:              aws.String(key),
		DeviceRememberedStatus: status,
	}, string(token))
	return err
}

// ForgetDevice removes one of the user's devices. A sign-in on it then needs
// the second factor again.
func (c *Client) ForgetDevice(ctx context.Context, token cognito.AccessToken, key string) error {
	_, err := call(ctx, c, opForgetDevice, c.sdk.ForgetDevice, &cip.ForgetDeviceInput{
		AccessToken: aws.String(string(token)),
		DeviceKey:   aws.String(key),
	}, string(token))
	return err
}

// A DeviceInfo is Cognito's description of a device.
type DeviceInfo struct {
	Key        string
	Name       string            // device_name, or ""
	Remembered bool              // replaces the second factor
	LastIP     string            // last_ip_used, or ""
	Attributes map[string]string // all attributes of the device, by Cognito's names
	Created    time.Time
	Modified   time.Time
	LastUsed   time.Time // when it last signed in
}

// maxDevices is the most that Cognito lists at once.
const maxDevices = 60

// ListDevices returns one page of the user's devices, and the token of the next
// page. The token is "" after the last page. Pass "" to get the first page.
func (c *Client) ListDevices(ctx context.Context, token cognito.AccessToken, page string) (devices []DeviceInfo, next string, err error) {
	out, err := call(ctx, c, opListDevices, c.sdk.ListDevices, &cip.ListDevicesInput{
		AccessToken:     aws.String(string(token)),
		Limit:           aws.Int32(maxDevices),
		PaginationToken: optional(page),
	}, string(token))
	if err != nil {
		return nil, "", err
	}
	for _, d := range out.Devices {
		devices = append(devices, deviceInfo(d))
	}
	return devices, aws.ToString(out.PaginationToken), nil
}

// GetDevice returns one of the user's devices. The error is
// [ErrUnknownDevice] if no device has this key.
func (c *Client) GetDevice(ctx context.Context, token cognito.AccessToken, key string) (*DeviceInfo, error) {
	out, err := call(ctx, c, opGetDevice, c.sdk.GetDevice, &cip.GetDeviceInput{
		AccessToken: aws.String(string(token)),
		DeviceKey:   aws.String(key),
	}, string(token))
	if err != nil {
		return nil, err
	}
	if out.Device == nil {
		return nil, c.ownError(opGetDevice, observe.CodeBadAnswer, errors.New("the answer has no device"))
	}
	info := deviceInfo(*out.Device)
	return &info, nil
}

func deviceInfo(d types.DeviceType) DeviceInfo {
	info := DeviceInfo{
		Key:        aws.ToString(d.DeviceKey),
		Attributes: map[string]string{},
		Created:    aws.ToTime(d.DeviceCreateDate),
		Modified:   aws.ToTime(d.DeviceLastModifiedDate),
		LastUsed:   aws.ToTime(d.DeviceLastAuthenticatedDate),
	}
	for _, a := range d.DeviceAttributes {
		info.Attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	info.Name, info.LastIP = info.Attributes["device_name"], info.Attributes["last_ip_used"]
	info.Remembered = info.Attributes["dev:device_remembered_status"] == "remembered"
	return info
}
