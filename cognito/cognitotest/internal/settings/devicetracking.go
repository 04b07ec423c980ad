package settings

// A DeviceTracking has the fields of cognitotest.DeviceTracking: see there.
type DeviceTracking struct {
	ChallengeRequiredOnNewDevice     bool
	DeviceOnlyRememberedOnUserPrompt bool
}
