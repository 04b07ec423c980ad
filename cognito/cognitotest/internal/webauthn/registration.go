package webauthn

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"

	"github.com/fxamacker/cbor/v2"
)

// A Credential is a passkey as its relying party keeps it.
type Credential struct {
	ID             []byte
	PublicKey      []byte // COSE_Key
	Counter        uint32 // signatures so far; 0 for authenticators that do not count
	BackupEligible bool
	AAGUID         []byte // model of the authenticator; zeros where it does not say
	Attachment     string `json:",omitempty"` // "platform", "cross-platform" or ""
	Transports     []string
}

// A Registration is the answer of navigator.credentials.create.
type Registration struct {
	id         []byte
	client     clientData
	clientHash [32]byte
	raw        []byte // authenticator data
	auth       authData
	format     string
	statement  cbor.RawMessage
	attachment string
	transports []string
}

// credentialJSON is a PublicKeyCredential as toJSON writes it (section 5.1).
type credentialJSON struct {
	ID         string `json:"id"`
	RawID      string `json:"rawId"`
	Type       string `json:"type"`
	Attachment string `json:"authenticatorAttachment"`
	Response   struct {
		ClientDataJSON    string   `json:"clientDataJSON"`
		AttestationObject string   `json:"attestationObject"`
		Transports        []string `json:"transports"`
		AuthenticatorData string   `json:"authenticatorData"`
		Signature         string   `json:"signature"`
		UserHandle        string   `json:"userHandle"`
	} `json:"response"`
}

func parseCredential(text []byte) (c credentialJSON, id []byte, err error) {
	if err := json.Unmarshal(text, &c); err != nil {
		return c, nil, refuse(CheckFormat, "the credential is not the JSON of a PublicKeyCredential")
	}
	if c.Type != "public-key" {
		return c, nil, refuse(CheckType, "a credential of the type %q", clip(c.Type))
	}
	id, err = decode(c.ID)
	if err != nil || len(id) == 0 || len(id) > maxCredentialID || c.RawID != "" && c.RawID != c.ID {
		return c, nil, refuse(CheckFormat, "the id of the credential is not base64url, or differs from rawId")
	}
	return c, id, nil
}

// fields decodes base64url values, which all must be there.
func fields(values map[string]string) (map[string][]byte, error) {
	all := make(map[string][]byte)
	for name, value := range values {
		raw, err := decode(value)
		if err != nil || len(raw) == 0 {
			return nil, refuse(CheckFormat, "%s is missing or not base64url", name)
		}
		all[name] = raw
	}
	return all, nil
}

// attestationObject is section 6.5.4.
type attestationObject struct {
	Format    string          `cbor:"fmt"`
	Statement cbor.RawMessage `cbor:"attStmt"`
	AuthData  []byte          `cbor:"authData"`
}

// ParseRegistration reads a RegistrationResponseJSON.
func ParseRegistration(text []byte) (*Registration, error) {
	c, id, err := parseCredential(text)
	if err != nil {
		return nil, err
	}
	raw, err := fields(map[string]string{"clientDataJSON": c.Response.ClientDataJSON, "attestationObject": c.Response.AttestationObject})
	if err != nil {
		return nil, err
	}
	r := &Registration{id: id, clientHash: sha256.Sum256(raw["clientDataJSON"]), attachment: c.Attachment, transports: c.Response.Transports}
	if r.client, err = parseClientData(raw["clientDataJSON"]); err != nil {
		return nil, err
	}
	var object attestationObject
	if err := cborMode.Unmarshal(raw["attestationObject"], &object); err != nil || len(object.Statement) == 0 {
		return nil, refuse(CheckFormat, "the attestation object is not CBOR of that kind")
	}
	r.format, r.statement, r.raw = object.Format, object.Statement, object.AuthData
	if r.auth, err = parseAuthData(r.raw); err != nil {
		return nil, err
	}
	if r.auth.id == nil || !bytes.Equal(r.auth.id, r.id) {
		return nil, refuse(CheckFormat, "the attestation object is about another credential")
	}
	return r, nil
}

// Verify checks a registration against the challenge of its options (section
// 7.1) and returns the passkey.
func (r *Registration) Verify(challenge []byte, rp RelyingParty) (*Credential, error) {
	if err := r.client.check(typeCreate, challenge, rp); err != nil {
		return nil, err
	}
	if err := r.auth.check(rp); err != nil {
		return nil, err
	}
	key, err := parseKey(r.auth.publicKey)
	if err != nil {
		return nil, err
	}
	if err := r.checkStatement(key); err != nil {
		return nil, err
	}
	return &Credential{
		ID: r.id, PublicKey: r.auth.publicKey, Counter: r.auth.counter,
		BackupEligible: r.auth.flags&flagBackupEligible != 0, AAGUID: r.auth.aaguid,
		Attachment: r.attachment, Transports: r.transports,
	}, nil
}

// packedStatement is section 8.2.
type packedStatement struct {
	Alg       int      `cbor:"alg"`
	Signature []byte   `cbor:"sig"`
	Chain     [][]byte `cbor:"x5c"`
}

// checkStatement checks an attestation statement of the kinds that browsers
// send where no attestation was asked for.
func (r *Registration) checkStatement(key publicKey) error {
	switch r.format {
	case "none":
		var empty map[string]cbor.RawMessage
		if err := cborMode.Unmarshal(r.statement, &empty); err != nil || len(empty) > 0 {
			return refuse(CheckAttestation, "a statement of the kind none is not empty")
		}
		return nil
	case "packed":
		return r.checkPacked(key)
	case "":
		return refuse(CheckAttestation, "a statement without a kind")
	}
	return nil
}

func (r *Registration) checkPacked(key publicKey) error {
	var s packedStatement
	if err := cborMode.Unmarshal(r.statement, &s); err != nil {
		return refuse(CheckAttestation, "the statement is not of the kind packed")
	}
	signed := append(bytes.Clone(r.raw), r.clientHash[:]...)
	if len(s.Chain) == 0 { // self attestation: the new key signs
		if s.Alg != key.alg || !key.verifies(signed, s.Signature) {
			return refuse(CheckAttestation, "the signature is not that of the new key")
		}
		return nil
	}
	leaf, err := x509.ParseCertificate(s.Chain[0])
	if err != nil {
		return refuse(CheckAttestation, "x5c begins with something else than a certificate")
	}
	algorithm, known := map[int]x509.SignatureAlgorithm{ES256: x509.ECDSAWithSHA256, RS256: x509.SHA256WithRSA}[s.Alg]
	if known && leaf.CheckSignature(algorithm, signed, s.Signature) != nil {
		return refuse(CheckAttestation, "the signature is not that of the certificate")
	}
	return nil
}
