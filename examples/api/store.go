package main

import (
	"cmp"
	"slices"
	"sync"
)

// A customer is the key of a user or a client: issuer and subject together.
// The username and the e-mail address are not such keys, because both can pass
// to another person.
type customer struct{ issuer, subject string }

// An order is what a customer wants.
type order struct {
	ID       int    `json:"id"`
	Item     string `json:"item"`
	Quantity int    `json:"quantity"`
	Customer string `json:"customer,omitempty"` // the subject, where everybody's orders are listed
}

// maxOrders is how many orders a customer can have.
const maxOrders = 100

// A store keeps orders in memory. It is safe for concurrent use.
type store struct {
	mu     sync.Mutex // guards the rest
	last   int        // id given out
	orders map[customer][]order
}

func newStore() *store { return &store{orders: make(map[customer][]order)} }

// add reports false where the customer has too many.
func (s *store) add(c customer, o order) (order, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.orders[c]) >= maxOrders {
		return order{}, false
	}
	s.last++
	o.ID = s.last
	s.orders[c] = append(s.orders[c], o)
	return o, true
}

// remove reports false where the customer has no such order.
func (s *store) remove(c customer, id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.orders[c], func(o order) bool { return o.ID == id })
	if at < 0 {
		return false
	}
	s.orders[c] = slices.Delete(s.orders[c], at, at+1)
	return true
}

// of returns a customer's orders, the oldest first.
func (s *store) of(c customer) []order {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]order{}, s.orders[c]...)
}

// all returns everybody's orders, the oldest first.
func (s *store) all() []order {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []order{}
	for c, orders := range s.orders {
		for _, o := range orders {
			o.Customer = c.subject
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b order) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
