package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
)

// Scopes of the resource server "shop".
const (
	scopeRead  = "shop/orders.read"
	scopeWrite = "shop/orders.write"
)

// api has the routes for programs. They take the session cookie, for scripts
// of the shop's own pages, or an access token, for everybody else.
func (a *app) api(mux *http.ServeMux, verifier cognito.TokenVerifier) {
	tokens := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: verifier, Realm: "shop"},
		MapUser:       a.mapToken,
		Now:           a.settings.pool.Now,
	}
	// protected asks a token for a scope as well. A session has none to show:
	// users who have signed in here may do what the pages let them do.
	protected := func(h page, scope string, who ...cognito.Policy) http.Handler {
		handler := apiPage(h)
		session := a.sessions.RequireSessionOrToken(tokens, handler, who...)
		return tokens.RequireOr(handler, session, append(who, cognito.AllScopes(scope))...)
	}
	mux.Handle("GET /api/orders", protected(a.listOrders, scopeRead))
	mux.Handle("POST /api/orders", protected(a.createOrder, scopeWrite))
	mux.Handle("GET /api/orders/all", protected(a.listAllOrders, scopeRead, cognito.AnyGroup(groupAdmins)))
}

// apiPage serves what programs ask for. Its problems are those of RFC 9457.
func apiPage(h page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Cache-Control", "no-store")
		err := h(w, r)
		if err == nil {
			return
		}
		var p problem
		if !errors.As(err, &p) {
			slog.ErrorContext(r.Context(), "api", "path", r.URL.Path, "err", err)
			w.Header().Set("Retry-After", "5")
			p = problem{Status: http.StatusServiceUnavailable, Text: "Something that the shop needs cannot be reached just now."}
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"status": p.Status, "title": http.StatusText(p.Status), "detail": p.Text, "request_id": requestID(r.Context()),
		})
	})
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}

func (a *app) listOrders(w http.ResponseWriter, r *http.Request) error {
	_, id, err := a.userID(r)
	if err != nil {
		return err
	}
	orders, err := a.db.Orders(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"orders": notNil(orders)})
}

func (a *app) listAllOrders(w http.ResponseWriter, r *http.Request) error {
	orders, err := a.db.AllOrders(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"orders": notNil(orders)})
}

// notNil makes a list that JSON writes as [] where it is empty.
func notNil[T any](list []T) []T { return append([]T{}, list...) }

// createOrder places the order in the body. The header Idempotency-Key makes it
// one order, however often the request is sent; without it, each request makes
// another order.
func (a *app) createOrder(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Product  string `json:"product"`
		Quantity int64  `json:"quantity"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return problem{Status: http.StatusBadRequest, Text: `The body must be JSON like {"product": "beans", "quantity": 2}.`}
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		key = newKey()
	}
	who, id, err := a.userID(r)
	if err != nil {
		return err
	}
	placed, err := a.db.Place(r.Context(), who, id, wish{Product: in.Product, Quantity: in.Quantity, Key: key})
	var wrong wishError
	if errors.As(err, &wrong) {
		return problem{Status: http.StatusUnprocessableEntity, Text: wrong.Error()}
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, placed)
}
