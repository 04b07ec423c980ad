package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

const (
	// revokeAgain is how much later a revocation that failed is tried once
	// more, or sooner if the Manager is closed.
	revokeAgain = time.Minute

	// maxRevokeAgain bounds how many wait for that. Further ones are not
	// tried again.
	maxRevokeAgain = 256
)

var errRevokePanic = errors.New("session: a panic in Revoke")

// lastRefreshToken returns the newest refresh token of a session that is known
// here, or "".
func (m *Manager) lastRefreshToken(ctx context.Context, s *Session) cognito.RefreshToken {
	if _, ok := m.cfg.Refresher.(revoker); !ok {
		return ""
	}
	if newest := m.renewals.newest(s.state.sid); newest != nil && newest.state.version > s.state.version {
		s = newest.again()
	}
	g, err := s.open(ctx)
	if err != nil {
		return ""
	}
	return g.tokens.Refresh
}

// notRevoked plans the second and last attempt at a revocation that failed. It
// is not tied to a request.
func (m *Manager) notRevoked(ctx context.Context, token cognito.RefreshToken, err error) {
	again := m.revocations.Add(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTimeout)
		defer cancel()
		if err := m.revokeOnce(ctx, token); err != nil {
			m.logger.WarnContext(ctx, "session: a refresh token was not revoked, and this is not tried again", "op", "revoke", "err", err)
		}
	})
	m.logger.WarnContext(ctx, "session: a refresh token was not revoked", "op", "revoke", "err", err, "tried_again", again)
}

// revokeOnce asks Cognito once. A panic in the app's Refresher is its error.
func (m *Manager) revokeOnce(ctx context.Context, token cognito.RefreshToken) (err error) {
	defer func() {
		if recover() != nil {
			err = errRevokePanic
		}
	}()
	return m.cfg.Refresher.(revoker).Revoke(ctx, token)
}

// A revoker is a [Refresher] that can have Cognito forget a refresh token.
type revoker interface {
	Revoke(ctx context.Context, token cognito.RefreshToken) error
}

const (
	// revokeTimeout bounds how long revocations hold up who asked for the end.
	revokeTimeout = 2 * time.Second

	// revokeAtOnce bounds the revocations under way at a time.
	revokeAtOnce = 8
)

// revoke revokes refresh tokens of sessions that are over. A failure is logged,
// and tried once more later.
func (m *Manager) revoke(ctx context.Context, tokens ...cognito.RefreshToken) {
	tokens = slices.DeleteFunc(tokens, func(t cognito.RefreshToken) bool { return t == "" })
	if _, ok := m.cfg.Refresher.(revoker); !ok || len(tokens) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for _, batch := range split(tokens, revokeAtOnce) {
		wg.Go(func() {
			for _, token := range batch {
				if err := m.revokeOnce(ctx, token); err != nil {
					m.notRevoked(ctx, token, err)
				}
			}
		})
	}
	wg.Wait()
}

// split deals a list out into n lists at most.
func split[T any](list []T, n int) [][]T {
	return slices.Collect(slices.Chunk(list, (len(list)+n-1)/n))
}
