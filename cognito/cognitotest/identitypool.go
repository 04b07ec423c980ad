package cognitotest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// An IdentityPool hands out AWS credentials to the users of the pool, and to
// guests where it is told to. Add one with [WithIdentityPool]. Its API and
// the operation of STS that the basic flow needs answer in memory under the
// hosts of AWS, and on a socket at POST / of the pool's address. The
// credentials look like real ones and open nothing: [Pool.Credentials] tells
// a stand-in for an AWS service whose they are.
type IdentityPool struct {
	// ID is the identity pool's id, such as
	// "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab". Empty means a
	// generated one in the pool's region.
	ID string

	// Guests lets visitors who have not signed in have credentials
	// (AllowUnauthenticatedIdentities).
	Guests bool

	// ClassicFlow allows the basic flow beside the enhanced one
	// (AllowClassicFlow): GetOpenIdToken, and then STS.
	ClassicFlow bool

	// AuthenticatedRole and UnauthenticatedRole are the ARNs of the roles of
	// users and of guests. Empty means made-up ones; "none" means that there
	// is none, which is a mistake that set-ups on AWS have.
	AuthenticatedRole, UnauthenticatedRole string

	// RoleMapping chooses roles by groups or by rules. The zero value gives
	// everybody the AuthenticatedRole.
	RoleMapping RoleMapping

	// ClientIDs are the app clients whose users count. Nil means all of the
	// pool's.
	ClientIDs []string

	// ServerSideTokenCheck refuses the ID tokens of users who are disabled,
	// deleted or signed out everywhere, which their signature cannot tell.
	ServerSideTokenCheck bool

	// DeveloperProvider is the name of the developer provider that
	// GetOpenIdTokenForDeveloperIdentity takes. Empty means none.
	DeveloperProvider string
}

// A RoleMapping chooses the role of a user.
type RoleMapping struct {
	// Type is "Token", for cognito:roles and cognito:preferred_role of the ID
	// token, or "Rules". Empty means that there is no choice.
	Type string

	// AmbiguousRoleResolution says what happens where the mapping chooses
	// none: "AuthenticatedRole", which is what empty means, or "Deny".
	AmbiguousRoleResolution string

	// Rules are looked at in turn; the first that matches chooses. There are
	// 25 at most.
	Rules []RoleRule
}

// A RoleRule chooses a role by a claim of the ID token.
type RoleRule struct {
	Claim     string // such as "custom:department"
	MatchType string // "Equals", "NotEqual", "StartsWith" or "Contains"
	Value     string
	RoleARN   string
}

// WithIdentityPool adds an identity pool for the pool's users. [Pool.Config]
// names it.
func WithIdentityPool(ip IdentityPool) Option {
	return func(o *options) { o.identities = &ip }
}

// noRole is an AuthenticatedRole or UnauthenticatedRole that is missing.
const noRole = "none"

// maxRoleRules is how many rules AWS allows.
const maxRoleRules = 25

// withDefaults returns a copy with every default filled in.
func (ip IdentityPool) withDefaults(region string) IdentityPool {
	if ip.ID == "" {
		ip.ID = region + ":" + random.UUID()
	}
	ip.AuthenticatedRole = cmp.Or(ip.AuthenticatedRole, "arn:aws:iam::123456789012:role/CognitoAuthenticated")
	ip.UnauthenticatedRole = cmp.Or(ip.UnauthenticatedRole, "arn:aws:iam::123456789012:role/CognitoGuest")
	ip.RoleMapping.AmbiguousRoleResolution = cmp.Or(ip.RoleMapping.AmbiguousRoleResolution, "AuthenticatedRole")
	ip.RoleMapping.Rules = slices.Clone(ip.RoleMapping.Rules)
	ip.ClientIDs = slices.Clone(ip.ClientIDs)
	return ip
}

