package session

import (
	"context"
	"net/http"
)

type pollingKey struct{}

// Polling is for requests that a page makes by itself, for example once a
// minute to get news. These requests do not count as use of the session. So the
// idle timeout ends the session of a visitor who has left the page open. Put
// Polling around the protected handler:
//
//	mux.Handle("/news", sessions.Polling(sessions.Require(news)))
func (m *Manager) Polling(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), pollingKey{}, true)))
	})
}

// isPolling reports whether a request does not count as use.
func isPolling(ctx context.Context) bool { return ctx.Value(pollingKey{}) != nil }
