package webauthn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/fxamacker/cbor/v2"
)

// Flags of authenticator data (section 6.1).
const (
	flagPresent        = 1 << 0 // UP
	flagVerified       = 1 << 2 // UV
	flagBackupEligible = 1 << 3 // BE
	flagBackedUp       = 1 << 4 // BS
	flagAttested       = 1 << 6 // AT: a credential follows
	flagExtensions     = 1 << 7 // ED: extensions follow
)

// maxCredentialID is the longest id of a credential (section 7.1, step 25).
const maxCredentialID = 1023

// authData is what an authenticator says of a ceremony.
type authData struct {
	rpIDHash  []byte
	flags     byte
	counter   uint32
	aaguid    []byte
	id        []byte // of the credential, at a registration
	publicKey []byte // COSE_Key, likewise
}

// cborMode reads what CTAP2 allows: definite lengths, no tags, no name twice,
// and little nesting.
var cborMode = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxNestedLevels:   8,
		MaxArrayElements:  64,
		MaxMapPairs:       64,
		UTF8:              cbor.UTF8RejectInvalid,
		ExtraReturnErrors: cbor.ExtraDecErrorNone,
	}.DecMode()
	if err != nil {
		panic("webauthn: " + err.Error()) // the options are constants
	}
	return mode
}()

func parseAuthData(raw []byte) (d authData, err error) {
	const fixed = 32 + 1 + 4
	if len(raw) < fixed {
		return d, refuse(CheckFormat, "authenticator data of %d bytes", len(raw))
	}
	d.rpIDHash, d.flags, d.counter = raw[:32], raw[32], binary.BigEndian.Uint32(raw[33:37])
	rest := raw[fixed:]
	if d.flags&flagAttested != 0 {
		if rest, err = d.parseCredential(rest); err != nil {
			return d, err
		}
	}
	if d.flags&flagExtensions != 0 {
		var extensions map[string]cbor.RawMessage
		if rest, err = cborMode.UnmarshalFirst(rest, &extensions); err != nil {
			return d, refuse(CheckFormat, "the extensions are not a CBOR map")
		}
	}
	if len(rest) > 0 {
		return d, refuse(CheckFormat, "%d bytes after the authenticator data", len(rest))
	}
	return d, nil
}

// parseCredential reads attested credential data (section 6.5.1).
func (d *authData) parseCredential(raw []byte) (rest []byte, err error) {
	const fixed = 16 + 2
	if len(raw) < fixed {
		return nil, refuse(CheckFormat, "the credential data end early")
	}
	d.aaguid = raw[:16]
	length := int(binary.BigEndian.Uint16(raw[16:fixed]))
	raw = raw[fixed:]
	if length == 0 || length > maxCredentialID || len(raw) < length {
		return nil, refuse(CheckFormat, "a credential id of %d bytes", length)
	}
	d.id = raw[:length]
	var key cbor.RawMessage
	rest, err = cborMode.UnmarshalFirst(raw[length:], &key)
	if err != nil {
		return nil, refuse(CheckFormat, "the public key is not CBOR")
	}
	d.publicKey = key
	return rest, nil
}

// check compares the authenticator data with what the relying party demands.
func (d authData) check(rp RelyingParty) error {
	hash := sha256.Sum256([]byte(rp.ID))
	switch {
	case !bytes.Equal(d.rpIDHash, hash[:]):
		return refuse(CheckRelyingParty, "the passkey was used for another relying party id than %q", rp.ID)
	case d.flags&flagPresent == 0:
		return refuse(CheckPresence, "nobody was present")
	case rp.UserVerified && d.flags&flagVerified == 0:
		return refuse(CheckVerification, "the user was not verified")
	case d.flags&flagBackedUp != 0 && d.flags&flagBackupEligible == 0:
		return refuse(CheckBackup, "the passkey says that it is backed up, and also that it cannot be backed up")
	}
	return nil
}