func (ip *IdentityPool) validate(region string) error {
	if !awsjson.IdentityPoolID.MatchString(ip.ID) || !strings.HasPrefix(ip.ID, region+":") {
		return fmt.Errorf("%q is no identity pool id of %s", ip.ID, region)
	}
	m := ip.RoleMapping
	if m.Type != "" && m.Type != "Token" && m.Type != "Rules" {
		return fmt.Errorf("a role mapping of type %q: it must be Token or Rules", m.Type)
	}
	if m.AmbiguousRoleResolution != "AuthenticatedRole" && m.AmbiguousRoleResolution != "Deny" {
		return fmt.Errorf("an AmbiguousRoleResolution of %q: it must be AuthenticatedRole or Deny", m.AmbiguousRoleResolution)
	}
	if (m.Type == "Rules") != (len(m.Rules) > 0) || len(m.Rules) > maxRoleRules {
		return fmt.Errorf("%d rules: a mapping of type Rules has 1 to %d, and no other has any", len(m.Rules), maxRoleRules)
	}
	for _, rule := range m.Rules {
		if _, ok := roleMatches[rule.MatchType]; !ok || rule.Claim == "" || rule.RoleARN == "" {
			return fmt.Errorf("the rule %+v: it needs a claim, a role, and a match of Equals, NotEqual, StartsWith or Contains", rule)
		}
	}
	return nil
}

// roleMatches compare a claim with the value of a rule.
var roleMatches = map[string]func(claim, value string) bool{
	"Equals":     func(claim, value string) bool { return claim == value },
	"NotEqual":   func(claim, value string) bool { return claim != value },
	"StartsWith": strings.HasPrefix,
	"Contains":   strings.Contains,
}

// An identityPool is an IdentityPool at work.
type identityPool struct {
	IdentityPool // with defaults

	mu         sync.Mutex              // guards the rest
	identities map[string]*awsIdentity // by id
	logins     map[login]string        // id of the identity that has a login

	credentials expiring.Map[string, AWSIdentity] // by access key id
}

// An awsIdentity is one visitor, as the identity pool knows them.
type awsIdentity struct {
	id     string
	logins map[string]string // provider → subject there
}

// A login is somebody at a provider.
type login struct{ provider, subject string }

// An AWSIdentity is whose credentials are, for a stand-in of an AWS service.
type AWSIdentity struct {
	IdentityID      string
	RoleARN         string
	Subject         string // sub at the user pool; "" for guests and developer identities
	SecretAccessKey string // for the check of a signature
	SessionToken    string
	Expires         time.Time
}

// Credentials tells whose the credentials with an access key id are, which
// the identity pool or STS has given. It reports false for those that are not
// known or have expired.
func (p *Pool) Credentials(accessKeyID string) (AWSIdentity, bool) {
	if p.identities == nil {
		return AWSIdentity{}, false
	}
	return p.identities.credentials.Get(accessKeyID, p.Now())
}

// setIdentities gives the pool its identity pool.
func (p *Pool) setIdentities(given *IdentityPool) error {
	if given == nil {
		return nil
	}
	ip := given.withDefaults(p.region())
	if err := ip.validate(p.region()); err != nil {
		return fmt.Errorf("WithIdentityPool: %w", err)
	}
	p.identities = &identityPool{
		IdentityPool: ip,
		identities:   make(map[string]*awsIdentity),
		logins:       make(map[login]string),
	}
	return nil
}

// newIdentity adds an identity with logins. ip.mu is held.
func (ip *identityPool) newIdentity(logins []login) string {
	region, _, _ := strings.Cut(ip.ID, ":")
	v := &awsIdentity{id: region + ":" + random.UUID(), logins: make(map[string]string)}
	ip.identities[v.id] = v
	ip.link(v, logins)
	return v.id
}

func (ip *identityPool) link(v *awsIdentity, logins []login) {
	for _, l := range logins {
		v.logins[l.provider] = l.subject
		ip.logins[l] = v.id
	}
}

