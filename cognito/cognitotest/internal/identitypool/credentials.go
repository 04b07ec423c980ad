package identitypool

import (
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// An Owner has the fields of cognitotest.AWSIdentity.
type Owner struct {
	IdentityID      string
	RoleARN         string
	Subject         string
	SecretAccessKey string
	SessionToken    string
	Expires         time.Time
}

// Give makes credentials for an identity.
func (ip *Pool) Give(who Owner, now time.Time) (accessKeyID string, _ Owner) {
	accessKeyID = "ASIA" + strings.ToUpper(random.Alnum(16))
	who.SecretAccessKey = random.ID()[:40]
	who.SessionToken = "FwoGZXIvYXdzE" + random.ID() + random.ID() + random.ID()
	ip.Credentials.Put(accessKeyID, who, who.Expires, now)
	return accessKeyID, who
}
