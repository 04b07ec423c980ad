package main

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
	"github.com/seed75762126/cognito-go/hostedui"
)

// maxBody bounds what a request may send.
const maxBody = 64 << 10

// A page answers a visitor, or returns why it cannot: a [problem], or an error
// that means that something the app needs cannot be reached.
type page func(w http.ResponseWriter, r *http.Request) error

// page serves a page.
func (a *app) page(h page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Cache-Control", "private, no-store")
		err := h(w, r)
		if err == nil {
			return
		}
		var p problem
		if !errors.As(err, &p) {
			slog.ErrorContext(r.Context(), "page", "path", r.URL.Path, "err", err)
			p = away
		}
		a.showProblem(w, r, p)
	})
}

// A problem is an error that the visitor is told of.
type problem struct {
	Status int
	Title  string
	Text   string
	Retry  string // path to try again; "" for none
}

func (p problem) Error() string { return p.Title }

// away is what is told of every outage.
var away = problem{
	Status: http.StatusServiceUnavailable,
	Title:  "Please try again in a moment",
	Text:   "Something that the shop needs cannot be reached just now. Nothing is lost.",
}

// problemView is what the page of a problem shows.
type problemView struct {
	Text, Retry, Request string
}

func (a *app) showProblem(w http.ResponseWriter, r *http.Request, p problem) {
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if p.Retry == "" && r.Method == http.MethodGet && p.Status >= 500 {
		p.Retry = r.URL.RequestURI()
	}
	a.site.Show(w, r, "problem", site.View{
		Title: p.Title, Status: p.Status, Narrow: true,
		Data: problemView{Text: p.Text, Retry: p.Retry, Request: requestID(r.Context())},
	})
}

// showHostedError is the page of an error in a sign-in with the Hosted UI, or
// of a session.
func (a *app) showHostedError(w http.ResponseWriter, r *http.Request, e hostedui.PageError) {
	if e.Code == "session_failed" { // onLogin could not: the database is away
		e.Status, e.Title, e.Text = away.Status, away.Title, "You were recognised, but the shop cannot look up your account just now."
	}
	a.showProblem(w, r, problem{Status: e.Status, Title: e.Title, Text: e.Text, Retry: e.RetryURL})
}

// showRefusal is the same for a session that began on the app's own pages.
func (a *app) showRefusal(w http.ResponseWriter, r *http.Request, why session.Refusal) {
	title, text := why.Text()
	a.showProblem(w, r, problem{Status: why.Status, Title: title, Text: text, Retry: why.LoginURL})
}

func (a *app) notFound(http.ResponseWriter, *http.Request) error {
	return problem{Status: http.StatusNotFound, Title: "There is no such page", Text: "The link may be old, or has a mistake in it."}
}

// userID is the key of the signed-in user. It asks the table and not the
// session, which may have outlived the table.
func (a *app) userID(r *http.Request) (*cognito.Identity, string, error) {
	who := cognito.FromContext(r.Context())
	id, err := a.db.Known(r.Context(), who)
	return who, id, err
}

// seeOther leads to another page after a form, so that a reload repeats
// nothing.
func seeOther(w http.ResponseWriter, path string) error {
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
