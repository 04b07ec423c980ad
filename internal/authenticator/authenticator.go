// Package authenticator is a passkey provider in memory: it answers
// navigator.credentials.create and navigator.credentials.get as a browser with
// a platform authenticator does. Tests use it, and can make its answers wrong.
package authenticator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// The algorithms of its keys.
const (
	ES256 = -7
	RS256 = -257
)

// Flags of authenticator data.
const (
	Present  = 1 << 0
	Verified = 1 << 2
	Eligible = 1 << 3
	BackedUp = 1 << 4
	attested = 1 << 6
)

// An Authenticator holds passkeys. The zero value has none, and verifies its
// user.
type Authenticator struct {
	RSA bool // makes keys for RS256 and not for ES256

	keys []*key
}

type key struct {
	id, user []byte
	rpID     string
	signer   crypto.Signer
	counter  uint32
}

// An Answer is what the authenticator is about to sign and send. A test
// changes it to see it refused.
type Answer struct {
	Client    map[string]any // client data
	RPID      string
	Flags     byte
	Counter   uint32
	ID        []byte // of the credential, in the JSON around
	User      []byte // user handle
	Type      string // of the credential
	Alg       int    // that the key claims
	Format    string // of the attestation statement; "packed" signs it
	Signature func([]byte) []byte
}

// errNone is what a browser calls NotAllowedError.
var errNone = errors.New("authenticator: no passkey for these options")

type options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Params  []struct{ Alg int } `json:"pubKeyCredParams"`
	Allow   []descriptor        `json:"allowCredentials"`
	Exclude []descriptor        `json:"excludeCredentials"`
}

type descriptor struct {
	ID string `json:"id"`
}

func has(list []descriptor, id []byte) bool {
	return slices.ContainsFunc(list, func(d descriptor) bool { return d.ID == encode(id) })
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Create makes a passkey for creation options, on a page of an origin, and
// returns the RegistrationResponseJSON.
func (a *Authenticator) Create(creation []byte, origin string, edits ...func(*Answer)) ([]byte, error) {
	var o options
	if err := json.Unmarshal(creation, &o); err != nil {
		return nil, err
	}
	for _, k := range a.keys {
		if k.rpID == o.RP.ID && has(o.Exclude, k.id) {
			return nil, errors.New("authenticator: there is a passkey of this user's already")
		}
	}
	alg := ES256
	if a.RSA {
		alg = RS256
	}
	if !slices.ContainsFunc(o.Params, func(p struct{ Alg int }) bool { return p.Alg == alg }) {
		return nil, errors.New("authenticator: the options do not have its algorithm")
	}
	user, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		return nil, err
	}
	k := &key{id: make([]byte, 32), user: user, rpID: o.RP.ID}
	_, _ = rand.Read(k.id) // never fails
	if k.signer, err = newSigner(a.RSA); err != nil {
		return nil, err
	}
	answer := &Answer{
		Client: map[string]any{"type": "webauthn.create", "challenge": o.Challenge, "origin": origin, "crossOrigin": false},
		RPID:   o.RP.ID, Flags: Present | Verified | Eligible | BackedUp | attested, ID: k.id, Type: "public-key", Alg: alg, Format: "none",
	}
	for _, edit := range edits {
		edit(answer)
	}
	response, err := answer.register(k)
	if err != nil {
		return nil, err
	}
	a.keys = append(a.keys, k)
	return answer.json(response)
}

// Get signs request options with the passkey that they allow, the newest
// first, and returns the AuthenticationResponseJSON.
func (a *Authenticator) Get(request []byte, origin string, edits ...func(*Answer)) ([]byte, error) {
	var o options
	if err := json.Unmarshal(request, &o); err != nil {
		return nil, err
	}
	for _, k := range slices.Backward(a.keys) {
		if k.rpID != o.RPID || len(o.Allow) > 0 && !has(o.Allow, k.id) {
			continue
		}
		k.counter++
		answer := &Answer{
			Client: map[string]any{"type": "webauthn.get", "challenge": o.Challenge, "origin": origin, "crossOrigin": false},
			RPID:   k.rpID, Flags: Present | Verified | Eligible | BackedUp, Counter: k.counter, ID: k.id, User: k.user, Type: "public-key",
		}
		for _, edit := range edits {
			edit(answer)
		}
		response, err := answer.assert(k)
		if err != nil {
			return nil, err
		}
		return answer.json(response)
	}
	return nil, errNone
}

func newSigner(asRSA bool) (crypto.Signer, error) {
	if asRSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// authData is the beginning of authenticator data.
func (n *Answer) authData() []byte {
	hash := sha256.Sum256([]byte(n.RPID))
	return binary.BigEndian.AppendUint32(append(hash[:], n.Flags), n.Counter)
}

func (n *Answer) register(k *key) (map[string]any, error) {
	client, err := json.Marshal(n.Client)
	if err != nil {
		return nil, err
	}
	public, err := n.coseKey(k.signer.Public())
	if err != nil {
		return nil, err
	}
	data := append(n.authData(), make([]byte, 16)...) // no AAGUID
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.id))), k.id...)
	data = append(data, public...)
	statement := map[string]any{}
	if n.Format == "packed" {
		signature, err := n.sign(k.signer, data, client)
		if err != nil {
			return nil, err
		}
		statement = map[string]any{"alg": n.Alg, "sig": signature}
	}
	object, err := cbor.Marshal(map[string]any{"fmt": n.Format, "attStmt": statement, "authData": data})
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"clientDataJSON": encode(client), "attestationObject": encode(object), "transports": []string{"internal", "hybrid"},
	}, nil
}

// coseKey encodes a public key under the algorithm that the answer claims.
func (n *Answer) coseKey(public crypto.PublicKey) ([]byte, error) {
	if p, ok := public.(*rsa.PublicKey); ok {
		e := binary.BigEndian.AppendUint32(nil, uint32(p.E))[1:]
		return cbor.Marshal(map[int]any{1: 3, 3: n.Alg, -1: p.N.Bytes(), -2: e})
	}
	point, err := public.(*ecdsa.PublicKey).Bytes()
	if err != nil {
		return nil, err
	}
	return cbor.Marshal(map[int]any{1: 2, 3: n.Alg, -1: 1, -2: point[1:33], -3: point[33:]})
}

func (n *Answer) assert(k *key) (map[string]any, error) {
	client, err := json.Marshal(n.Client)
	if err != nil {
		return nil, err
	}
	data := n.authData()
	signature, err := n.sign(k.signer, data, client)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(n.User),
	}, nil
}

func (n *Answer) sign(signer crypto.Signer, data, client []byte) ([]byte, error) {
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if n.Signature != nil {
		signature = n.Signature(signature)
	}
	return signature, err
}

func (n *Answer) json(response map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{
		"id": encode(n.ID), "rawId": encode(n.ID), "type": n.Type, "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
}
