package main

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

// shelf is what the catalogue and the offers show.
type shelf struct {
	Products []product
	Key      string // the beginning of the keys of orders that are placed from this page
	SignUp   bool   // there is a page of the app's own for it
}

// newKey is the key of a request: random, so that nobody else's is the same.
func newKey() string { return rand.Text() }

func (a *app) showCatalogue(w http.ResponseWriter, r *http.Request) error {
	products, err := a.db.Products(r.Context(), false)
	if err != nil {
		return err
	}
	a.site.Show(w, r, "catalogue", site.View{Title: "Good coffee at home", Data: shelf{Products: products, Key: newKey(), SignUp: a.mode.Flow == optionCustom}})
	return nil
}

func (a *app) showOffers(w http.ResponseWriter, r *http.Request) error {
	products, err := a.db.Products(r.Context(), true)
	if err != nil {
		return err
	}
	a.site.Show(w, r, "offers", site.View{Title: "Offers for premium members", Data: shelf{Products: products, Key: newKey()}})
	return nil
}

func (a *app) showOrders(w http.ResponseWriter, r *http.Request) error {
	_, id, err := a.userID(r)
	if err != nil {
		return err
	}
	orders, err := a.db.Orders(r.Context(), id)
	if err != nil {
		return err
	}
	notice := ""
	if r.URL.Query().Has("placed") {
		notice = "Thank you. Your order is placed."
	}
	a.site.Show(w, r, "orders", site.View{Title: "Your orders", Notice: notice, Data: orders})
	return nil
}

// placeOrder takes the form of a product. Where the database is away, the page
// has the form once more, with the same key. Sent again, it makes one order,
// whether or not the first one arrived.
func (a *app) placeOrder(w http.ResponseWriter, r *http.Request) error {
	quantity, err := strconv.ParseInt(r.PostFormValue("quantity"), 10, 64)
	if err != nil {
		quantity = 0 // which Place refuses
	}
	want := wish{Product: r.PostFormValue("product"), Quantity: quantity, Key: r.PostFormValue("key")}
	who, id, err := a.userID(r)
	if err == nil {
		_, err = a.db.Place(r.Context(), who, id, want)
	}
	var wrong wishError
	switch {
	case errors.As(err, &wrong):
		return problem{Status: http.StatusUnprocessableEntity, Title: "This cannot be ordered", Text: wrong.Error()}
	case err != nil:
		slog.ErrorContext(r.Context(), "order", "err", err)
		w.Header().Set("Retry-After", "5")
		a.site.Show(w, r, "order-again", site.View{
			Title: "Your order has to wait a moment", Status: http.StatusServiceUnavailable, Narrow: true, Data: want,
		})
		return nil
	}
	return seeOther(w, "/orders?placed")
}

// profile is what the app and Cognito know of a user.
type profile struct {
	Row      user
	Custom   bool         // there are pages to change it
	Sessions *sessionList // nil where they are in cookies
}

func (a *app) showProfile(w http.ResponseWriter, r *http.Request) error {
	_, id, err := a.userID(r)
	if err != nil {
		return err
	}
	row, err := a.db.User(r.Context(), id)
	if err != nil {
		return err
	}
	sessions, err := a.listSessions(r.Context())
	if err != nil {
		return err
	}
	notice := ""
	switch query := r.URL.Query(); {
	case query.Get("ended") == "others":
		notice = "All other sessions have ended."
	case query.Has("ended"):
		notice = "That session has ended."
	}
	a.site.Show(w, r, "you", site.View{
		Title: "Your profile", Notice: notice, Data: profile{Row: row, Custom: a.mode.Flow == optionCustom, Sessions: sessions},
	})
	return nil
}

func (a *app) showUsers(w http.ResponseWriter, r *http.Request) error {
	users, err := a.db.Users(r.Context())
	if err != nil {
		return err
	}
	slog.InfoContext(r.Context(), "users listed", "by", cognito.FromContext(r.Context()))
	a.site.Show(w, r, "users", site.View{Title: "Users", Data: users})
	return nil
}
