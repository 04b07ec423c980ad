package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// newRaw returns RAW, the baseline: SHA-256 and rsa.VerifyPKCS1v15 over a
// token that was taken apart, and whose key was chosen, before. It learns
// nothing about the caller; no verification can cost less.
func newRaw(w *world) (verify, error) { return newRawOf(w, "access") }

// newRawOf is newRaw for tokens of one use, "access" or "id": each has a key of
// its own.
func newRawOf(w *world, use string) (verify, error) {
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(w.pool.JWKS(), &keys); err != nil {
		return nil, err
	}
	key := keys.Key(w.pool.KeyID(use))[0].Key.(*rsa.PublicKey)
	var taken string // the token that signed and signature are of
	var signed, signature []byte
	return func(_ context.Context, token string) (caller, error) {
		if token != taken {
			dot := strings.LastIndexByte(token, '.')
			sig, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
			if err != nil {
				return caller{}, err
			}
			taken, signed, signature = token, []byte(token[:dot]), sig
		}
		sum := sha256.Sum256(signed)
		return caller{}, rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	}, nil
}
