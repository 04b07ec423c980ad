package userpool

import (
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// TestU1_HashVector: the published vector.
func TestU1_HashVector(t *testing.T) {
	c, err := New(Config{Pool: cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "123abd", ClientSecret: "clientSecret"}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg="
	if got := c.secretHash("test", "clientSecret"); got == nil || *got != want {
		t.Errorf("secretHash(test) = %v, want %s", got, want)
	}
}
