package settings

// A DeviceTracking has the fields of cognitotest.DeviceTracking.
type DeviceTracking struct {
	ChallengeRequiredOnNewDevice     bool
	DeviceOnlyRememberedOnUserPrompt bool
}
