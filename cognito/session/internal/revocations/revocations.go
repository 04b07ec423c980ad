// Package revocations revokes the refresh tokens of ended sessions at Cognito.
package revocations

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/delayed"
)

const (
	// timeout bounds how long revocations hold up who asked for the end.
	timeout = 2 * time.Second

	// atOnce bounds the revocations under way at a time.
	atOnce = 8

	// again is how much later a revocation that failed is tried once more, or
	// sooner if the process is about to end.
	again = time.Minute

	// maxAgain bounds how many wait for that. Further ones are not tried again.
	maxAgain = 256
)

var errPanic = errors.New("session: a panic in Revoke")

// A Revoker can have Cognito forget a refresh token.
type Revoker interface {
	Revoke(ctx context.Context, token cognito.RefreshToken) error
}

// Revocations are made with a Revoker, each twice at most. It is safe for
// concurrent use.
type Revocations struct {
	by     Revoker // nil for none
	logger *slog.Logger
	later  *delayed.Calls // those that are tried again
}

// New returns Revocations that refresher makes, if it is a [Revoker], and
// otherwise nobody.
func New(refresher any, logger *slog.Logger) *Revocations {
	by, _ := refresher.(Revoker)
	return &Revocations{by: by, logger: logger, later: delayed.New(again, maxAgain, atOnce)}
}

// Possible reports whether there is somebody to revoke tokens.
func (r *Revocations) Possible() bool { return r.by != nil }

// Revoke revokes refresh tokens. Empty ones are skipped. A failure is logged,
// and tried once more later.
func (r *Revocations) Revoke(ctx context.Context, tokens ...cognito.RefreshToken) {
	tokens = slices.DeleteFunc(tokens, func(t cognito.RefreshToken) bool { return t == "" })
	if !r.Possible() || len(tokens) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	var all sync.WaitGroup
	for batch := range slices.Chunk(tokens, (len(tokens)+atOnce-1)/atOnce) {
		all.Go(func() {
			for _, token := range batch {
				if err := r.once(ctx, token); err != nil {
					r.failed(ctx, token, err)
				}
			}
		})
	}
	all.Wait()
}

// once asks Cognito once. A panic in the app's Refresher is its error.
func (r *Revocations) once(ctx context.Context, token cognito.RefreshToken) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return r.by.Revoke(ctx, token)
}

// failed plans the second and last attempt at a revocation. It is not tied to a
// request.
func (r *Revocations) failed(ctx context.Context, token cognito.RefreshToken, err error) {
	planned := r.later.Add(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
		defer cancel()
		if err := r.once(ctx, token); err != nil {
			r.logger.WarnContext(ctx, "session: a refresh token was not revoked, and this is not tried again", "op", "revoke", "err", err)
		}
	})
	r.logger.WarnContext(ctx, "session: a refresh token was not revoked", "op", "revoke", "err", err, "tried_again", planned)
}

// Hurry has what waits for its second try made at once.
func (r *Revocations) Hurry() { r.later.Hurry() }

// Left is how many wait for their second try, or are having it.
func (r *Revocations) Left() int { return r.later.Left() }
