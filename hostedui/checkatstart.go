package hostedui

import (
	"context"
	"time"
)

// maxStartCheck is how long the check at the start may take.
const maxStartCheck = 2 * time.Minute

// A startingCheck is Config.CheckAtStart at work.
type startingCheck struct {
	stop  context.CancelFunc
	ended chan struct{}
}

// startCheck calls run in the background.
func startCheck(run func(context.Context)) *startingCheck {
	ctx, stop := context.WithTimeout(context.Background(), maxStartCheck)
	s := &startingCheck{stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		defer stop()
		run(ctx)
	}()
	return s
}

// end stops the check and waits for it, until ctx ends.
func (s *startingCheck) end(ctx context.Context) {
	if s == nil {
		return
	}
	s.stop()
	select {
	case <-s.ended:
	case <-ctx.Done():
	}
}
