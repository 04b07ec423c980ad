package settings

// A WebAuthn has the fields of cognitotest.WebAuthn: see there.
type WebAuthn struct {
	RelyingPartyID      string
	UserVerification    string
	FactorConfiguration string
}
