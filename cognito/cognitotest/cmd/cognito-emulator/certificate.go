package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Life of a certificate that the program makes, and how much of it has to be
// left for one that is there already.
const (
	certLife = 365 * 24 * time.Hour
	certLeft = 24 * time.Hour
)

// tlsConfig is what the TLS flags ask for: nil for plain http. made is the path
// of a certificate that signs itself, for clients that are to trust it.
func (o *options) tlsConfig(listenHost string) (config *tls.Config, made string, err error) {
	certFile, keyFile := o.tlsCert, o.tlsKey
	switch {
	case (certFile == "") != (keyFile == ""):
		return nil, "", &mistake{"-tls-cert and -tls-key", errors.New("give both, or neither")}
	case certFile != "" && o.tlsSelfSigned != "":
		return nil, "", &mistake{"-tls-self-signed", errors.New("it makes a pair of its own: leave -tls-cert and -tls-key out")}
	case certFile == "" && o.tlsSelfSigned == "":
		return nil, "", nil
	}
	where := "-tls-cert"
	if o.tlsSelfSigned != "" {
		where = "-tls-self-signed"
		if certFile, keyFile, err = selfSigned(o.tlsSelfSigned, o.certNames(listenHost)); err != nil {
			return nil, "", &mistake{where, err}
		}
		made = certFile
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, "", &mistake{where, err}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, made, nil
}

// certNames are the hosts that a certificate of ours is for.
func (o *options) certNames(listenHost string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	add := func(name string) {
		if ip := net.ParseIP(name); name != "" && (ip == nil || !ip.IsUnspecified()) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(listenHost)
	if u, err := url.Parse(o.url); err == nil {
		add(u.Hostname())
	}
	for _, host := range o.allowHosts {
		add(host)
	}
	return names
}

// selfSigned returns the paths of a self-signed certificate for these names and
// of its key. They are those that an earlier run left in the folder, or new
// ones.
func selfSigned(dir string, names []string) (certFile, keyFile string, err error) {
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certFile, err = filepath.Abs(certFile)
	if err != nil {
		return "", "", err
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	switch {
	case err == nil && serves(pair.Leaf, names):
		return certFile, keyFile, nil
	case err == nil && !isOurs(pair.Leaf), err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", "", fmt.Errorf("%s is not a certificate that this program made: name another folder", certFile)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", "", err
	}
	cert, key, err := newCertificate(names, time.Now())
	if err != nil {
		return "", "", err
	}
	return certFile, keyFile, errors.Join(replaceFile(keyFile, key), replaceFile(certFile, cert), os.Chmod(certFile, 0o644))
}

// certSubject marks the certificates that the program makes.
const certSubject = "cognito-emulator"

func isOurs(cert *x509.Certificate) bool { return cert.Subject.CommonName == certSubject }

// serves reports whether a certificate of ours is good for all names for a
// while.
func serves(cert *x509.Certificate, names []string) bool {
	if !isOurs(cert) || time.Now().Add(certLeft).After(cert.NotAfter) {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return cert.VerifyHostname(name) != nil })
}

// newCertificate makes a certificate for these names that signs itself, so that
// a client which trusts it trusts nothing else.
func newCertificate(names []string, now time.Time) (cert, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: certSubject},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), nil
}
