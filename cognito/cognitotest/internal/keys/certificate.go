package keys

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"time"
)

// certificateLife is how long a certificate for requests to SAML providers is
// good.
const certificateLife = 10 * 365 * 24 * time.Hour

// Certificate is a certificate of the pool's, in base64. It signs itself and is
// the same each time, until the keys are rotated.
func (k *Ring) Certificate(name string, from time.Time) string {
	key := k.Signing(UseID).rsa
	from = from.UTC().Truncate(time.Second)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, SignatureAlgorithm: x509.SHA256WithRSA,
		NotBefore: from, NotAfter: from.Add(certificateLife),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic("cognitotest: certificate: " + err.Error()) // cannot happen with a key of ours
	}
	return base64.StdEncoding.EncodeToString(der)
}
