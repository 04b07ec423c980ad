package srp

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// Responses answers PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER: params are
// the parameters of the challenge, and the result is its responses, both by
// Cognito's names.
func (c *Client) Responses(who Account, secret string, params map[string]string, now time.Time) (map[string]string, error) {
	proof, err := c.Prove(who, secret, Challenge{
		Salt:        params["SALT"],
		Public:      params["SRP_B"],
		SecretBlock: params["SECRET_BLOCK"],
	}, now)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"PASSWORD_CLAIM_SIGNATURE":    proof.Signature,
		"PASSWORD_CLAIM_SECRET_BLOCK": proof.SecretBlock,
		"TIMESTAMP":                   proof.Timestamp,
	}, nil
}

// DecoyParameters look like those of PASSWORD_VERIFIER. No account has them.
func DecoyParameters() map[string]string {
	var salt [16]byte
	var public [383]byte // less than N, which has 384 bytes
	var block [600]byte
	for _, b := range [][]byte{salt[:], public[:], block[:]} {
		_, _ = rand.Read(b) // never fails
	}
	return map[string]string{
		"SALT": hex.EncodeToString(salt[:]), "SRP_B": hex.EncodeToString(public[:]), "SECRET_BLOCK": base64.StdEncoding.EncodeToString(block[:]),
	}
}
