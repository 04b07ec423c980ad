package main

import (
	"net/http"
	"net/http/httptest"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
)

// newSCS keeps identity and tokens in scs's memory store, behind its
// middleware. The store's clean-up is off: nothing expires here.
func newSCS(w *world) (page, error) {
	m := scs.New()
	m.Store = memstore.NewWithCleanupInterval(0)
	who, err := w.user()
	if err != nil {
		return page{}, err
	}
	rec := httptest.NewRecorder()
	m.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), "user", who)
		m.Put(r.Context(), "tokens", w.grant())
	})).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, appURL, nil))
	return page{
		handler: m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who, ok := m.Get(r.Context(), "user").(user)
			if !ok {
				http.Error(w, "sign in", http.StatusUnauthorized)
				return
			}
			answer(w, who.Email)
		})),
		cookies: rec.Result().Cookies(),
	}, nil
}
