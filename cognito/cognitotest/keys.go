package cognitotest

// RotateKeys gives the pool two new keys. The old keys leave the JWKS at once,
// as in an emergency, so tokens signed with them no longer verify. Generating
// keys takes long, so all pools of a process begin with the same keys. After
// the same number of rotations they again have the same keys.
func (p *Pool) RotateKeys() error { return p.core.Keys.Rotate(false) }

// AddKeys gives the pool two new keys, and signs with them from now on. The old keys
// stay in the JWKS until [Pool.RotateKeys], as in a planned rotation.
func (p *Pool) AddKeys() error { return p.core.Keys.Rotate(true) }

// KeyID returns the kid of the key that signs tokens of this use now: "id" or
// "access".
func (p *Pool) KeyID(use string) string { return p.core.Keys.Signing(use).ID }

// JWKS returns the pool's public keys as its JWKS endpoint publishes them.
func (p *Pool) JWKS() []byte { return p.core.Keys.JWKS() }

// Sign returns a compact JWS of exactly this header and payload. It signs with
// RS256 and the key of this use, "id" or "access". It is for tests of malformed
// tokens, so the texts need not be JSON.
func (p *Pool) Sign(use, header, payload string) string {
	return p.core.Keys.Signing(use).Sign([]byte(header), []byte(payload))
}