// resolve returns the identity of a visitor with the given logins: a new one,
// the one that a login has, or the guest whom id names, who has then signed
// in. Where id and a login belong to two, they are merged into the login's.
// An empty id means that the visitor does not know theirs.
func (ip *identityPool) resolve(id string, logins []login) (string, error) {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	v, err := ip.named(id, logins)
	if err != nil {
		return "", err
	}
	for _, l := range logins {
		known := ip.identities[ip.logins[l]]
		if known == nil || known == v {
			continue
		}
		if v != nil {
			if err := ip.merge(v, known); err != nil {
				return "", err
			}
		}
		v = known
	}
	if v == nil {
		return ip.newIdentity(logins), nil
	}
	if v.conflicts(logins) {
		return "", errTwoLogins
	}
	ip.link(v, logins)
	return v.id, nil
}

// named returns the identity of an id, for a request with the given logins;
// nil for the empty id.
func (ip *identityPool) named(id string, logins []login) (*awsIdentity, error) {
	if id == "" {
		return nil, nil
	}
	v := ip.identities[id]
	switch {
	case v == nil:
		return nil, refusal.New(refusal.NotFoundException, "Identity '"+id+"' not found.")
	case len(v.logins) == 0:
		return v, nil
	case len(logins) == 0:
		return nil, refusal.New(refusal.NotAuthorizedException, "Access to Identity '"+id+"' is forbidden.")
	}
	for _, l := range logins {
		if v.logins[l.provider] == l.subject {
			return v, nil
		}
	}
	return nil, refusal.New(refusal.NotAuthorizedException, "Logins don't match. Please include at least one valid login for this identity or identity pool.")
}

// errTwoLogins refuses two logins at one provider for one identity.
var errTwoLogins = refusal.New("ResourceConflictException", "The identity has another login of this provider.")

// conflicts reports whether the identity is somebody else at a provider.
func (v *awsIdentity) conflicts(logins []login) bool {
	return slices.ContainsFunc(logins, func(l login) bool {
		subject, ok := v.logins[l.provider]
		return ok && subject != l.subject
	})
}

// merge puts an identity's logins into another, and forgets it.
func (ip *identityPool) merge(v, into *awsIdentity) error {
	var logins []login
	for provider, subject := range v.logins {
		logins = append(logins, login{provider, subject})
	}
	if into.conflicts(logins) {
		return errTwoLogins
	}
	ip.link(into, logins)
	delete(ip.identities, v.id)
	return nil
}

// give makes credentials for an identity.
func (ip *identityPool) give(who AWSIdentity, now time.Time) (accessKeyID string, _ AWSIdentity) {
	accessKeyID = "ASIA" + strings.ToUpper(random.Alnum(16))
	who.SecretAccessKey = random.ID()[:40]
	who.SessionToken = "FwoGZXIvYXdzE" + random.ID() + random.ID() + random.ID()
	ip.credentials.Put(accessKeyID, who, who.Expires, now)
	return accessKeyID, who
}

// A savedVisitor is an awsIdentity at rest. Credentials are not kept.
type savedVisitor struct {
	ID     string
	Logins map[string]string `json:",omitempty"`
}

// save returns nil for a pool without an identity pool.
func (ip *identityPool) save() []savedVisitor {
	if ip == nil {
		return nil
	}
	ip.mu.Lock()
	defer ip.mu.Unlock()
	var all []savedVisitor
	for _, id := range slices.Sorted(maps.Keys(ip.identities)) {
		all = append(all, savedVisitor{id, maps.Clone(ip.identities[id].logins)})
	}
	return all
}

func (ip *identityPool) replace(visitors []savedVisitor) {
	if ip == nil {
		return
	}
	ip.mu.Lock()
	defer ip.mu.Unlock()
	ip.identities, ip.logins = make(map[string]*awsIdentity), make(map[login]string)
	ip.credentials.Clear()
	for _, saved := range visitors {
		v := &awsIdentity{id: saved.ID, logins: make(map[string]string)}
		ip.identities[v.id] = v
		for provider, subject := range saved.Logins {
			ip.link(v, []login{{provider, subject}})
		}
	}
}
