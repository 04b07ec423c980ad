package alb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"
)

type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }

// TestE3_KeyCacheIsBounded: made-up key ids over hours fill no memory.
func TestE3_KeyCacheIsBounded(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	c := newKeyCache(&http.Client{Transport: nowhere{}}, slog.New(slog.DiscardHandler), func() time.Time { return now })
	for i := range 3 * maxEntries {
		now = now.Add(time.Second)
		_, _ = c.key(context.Background(), fmt.Sprint("https://keys.example.com/", i))
	}
	if n := len(c.entries); n > maxEntries {
		t.Errorf("the cache has %d entries after %d key ids, want %d at most", n, 3*maxEntries, maxEntries)
	}
}
