package pool

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// Profile is what only the API says of the pool.
func (p *Pool) Profile() settings.Profile { return p.Settings.Now.Load().Profile }

// FindTyped returns the user who signs in by a name.
func (p *Pool) FindTyped(name string) (directory.Account, bool) {
	a, known := p.Users.Find(name)
	if !known || !p.Profile().SignsIn(&a, name) {
		return directory.Account{}, false
	}
	return a, true
}

// FindNamed returns the user whom an administrator names.
func (p *Pool) FindNamed(name string) (directory.Account, bool) {
	a, known := p.Users.Find(name)
	if !known || !p.Profile().Names(&a, name) {
		return directory.Account{}, false
	}
	return a, true
}

// TemporaryLife is how long a temporary password is good.
func (p *Pool) TemporaryLife() time.Duration {
	if days := p.Profile().TemporaryDays; days > 0 {
		return time.Duration(days) * 24 * time.Hour
	}
	return credential.TemporaryPasswordLife
}

// Policy is what new passwords must look like.
func (p *Pool) Policy() credential.Policy { return p.Settings.Now.Load().Policy }

// Rules are what sign-ins follow, on the pages and through the API.
func (p *Pool) Rules() settings.Rules { return p.Settings.Now.Load().Rules }

// Names are the pool's names on AWS.
func (p *Pool) Names() settings.Names { return p.Settings.Now.Load().Names }
