package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// DeviceTracking is the pool's DeviceConfiguration: how it remembers the
// devices on which users sign in through the user-pool API.
type DeviceTracking struct {
	// ChallengeRequiredOnNewDevice means that a user on a remembered device
	// needs no second factor: the device proves itself instead.
	ChallengeRequiredOnNewDevice bool

	// DeviceOnlyRememberedOnUserPrompt means that the user decides whether a
	// device is remembered (UpdateDeviceStatus). Otherwise every confirmed
	// device is remembered.
	DeviceOnlyRememberedOnUserPrompt bool
}

// WithDeviceTracking makes the pool track devices. A refresh token from a
// sign-in through the API then works only together with the key of its device.
func WithDeviceTracking(d DeviceTracking) Option {
	tracking := settings.DeviceTracking(d)
	return func(o *options) { o.Rules.Devices = &tracking }
}
