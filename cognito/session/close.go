package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxClosePause is how long Close waits before it looks again.
const maxClosePause = 250 * time.Millisecond

// Close finishes what runs in the background, so that no user loses a session
// when the process ends. It waits for running refreshes and until their tokens
// are saved. Revocations that wait for their second try are made at once.
//
// Call Close after [http.Server.Shutdown], because no refresh starts once Close
// was called. A session that needs a refresh is then served while its tokens
// are valid, and gets 503 after that. If ctx ends first, the error wraps the
// cause and says how much was not finished. Close may be called again.
func (m *Manager) Close(ctx context.Context) error {
	m.renewals.closing.Store(true) // left sees what has started before
	m.revocations.Hurry()
	for pause := time.Millisecond; ; pause = min(2*pause, maxClosePause) {
		working, unsaved := m.renewals.left(m.now())
		revocations := m.revocations.Left()
		if m.checks != nil {
			working += m.checks.Close()
		}
		if working+len(unsaved)+revocations == 0 {
			return nil
		}
		for _, s := range unsaved {
			m.join(ctx, s)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("session: closing took too long: refreshes and sign-outs under way: %d, sessions whose new tokens are not saved: %d, revocations: %d: %w",
				working, len(unsaved), revocations, context.Cause(ctx))
		case <-time.After(pause):
		}
	}
}

// left returns how many goroutines carry out renewals or ends. It also returns
// the sessions whose new tokens are not saved, although saving was given up.
func (n *renewals) left(now time.Time) (working int, unsaved []*Session) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.latest {
		if r.running() || r.unsaved == nil || errors.Is(r.err, ErrNoSession) || now.Before(r.saveBy) || now.After(r.until) {
			continue
		}
		unsaved = append(unsaved, r.unsaved.forRequest())
	}
	return int(n.working.Load()), unsaved
}
