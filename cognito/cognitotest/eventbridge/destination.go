// Package eventbridge posts the events of a pool to a URL, as an API
// destination of EventBridge does.
//
//	to := &eventbridge.Destination{
//		URL:    "https://app.example.com/cognito-events",
//		Header: http.Header{"Authorization": {"Bearer " + key}},
//	}
//	pool.DeliverTrail(to.Send)
package eventbridge

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// How EventBridge delivers: an answer counts if it comes within five seconds.
// AWS tries for a day; here a receiver that is down for longer than 13 seconds
// misses events.
const (
	patience   = 5 * time.Second
	tries      = 8
	firstPause = 100 * time.Millisecond // doubled after each try
	maxQueue   = 1000
)

// A Destination posts events to a URL, one after the other. It sends an event
// again if there is no answer in time, or if the status is 401, 407, 409, 429
// or at least 500. Set its fields before the first event. Its methods may be
// called concurrently.
type Destination struct {
	URL string

	// Header has additional header fields for each event. Put the receiver's
	// key there.
	Header http.Header

	// Copies is how many times each event is sent: EventBridge delivers at
	// least once, and a receiver must accept duplicates. Zero means once.
	Copies int

	// Client makes the requests. Nil means a client that follows no redirect.
	Client *http.Client

	// Logger gets a line for each event that could not be delivered. Nil means
	// [slog.Default].
	Logger *slog.Logger

	mu    sync.Mutex // guards everything below
	queue [][]byte
	idle  chan struct{} // closed when the queue is empty; nil if nothing is being sent
}

// Send queues an event and returns at once. It drops the event if a thousand
// are waiting.
func (d *Destination) Send(event []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for range max(1, d.Copies) {
		if len(d.queue) >= maxQueue {
			d.logger().Error("eventbridge: an event is dropped", "op", "deliver", "url", d.shownURL(), "waiting", len(d.queue))
			return
		}
		d.queue = append(d.queue, event)
	}
	if d.idle == nil {
		d.idle = make(chan struct{})
		go d.work(d.idle)
	}
}

// Wait returns when every event was delivered or has failed, or when ctx ends.
func (d *Destination) Wait(ctx context.Context) error {
	d.mu.Lock()
	idle := d.idle
	d.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("eventbridge: events are still to be delivered: %w", ctx.Err())
	}
}

// work sends what is queued, and ends when nothing is left.
func (d *Destination) work(idle chan struct{}) {
	defer close(idle)
	for {
		d.mu.Lock()
		if len(d.queue) == 0 {
			d.idle = nil
			d.mu.Unlock()
			return
		}
		event := d.queue[0]
		d.queue = d.queue[1:]
		d.mu.Unlock()
		if err := d.deliver(event); err != nil {
			d.logger().Error("eventbridge: an event is given up", "op", "deliver", "url", d.shownURL(), "err", err)
		}
	}
}

// deliver posts an event until the receiver takes or refuses it.
func (d *Destination) deliver(event []byte) error {
	pause := firstPause
	for try := 1; ; try++ {
		again, err := d.post(event)
		if err == nil || !again || try == tries {
			return err
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// post sends an event once, and reports whether it may be sent again.
func (d *Destination) post(event []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(event))
	if err != nil {
		return false, err
	}
	maps.Copy(req.Header, d.Header)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Amazon/EventBridge/ApiDestinations")
	resp, err := d.client().Do(req)
	if err != nil {
		return true, err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 == 2 {
		return false, nil
	}
	return mayRetry(resp.StatusCode), fmt.Errorf("the receiver answered %s", resp.Status)
}

// mayRetry reports whether EventBridge sends an event again after a status.
func mayRetry(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusProxyAuthRequired, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// direct follows no redirect.
var direct = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (d *Destination) client() *http.Client {
	if d.Client != nil {
		return d.Client
	}
	return direct
}

// shownURL is the URL for the log: it may contain a password.
func (d *Destination) shownURL() string {
	u, err := url.Parse(d.URL)
	if err != nil {
		return "not a URL"
	}
	return u.Redacted()
}

func (d *Destination) logger() *slog.Logger {
	if d.Logger != nil {
		return d.Logger
	}
	return slog.Default()
}
