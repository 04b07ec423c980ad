package cognitotest

import (
	"sync"
	"sync/atomic"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// settings are what a pool does beside its app clients, users and keys, as
// far as it may change while the pool serves.
type settings struct {
	policy credential.Policy
	rules  poolRules
	names  poolNames

	profile poolProfile
	byAPI   bool // the API has changed something, so that snapshots keep all
}

// A settingsBox holds the settings of a pool. What it hands out is never
// changed: others take its place.
type settingsBox struct {
	mu  sync.Mutex // held while others take the place of now
	now atomic.Pointer[settings]
}

// change replaces the settings by what f, an operation of the API, makes of a
// copy, unless f fails. The
// slices and maps of the copy are those of the settings in use, so that f has
// to replace them too.
func (b *settingsBox) change(f func(*settings) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := *b.now.Load()
	if err := f(&next); err != nil {
		return err
	}
	next.byAPI = true
	b.now.Store(&next)
	return nil
}

// policy is what new passwords must look like.
func (p *Pool) policy() credential.Policy { return p.settings.now.Load().policy }

// rules are what sign-ins follow, on the pages and through the API.
func (p *Pool) rules() poolRules { return p.settings.now.Load().rules }

// names are the names that the pool goes by on AWS.
func (p *Pool) names() poolNames { return p.settings.now.Load().names }
