package webauthn

import (
	"bytes"
	"crypto/sha256"
)

// An Assertion is the answer of navigator.credentials.get.
type Assertion struct {
	ID         []byte // of the credential
	client     clientData
	clientHash [32]byte
	raw        []byte // authenticator data
	auth       authData
	signature  []byte
	userHandle []byte
}

// ParseAssertion reads an AuthenticationResponseJSON.
func ParseAssertion(text []byte) (*Assertion, error) {
	c, id, err := parseCredential(text)
	if err != nil {
		return nil, err
	}
	raw, err := fields(map[string]string{
		"clientDataJSON": c.Response.ClientDataJSON, "authenticatorData": c.Response.AuthenticatorData, "signature": c.Response.Signature,
	})
	if err != nil {
		return nil, err
	}
	a := &Assertion{ID: id, clientHash: sha256.Sum256(raw["clientDataJSON"]), raw: raw["authenticatorData"], signature: raw["signature"]}
	if a.userHandle, err = decode(c.Response.UserHandle); err != nil {
		return nil, refuse(CheckFormat, "userHandle is not base64url")
	}
	if a.client, err = parseClientData(raw["clientDataJSON"]); err != nil {
		return nil, err
	}
	a.auth, err = parseAuthData(a.raw)
	return a, err
}

// Verify checks an assertion against the challenge of its options, the passkey
// with its id, and the user handle of the passkey's user (section 7.2). It
// returns the counter to keep.
func (a *Assertion) Verify(challenge []byte, rp RelyingParty, c Credential, userHandle []byte) (counter uint32, err error) {
	if !bytes.Equal(a.ID, c.ID) {
		return 0, refuse(CheckFormat, "the assertion is about another credential")
	}
	if len(a.userHandle) > 0 && !bytes.Equal(a.userHandle, userHandle) {
		return 0, refuse(CheckUser, "the user handle is another user's")
	}
	if err := a.client.check(typeGet, challenge, rp); err != nil {
		return 0, err
	}
	if err := a.auth.check(rp); err != nil {
		return 0, err
	}
	if a.auth.flags&flagBackupEligible != 0 != c.BackupEligible {
		return 0, refuse(CheckBackup, "whether the passkey can be backed up has changed")
	}
	key, err := parseKey(c.PublicKey)
	if err != nil {
		return 0, err
	}
	if !key.verifies(append(bytes.Clone(a.raw), a.clientHash[:]...), a.signature) {
		return 0, refuse(CheckSignature, "the signature is not that of the passkey")
	}
	if (a.auth.counter != 0 || c.Counter != 0) && a.auth.counter <= c.Counter {
		return 0, refuse(CheckCounter, "the counter went from %d to %d", c.Counter, a.auth.counter)
	}
	return a.auth.counter, nil
}
