package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"github.com/seed75762126/cognito-go/cognito"
)

// newAPI is the whole API. Who may do what is in the first lines.
//
// Tokens from a sign-in through the user-pool API with this service's own app
// client have no custom scopes. Its users may do what they can do. Every other
// client needs the scope, whether it acts for a user or for itself. Groups are
// in a user's access token whichever client it is for, so a route for a group
// also says which clients it is for. Otherwise an admin who signs in to another
// company's app makes that app an admin.
func newAPI(cfg cognito.Config) (http.Handler, error) {
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		return nil, err
	}
	ownApp := cognito.And(cognito.UserOnly(), cognito.FromClient(cfg.ClientID))
	read := cognito.Or(cognito.AllScopes("orders/read"), ownApp)
	write := cognito.Or(cognito.AllScopes("orders/write"), ownApp)

	a := &api{orders: newStore()}
	mux := http.NewServeMux()
	route := func(pattern string, h http.HandlerFunc, policies ...cognito.Policy) {
		mux.Handle(pattern, cognito.RequireToken(verifier, h, policies...))
	}
	route("GET /me", a.me)
	route("GET /orders", a.list, read)
	route("POST /orders", a.place, write)
	route("DELETE /orders/{id}", a.cancel, cognito.UserOnly(), write)
	route("GET /admin/orders", a.listAll, ownApp, cognito.AnyGroup("admins"))
	route("GET /shipments", a.listAll, cognito.MachineOnly(), cognito.AllScopes("orders/read"))
	return mux, nil
}

// api is the handlers. All run behind RequireToken: there is an identity.
type api struct{ orders *store }

// me tells callers who they are.
func (a *api) me(w http.ResponseWriter, r *http.Request) {
	id := cognito.FromContext(r.Context())
	answer(w, http.StatusOK, map[string]any{
		"subject":  id.Subject,
		"username": id.Username,
		"client":   id.ClientID,
		"groups":   append([]string{}, id.Groups...), // [] where there is none, not null
		"scopes":   append([]string{}, id.Scopes...),
		"machine":  id.Machine(),
	})
}

// list answers with the caller's own orders.
func (a *api) list(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, a.orders.of(customerOf(r)))
}

// listAll answers with everybody's.
func (a *api) listAll(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, a.orders.all())
}

// place takes an order.
func (a *api) place(w http.ResponseWriter, r *http.Request) {
	o, mistake := readOrder(http.MaxBytesReader(w, r.Body, maxOrder))
	if mistake != "" {
		problem(w, http.StatusBadRequest, "bad_order", mistake)
		return
	}
	o, ok := a.orders.add(customerOf(r), o)
	if !ok {
		problem(w, http.StatusConflict, "too_many_orders", "There are too many orders: cancel one first.")
		return
	}
	answer(w, http.StatusCreated, o)
}

// cancel deletes one of the caller's own orders. The orders of other customers
// get the same answer as orders that do not exist.
func (a *api) cancel(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !a.orders.remove(customerOf(r), id) {
		problem(w, http.StatusNotFound, "no_such_order", "You have no order of this id.")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// customerOf returns the caller, whose orders a request is about.
func customerOf(r *http.Request) customer {
	id := cognito.FromContext(r.Context())
	return customer{id.Issuer, id.Subject}
}

// The limits of an order.
const (
	maxOrder    = 4 << 10 // bytes
	maxItem     = 100     // bytes
	maxQuantity = 1000
)

// readOrder reads what a customer says of an order, or tells what is wrong.
func readOrder(body io.Reader) (o order, mistake string) {
	var wish struct {
		Item     string `json:"item"`
		Quantity int    `json:"quantity"`
	}
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&wish); err != nil || dec.Decode(new(any)) != io.EOF {
		return order{}, `The body must be one JSON object such as {"item": "tea", "quantity": 2}, of at most 4 KiB.`
	}
	if wish.Item == "" || len(wish.Item) > maxItem || wish.Quantity < 1 || wish.Quantity > maxQuantity {
		return order{}, "An item has 1 to 100 bytes, and its quantity is 1 to 1000."
	}
	return order{Item: wish.Item, Quantity: wish.Quantity}, ""
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a caller who has left
}

// problem writes a problem (RFC 9457) of the same form as RequireToken's.
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Status int    `json:"status"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Code   string `json:"code"`
	}{status, http.StatusText(status), detail, code})
}
