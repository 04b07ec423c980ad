package keys

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
)

type SavedPair struct{ ID, Access savedKey }

type savedKey struct {
	Kid   string
	PKCS8 []byte
}

func (pair Pair) Save() (SavedPair, error) {
	id, err := x509.MarshalPKCS8PrivateKey(pair.id.rsa)
	if err != nil {
		return SavedPair{}, err
	}
	access, err := x509.MarshalPKCS8PrivateKey(pair.access.rsa)
	return SavedPair{savedKey{pair.id.ID, id}, savedKey{pair.access.ID, access}}, err
}

func ReadSaved(saved []SavedPair) ([]Pair, error) {
	if len(saved) == 0 {
		return nil, errors.New("no keys")
	}
	var pairs []Pair
	for _, s := range saved {
		id, err := s.ID.read()
		if err != nil {
			return nil, err
		}
		access, err := s.Access.read()
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, Pair{id, access})
	}
	return pairs, nil
}

func (s savedKey) read() (*Key, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(s.PKCS8)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", s.Kid, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok || key.N.BitLen() != keyBits || s.Kid == "" {
		return nil, fmt.Errorf("key %q is no RSA key of %d bits with a kid", s.Kid, keyBits)
	}
	return &Key{s.Kid, key}, nil
}

func (k *Ring) Replace(pairs []Pair) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pairs, k.restored = pairs, true
}
