package poolevents

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/sampled"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Config configures a [Handler].
type Config struct {
	// Pool is the user pool whose events are carried out. The Handler uses its
	// Logger and Now. Required.
	Pool cognito.Config

	// Authorization are the secret values that the handler accepts in the
	// header. Each has at least 32 characters. To change the value, first add
	// the new value in front. Then change the connection at EventBridge, and
	// remove the old value. Without a value, every HTTP request is refused:
	// then only [Handler.Handle] accepts events.
	Authorization []cognito.Secret

	// Header is the name of the header in which EventBridge sends a value of
	// Authorization, as in its connection. Empty means "Authorization".
	Header string

	// Sessions are the sessions to end: one Manager for each app client. Each
	// needs a Store or SignOuts.
	Sessions []*session.Manager

	// Tokens is the list that the verifiers of APIs check. Nil means that no
	// token is ended.
	Tokens *SignOuts
}

const minAuthorization = 32

func (c *Config) validate() error {
	errs := problems.New((&cognito.ConfigError{Package: "poolevents"}).At)
	errs.Join(c.Pool.Validate())
	for _, value := range c.Authorization {
		if len(value) < minAuthorization {
			errs.Add("Authorization", "a value is shorter than %d characters: make one with openssl rand -base64 32", minAuthorization)
		}
	}
	if len(c.Sessions) == 0 && c.Tokens == nil {
		errs.Add("Sessions", "missing: without Sessions or Tokens there is nothing to end")
	}
	for i, m := range c.Sessions {
		if m == nil {
			errs.Add("Sessions", "number %d is nil", i+1)
		}
	}
	return errs.Err()
}

// A Handler ends sessions and tokens after events at Cognito. It is safe for
// concurrent use.
type Handler struct {
	cfg       Config
	pool      string
	issuer    string
	allowed   [][sha256.Size]byte // hashes of Authorization
	logger    *slog.Logger
	now       func() time.Time
	strangers *sampled.Sampler // of the log lines that a stranger can cause
}

// New returns a Handler, or an error with every problem of cfg.
func New(cfg Config) (*Handler, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	h := &Handler{
		cfg: cfg, pool: pool.UserPoolID, issuer: pool.Issuers()[0], logger: pool.Logger, now: pool.Now,
		strangers: &sampled.Sampler{Now: pool.Now, PerMinute: 10},
	}
	for _, value := range cfg.Authorization {
		h.allowed = append(h.allowed, sha256.Sum256([]byte(value)))
	}
	if h.cfg.Header == "" {
		h.cfg.Header = "Authorization"
	}
	h.cfg.Authorization, h.cfg.Pool = nil, cognito.Config{} // nothing needs them any more
	return h, nil
}

// Format implements [fmt.Formatter]: a Handler prints nothing of its
// configuration.
func (h *Handler) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "poolevents.Handler") }

// ServeHTTP receives the events of an API destination. It answers
//
//	204  the event was carried out, or ends nothing
//	400  the event cannot be read; EventBridge does not send it again
//	401  the header has none of the configured values
//	405  not a POST
//	413  longer than 256 KiB
//	503  the store failed; EventBridge sends the event again, for a day
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w.Header())
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		h.answer(w, http.StatusMethodNotAllowed, "method_not_allowed", "Events are sent with POST.")
		return
	}
	if !h.isAllowed(r.Header.Values(h.cfg.Header)) {
		if leftOut, through := h.strangers.Take("unauthorized"); through {
			h.logger.WarnContext(r.Context(), "poolevents: request refused", "op", "event", "code", "unauthorized", "left_out", leftOut)
		}
		w.Header().Set("WWW-Authenticate", "ApiKey")
		h.answer(w, http.StatusUnauthorized, "unauthorized", "The request does not prove that it comes from EventBridge.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		h.answer(w, http.StatusRequestEntityTooLarge, "too_large", "An event has at most 256 KiB.")
		return
	}
	if err != nil {
		h.answer(w, http.StatusBadRequest, "malformed", "The body could not be read.")
		return
	}
	switch err := h.Handle(r.Context(), body); {
	case errors.Is(err, ErrMalformed):
		h.answer(w, http.StatusBadRequest, "malformed", "The event cannot be read. The log says why.")
	case err != nil:
		web.RetrySoon(w.Header())
		h.answer(w, http.StatusServiceUnavailable, "not_carried_out", "The event could not be carried out. Send it again.")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (h *Handler) answer(w http.ResponseWriter, status int, code, detail string) {
	web.WriteProblem(w, &web.Problem{Status: status, Title: http.StatusText(status), Detail: detail, Code: code})
}

// isAllowed compares in a time that tells nothing of the configured values.
func (h *Handler) isAllowed(values []string) bool {
	if len(values) != 1 {
		return false
	}
	sum, found := sha256.Sum256([]byte(values[0])), 0
	for i := range h.allowed {
		found |= subtle.ConstantTimeCompare(sum[:], h.allowed[i][:])
	}
	return found == 1
}

// Handle carries out one event. Pass it the body of a message from a queue, or
// the event of a Lambda function that EventBridge calls. It returns nil for
// events that end nothing. The error is [ErrMalformed], or an error of a store.
// After an error of a store, call Handle again. Anybody who can send messages
// to the queue can end sessions, so allow only EventBridge to send them.
func (h *Handler) Handle(ctx context.Context, event []byte) error {
	e, err := parse(event, h.now())
	switch {
	case errors.Is(err, errNoUser):
		h.logger.WarnContext(ctx, "poolevents: an event does not name its user, so nothing ends", "op", "event", "event", e.Name, "id", e.ID)
		return nil
	case err != nil:
		h.logger.ErrorContext(ctx, "poolevents: an event cannot be read", "op", "event", "err", err)
		return err
	case e == nil:
		return nil
	case e.UserPoolID != "" && e.UserPoolID != h.pool:
		h.logger.DebugContext(ctx, "poolevents: an event of another user pool", "op", "event", "event", e.Name, "id", e.ID)
		return nil
	}
	e.UserPoolID = h.pool
	return h.end(ctx, e)
}

// end ends what an event ends.
func (h *Handler) end(ctx context.Context, e *Event) error {
	who := &cognito.Identity{Issuer: h.issuer, Subject: e.Subject}
	attributes := []any{"op", "event", "event", e.Name, "id", e.ID, "user", who, "age", h.now().Sub(e.Time)}
	var errs []error
	if operations[e.Name] != endsOne {
		for _, m := range h.cfg.Sessions {
			errs = append(errs, m.EndBefore(ctx, who, e.before(h.now()), e.ID))
		}
	}
	if h.cfg.Tokens != nil {
		errs = append(errs, h.cfg.Tokens.End(ctx, *e))
	}
	if err := errors.Join(errs...); err != nil {
		h.logger.ErrorContext(ctx, "poolevents: an event could not be carried out", append(attributes, "err", err)...)
		return err
	}
	h.logger.InfoContext(ctx, "poolevents: an event was carried out", attributes...)
	return nil
}
