package cognitotest

import (
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// srpAccount is a user as SRP names them.
func (p *Pool) srpAccount(username string) srp.Account {
	_, name, _ := strings.Cut(p.id, "_")
	return srp.Account{Pool: name, Name: username}
}

// saveSRP computes the verifier if nobody has asked for it yet.
func (p *Pool) saveSRP(username string, s *credential.SRPSecret) credential.SavedVerifier {
	if s == nil {
		return credential.SavedVerifier{}
	}
	v := s.Of(p.srpAccount(username))
	return credential.SavedVerifier{Salt: v.Salt, Value: v.Value}
}
