package cognito_test

import (
	"errors"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

func TestOAuthErrorIs(t *testing.T) {
	if !errors.Is(&cognito.OAuthError{Code: "invalid_grant", Status: 400}, cognito.ErrInvalidGrant) {
		t.Error("invalid_grant is not ErrInvalidGrant")
	}
	for _, e := range []*cognito.OAuthError{{Code: "invalid_grant", Status: 500}, {Code: "invalid_client", Status: 400}} {
		if errors.Is(e, cognito.ErrInvalidGrant) {
			t.Errorf("%v is ErrInvalidGrant", e)
		}
	}
}
