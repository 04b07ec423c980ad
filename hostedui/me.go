package hostedui

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/web"
)

// serveMe tells a single-page app who is signed in: the claims of
// Config.MeClaims, or a 401 problem that names the login. It never redirects.
func (c *Client) serveMe(w http.ResponseWriter, r *http.Request) {
	if !c.allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	s, err := c.sessions.Current(w, r)
	switch {
	case errors.Is(err, session.ErrNoSession):
		web.Pad(w.Header(), r.Header)
		c.signInRequired(w)
		return
	case errors.Is(err, session.ErrStore):
		c.unavailable(w, r, err, cognito.StoreUnavailable)
		return
	case err != nil:
		c.unavailable(w, r, err, cognito.RefreshUnavailable)
		return
	}
	claims := map[string]json.RawMessage{}
	for _, name := range c.cfg.meClaims() {
		if v, ok := s.Identity().Claim(name); ok {
			claims[name] = v
		}
	}
	body, err := json.Marshal(claims)
	if err != nil { // what a token holds was valid JSON
		c.problem(w, http.StatusInternalServerError, cognito.SessionFailed)
		return
	}
	web.Describe(w.Header(), "application/json", web.NoContent)
	_, _ = w.Write(append(body, '\n'))
}

func (c *Client) unavailable(w http.ResponseWriter, r *http.Request, err error, code cognito.RefusalCode) {
	c.logger.ErrorContext(r.Context(), "hostedui: the endpoint me failed", "op", "me", "err", err)
	web.RetrySoon(w.Header())
	c.problem(w, http.StatusServiceUnavailable, code)
}
