// Package settings has the settings of a pool, except for its app clients,
// users and keys. These are the password policy, the rules of sign-ins, the
// schema of attributes, the pool's names on AWS and the external providers.
package settings

import (
	"sync"
	"sync/atomic"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// Settings are the settings of a pool that may change while it serves. App
// clients, users and keys are not among them.
type Settings struct {
	Policy credential.Policy
	Rules  Rules
	Names  Names

	Profile Profile
	ByAPI   bool // the API has changed something, so that snapshots keep all
}

// A Box holds the settings of a pool. What it hands out is never
// changed: others take its place.
type Box struct {
	mu  sync.Mutex // held while others take the place of now
	Now atomic.Pointer[Settings]
}

// Change replaces the settings by what f, an operation of the API, makes of a
// copy, unless f fails. The slices and maps of the copy are those of the
// settings in use, so that f has to replace them too.
func (b *Box) Change(f func(*Settings) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := *b.Now.Load()
	if err := f(&next); err != nil {
		return err
	}
	next.ByAPI = true
	b.Now.Store(&next)
	return nil
}
