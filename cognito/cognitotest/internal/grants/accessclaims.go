package grants

// AccessClaims are the claims of an access token that the pool's own
// endpoints look at.
type AccessClaims struct {
	Sub      string `json:"sub"`
	Iss      string `json:"iss"`
	JTI      string `json:"jti"`
	ClientID string `json:"client_id"`
	TokenUse string `json:"token_use"`
	Scope    string `json:"scope"`
	Exp      int64  `json:"exp"`
}
