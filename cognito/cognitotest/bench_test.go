package cognitotest_test

import "testing"

// BenchmarkSignIn is a whole sign-in in memory: page, form, code, tokens.
func BenchmarkSignIn(b *testing.B) {
	p := newPool(b)
	p.JWKS() // generates the keys
	for b.Loop() {
		newVisitor(b, p).login()
	}
}
