package cognitotest

// RotateKeys generates two new keys. The old ones leave the JWKS at once, as
// after an emergency: tokens signed with them verify nowhere any more.
func (p *Pool) RotateKeys() error { return p.core.Keys.Rotate(false) }

// AddKeys generates two new keys, and signs with them from now on. The old
// ones stay in the JWKS until [Pool.RotateKeys]: an orderly rotation.
func (p *Pool) AddKeys() error { return p.core.Keys.Rotate(true) }

// KeyID returns the kid that tokens of that use, "id" or "access", are
// signed under now.
func (p *Pool) KeyID(use string) string { return p.core.Keys.Signing(use).ID }

// JWKS returns the pool's public keys as its JWKS endpoint publishes them.
func (p *Pool) JWKS() []byte { return p.core.Keys.JWKS() }

// Sign returns a compact JWS over the given header and payload, byte for byte.
// It is signed with RS256 and the key of that use, "id" or "access". It is for
// tests of malformed tokens, so neither text has to be JSON.
func (p *Pool) Sign(use, header, payload string) string {
	return p.core.Keys.Signing(use).Sign([]byte(header), []byte(payload))
}
