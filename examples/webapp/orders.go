package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A product is for sale.
type product struct {
	ID          string
	Name        string
	Description string
	Cents       int64
	Premium     bool // for premium members only
}

// Price is for people.
func (p product) Price() string { return price(p.Cents) }

func price(cents int64) string { return fmt.Sprintf("%d.%02d €", cents/100, cents%100) }

// An order is one product, bought.
type order struct {
	ID       string    `json:"id"`
	Product  string    `json:"product"`
	Name     string    `json:"name"`
	Quantity int64     `json:"quantity"`
	Cents    int64     `json:"cents"` // in all
	Placed   time.Time `json:"placed"`
	Username string    `json:"username,omitempty"` // in the list of everybody's
}

// Price is for people.
func (o order) Price() string { return price(o.Cents) }

// Products lists what is for sale to everybody, or to premium members only.
func (db *database) Products(ctx context.Context, premium bool) ([]product, error) {
	return queryAll(ctx, db, scanProduct, productColumns+` WHERE premium = $1 ORDER BY cents`, premium)
}

const productColumns = `SELECT id, name, description, cents, premium FROM products`

func scanProduct(rows *sql.Rows, p *product) error {
	return rows.Scan(&p.ID, &p.Name, &p.Description, &p.Cents, &p.Premium)
}

// A wish is an order to be placed.
type wish struct {
	Product  string
	Quantity int64
	Key      string // makes it one order, however often it is sent
}

// maxQuantity is how much of a product an order may have.
const maxQuantity = 20

// A wishError is what is wrong with a wish, in words for the customer.
type wishError string

func (e wishError) Error() string { return string(e) }

// Place places an order, and returns the one that was placed before under the
// same key of this user.
func (db *database) Place(ctx context.Context, who *cognito.Identity, userID string, w wish) (order, error) {
	switch {
	case w.Quantity < 1 || w.Quantity > maxQuantity:
		return order{}, wishError(fmt.Sprintf("The quantity must be 1 to %d.", maxQuantity))
	case w.Key == "" || len(w.Key) > 100:
		return order{}, wishError("The order needs a key of 1 to 100 bytes, so that it is not placed twice.")
	}
	list, err := queryAll(ctx, db, scanProduct, productColumns+` WHERE id = $1`, w.Product)
	if err != nil {
		return order{}, err
	}
	if len(list) == 0 || list[0].Premium && !who.HasGroup(groupPremium) {
		return order{}, wishError("There is no such product for you.")
	}
	bound, cancel := bounded(ctx)
	defer cancel()
	_, err = db.ExecContext(bound, `
		INSERT INTO orders (id, user_id, product_id, quantity, cents, placed, request_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (user_id, request_key) DO NOTHING`,
		rand.Text(), userID, w.Product, w.Quantity, list[0].Cents*w.Quantity, millis(time.Now()), w.Key)
	if err != nil {
		return order{}, err
	}
	placed, err := queryAll(ctx, db, scanOrder, orderColumns+` WHERE o.user_id = $1 AND o.request_key = $2`, userID, w.Key)
	if err == nil && len(placed) == 0 {
		err = errors.New("the order is not there")
	}
	if err != nil {
		return order{}, err
	}
	placed[0].Username = ""
	return placed[0], nil
}

// Orders lists the orders of a user, the last first.
func (db *database) Orders(ctx context.Context, userID string) ([]order, error) {
	list, err := queryAll(ctx, db, scanOrder, orderColumns+` WHERE o.user_id = $1 ORDER BY o.placed DESC, o.id LIMIT $2`, userID, maxListed)
	for i := range list {
		list[i].Username = ""
	}
	return list, err
}

// AllOrders lists everybody's orders, the last first.
func (db *database) AllOrders(ctx context.Context) ([]order, error) {
	return queryAll(ctx, db, scanOrder, orderColumns+` ORDER BY o.placed DESC, o.id LIMIT $1`, maxListed)
}

const orderColumns = `SELECT o.id, o.product_id, p.name, o.quantity, o.cents, o.placed, u.username
	FROM orders o JOIN products p ON p.id = o.product_id JOIN users u ON u.id = o.user_id`

func scanOrder(rows *sql.Rows, o *order) error {
	var placed int64
	if err := rows.Scan(&o.ID, &o.Product, &o.Name, &o.Quantity, &o.Cents, &placed, &o.Username); err != nil {
		return err
	}
	o.Placed = time.UnixMilli(placed).UTC()
	return nil
}
