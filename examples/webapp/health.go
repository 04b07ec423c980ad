package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// health answers the programs that keep the app running. Live means that the process
// works; ready means that visitors should be sent here, as what the app needs
// can be reached.
type health struct {
	db      *database
	kept    session.Store // of the sessions; nil for cookies
	jwksURL string
	client  *http.Client
	leaving atomic.Bool
	begun   atomic.Bool // the keys could be fetched once

	mu      sync.Mutex // guards the rest, and lets one check run at a time
	checked time.Time
	state   readiness
}

// readiness is the answer of /readyz: "ok", or what is wrong. Keys count until
// they could be fetched once. Signed-in visitors are served without Cognito,
// and an outage of Cognito must not take every instance out at once.
type readiness struct {
	Database string `json:"database"`
	Keys     string `json:"keys"`
	Sessions string `json:"sessions,omitempty"` // where they are not in cookies
}

func newHealth(db *database, kept session.Store, pool cognito.Config) *health {
	client := pool.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	return &health{db: db, kept: kept, jwksURL: pool.JWKSURL(), client: client}
}

// How long a check may take, and how long its result is used. So frequent
// requests to /readyz do not cause as many calls to Cognito.
const (
	healthTimeout = 2 * time.Second
	healthFor     = 2 * time.Second
)

// leave makes the app not ready for the rest of its life.
func (h *health) leave() { h.leaving.Store(true) }

func (h *health) live(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "ok\n")
}

func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	state := h.check(r.Context())
	status := http.StatusOK
	if state.Database != "ok" || state.Keys != "ok" && !h.begun.Load() || state.Sessions == unreachable || h.leaving.Load() {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(state)
}

const unreachable = "unreachable"

// check looks whether the database, the pool's keys and sessions can be reached. Why
// not is for the log.
func (h *health) check(ctx context.Context) readiness {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.checked) < healthFor {
		return h.state
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTimeout)
	defer cancel()
	say := func(what string, err error) string {
		if err == nil {
			return "ok"
		}
		slog.WarnContext(ctx, "not ready", "what", what, "err", err)
		return unreachable
	}
	h.state = readiness{Database: say("database", h.db.PingContext(ctx)), Keys: say("keys", h.fetchKeys(ctx))}
	if h.state.Keys == "ok" {
		h.begun.Store(true)
	}
	if h.kept != nil {
		_, _, err := h.kept.Find(ctx, "readyz") // which nothing has as its id
		h.state.Sessions = say("sessions", err)
	}
	h.checked = time.Now()
	return h.state
}

func (h *health) fetchKeys(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.jwksURL, nil)
	if err != nil {
		return err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(&set); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || len(set.Keys) == 0 {
		return fmt.Errorf("%s: status %d with %d keys", h.jwksURL, resp.StatusCode, len(set.Keys))
	}
	return nil
}
