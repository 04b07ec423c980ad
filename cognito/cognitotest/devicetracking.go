package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// DeviceTracking is the pool's DeviceConfiguration: how it remembers the
// devices on which users sign in through the user-pool API.
type DeviceTracking struct {
	// ChallengeRequiredOnNewDevice spares users the second factor on a
	// remembered device, which proves itself instead.
	ChallengeRequiredOnNewDevice bool

	// DeviceOnlyRememberedOnUserPrompt leaves it to the user whether a device
	// is remembered (UpdateDeviceStatus). Without it every confirmed device is.
	DeviceOnlyRememberedOnUserPrompt bool
}

// WithDeviceTracking makes the pool track devices. Refresh tokens that a
// sign-in through the API gave then work only together with their device.
func WithDeviceTracking(d DeviceTracking) Option {
	tracking := settings.DeviceTracking(d)
	return func(o *options) { o.Rules.Devices = &tracking }
}
