package main

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/otelcognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/webapp/account"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

//go:embed pages/*.html
var files embed.FS

// An app is the shop.
type app struct {
	http.Handler

	settings settings
	mode     mode
	db       *database
	sessions *session.Manager
	site     *site.Site
	files    *folders // nil where the visitors have none
	health   *health
	closers  []io.Closer
}

// newApp makes the shop from its settings. To start, it needs only its
// database: Cognito may be unreachable.
func newApp(ctx context.Context, s settings) (*app, error) {
	a := &app{settings: s}
	if err := a.build(ctx); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *app) build(ctx context.Context) (err error) {
	if a.settings.pool.Observer, err = otelcognito.New(otelcognito.Config{}); err != nil {
		return err
	}
	s := a.settings
	if a.mode, err = resolveMode(s.login, s.pool.Domain); err != nil {
		return err
	}
	slog.InfoContext(ctx, "login", a.mode.attrs()...)
	if a.db, err = openDatabase(ctx, s.databaseURL, s.sqlite); err != nil {
		return err
	}
	a.closers = append(a.closers, a.db)
	if a.site, err = a.newSite(); err != nil {
		return err
	}
	if a.files, err = newFolders(s); err != nil {
		return err
	}
	kept, err := a.keepSessions()
	if err != nil {
		return err
	}
	front, err := a.newFront(kept)
	if err != nil {
		return err
	}
	verifier, err := cognito.NewVerifier(s.pool)
	if err != nil {
		return err
	}
	a.health = newHealth(a.db, kept.Store, s.pool)
	mux := http.NewServeMux()
	a.pages(mux, front)
	known, err := a.events(mux, kept, verifier)
	if err != nil {
		return err
	}
	a.api(mux, known)
	mux.HandleFunc("GET /healthz", a.health.live)
	mux.HandleFunc("GET /readyz", a.health.ready)
	a.Handler = observed(a.transportSecurity(a.site.Secured(mux)))
	return nil
}

// pages has the routes that people look at. Optional and Require refuse forms
// of other sites.
func (a *app) pages(mux *http.ServeMux, front http.Handler) {
	mux.Handle(account.Prefix, front)
	if a.mode.Flow == optionCustom {
		mux.Handle(account.AccountPath, front)
		mux.Handle(account.AccountPath+"/", front)
	}
	everybody := func(h page) http.Handler { return a.sessions.Optional(a.page(h)) }
	only := func(h page, who ...cognito.Policy) http.Handler { return a.sessions.Require(a.page(h), who...) }
	mux.Handle("GET /{$}", everybody(a.showCatalogue))
	mux.Handle("GET /offers", only(a.showOffers, cognito.AnyGroup(groupPremium)))
	mux.Handle("GET /orders", only(a.showOrders))
	mux.Handle("POST /orders", only(a.placeOrder))
	mux.Handle("GET /profile", only(a.showProfile))
	mux.Handle("POST /profile/end-session", only(a.endSession))
	mux.Handle("POST /profile/end-others", only(a.endOthers))
	mux.Handle("GET /users", only(a.showUsers, cognito.AnyGroup(groupAdmins)))
	if a.files != nil {
		mux.Handle("GET /files", everybody(a.showFiles))
		mux.Handle("GET /files/note", everybody(a.showNote))
		mux.Handle("POST /files", everybody(a.saveNote))
		mux.Handle("POST /files/open", everybody(a.openGuestFolder))
		mux.Handle("POST /files/delete", everybody(a.deleteNote))
		mux.Handle("POST /files/trespass", everybody(a.trespass))
	}
	mux.Handle("/", everybody(a.notFound))
}

// Groups of the user pool.
const (
	groupAdmins  = "admins"
	groupPremium = "premium"
)

func (a *app) newSite() (*site.Site, error) {
	own, err := fs.Sub(files, "pages")
	if err != nil {
		return nil, err
	}
	cfg := site.Config{
		Name: "Corner Shop", LoginPath: "/auth/login", LogoutPath: "/auth/logout",
		Note: a.settings.note, NotePage: "login", Footer: a.mode.String(), Nav: a.links,
	}
	if a.mode.Flow == optionHosted {
		cfg.NotePage = "catalogue"                              // the sign-in page is Cognito's: guests see the note before it
		cfg.FormTargets = []string{a.settings.pool.DomainURL()} // where signing out leads
	}
	return site.New(cfg, account.Pages(), own)
}

// links returns the links of the header that this visitor may follow.
func (a *app) links(who *cognito.Identity) []site.Link {
	list := []site.Link{{Label: "Shop", Path: "/"}}
	add := func(ok bool, label, path string) {
		if ok {
			list = append(list, site.Link{Label: label, Path: path})
		}
	}
	add(who != nil && who.HasGroup(groupPremium), "Offers", "/offers")
	add(who != nil, "Orders", "/orders")
	add(a.files != nil, "Files", "/files")
	add(who != nil, "Profile", "/profile")
	add(who != nil && who.HasGroup(groupAdmins), "Users", "/users")
	return list
}

// transportSecurity has browsers use only https, where the app does.
func (a *app) transportSecurity(h http.Handler) http.Handler {
	if !strings.HasPrefix(a.settings.baseURL, "https:") {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		h.ServeHTTP(w, r)
	})
}

// Close ends what the app has open.
func (a *app) Close() {
	for _, c := range a.closers {
		if err := c.Close(); err != nil && !errors.Is(err, context.Canceled) {
			slog.Warn("close", "err", err)
		}
	}
}
