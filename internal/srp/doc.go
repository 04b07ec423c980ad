// Package srp is SRP-6a as Cognito speaks it: how a person proves a password,
// and a browser or phone proves that it is a remembered device, without
// sending the secret. It holds both ends; they are made of plain values, so
// that a client of Cognito and an emulator of it share them.
//
// What differs from RFC 5054: SHA-256; numbers are hashed in their shortest
// signed form instead of at the length of N; the session key goes through
// HKDF with a name of Cognito's own; and the proof is one HMAC over account,
// an opaque block of the server and the time, which answers nothing back.
// That last difference matters: a client learns from the answer that the
// server took the proof, not that the server knew the verifier. TLS
// authenticates Cognito.
//
// # Constant time
//
// Every power whose exponent is secret (the ephemeral a and b, the x that
// follows from the password, and a + u·x) and the products on the way are
// computed with filippo.io/bigmod, the arithmetic of crypto/rsa outside of the
// standard library, in a time that depends on lengths alone. math/big, which
// takes half the time (3 ms instead of 6 ms for a power of 1,032 bits), looks
// up its table of powers at places that the exponent decides and normalizes
// its results. x is the same at every sign-in of a user and follows from a
// password that can be guessed offline, so that it is worth the milliseconds.
//
// One length does depend on a secret, because the protocol hashes the shared
// number without its leading zero bytes. In TLS that was an attack where a
// key was used again (Raccoon); here both ephemeral keys serve once.
package srp
