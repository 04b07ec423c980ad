package settings

// A WebAuthn has the fields of cognitotest.WebAuthn.
type WebAuthn struct {
	RelyingPartyID      string
	UserVerification    string
	FactorConfiguration string
}
