// Package srp is SRP-6a as Cognito speaks it. With it a user proves a password,
// and a browser or phone proves that it is a remembered device, without sending
// the secret. The package has both sides, which a client of Cognito and its
// emulator share.
//
// It differs from RFC 5054 in four ways. The hash is SHA-256. Numbers are
// hashed in their shortest signed form instead of at the length of N. The
// session key goes through HKDF with a name of Cognito's own. The proof is one
// HMAC over account, an opaque block of the server and the time; the server
// proves nothing in return. That last difference matters: a client learns from
// the answer that the server took the proof, not that the server knew the
// verifier. TLS authenticates Cognito.
//
// # Constant time
//
// Every power whose exponent is secret, and the products on the way, are
// computed with filippo.io/bigmod. The secret exponents are the ephemeral a and
// b, the x that follows from the password, and a + u·x. That module has the
// arithmetic of crypto/rsa, and its time depends only on lengths. math/big
// takes half the time (3 ms instead of 6 ms for a power of 1,032 bits). But it
// looks up its table of powers at places that the exponent decides, and it
// normalizes its results. x is the same at every sign-in of a user and follows
// from a password that can be guessed offline. So the slower arithmetic is
// worth its milliseconds.
//
// One length does depend on a secret, because the protocol hashes the shared
// number without its leading zero bytes. TLS had an attack on this (Raccoon),
// but only on keys that were used again. Here both ephemeral keys are used
// once.
package srp
