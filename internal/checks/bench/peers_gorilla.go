package main

import (
	"net/http"
	"net/http/httptest"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

// newGorilla keeps identity and tokens in one cookie, authenticated and
// encrypted. It is larger than browsers take, so MaxLength is set.
func newGorilla(w *world) (page, error) { return newGorillaPage(w, w.grant()) }

// newGorillaSmall keeps only the identity, for apps that have no use for the
// tokens.
func newGorillaSmall(w *world) (page, error) { return newGorillaPage(w, nil) }

func newGorillaPage(w *world, tokens any) (page, error) {
	store := sessions.NewCookieStore(securecookie.GenerateRandomKey(64), securecookie.GenerateRandomKey(32))
	for _, c := range store.Codecs {
		c.(*securecookie.SecureCookie).MaxLength(0)
	}
	who, err := w.user()
	if err != nil {
		return page{}, err
	}
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, appURL, nil)
	s, err := store.Get(r, "session")
	if err != nil {
		return page{}, err
	}
	s.Values["user"] = who
	if tokens != nil {
		s.Values["tokens"] = tokens
	}
	if err := s.Save(r, rec); err != nil {
		return page{}, err
	}
	return page{
		handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s, err := store.Get(r, "session")
			who, ok := s.Values["user"].(user)
			if err != nil || !ok {
				http.Error(w, "sign in", http.StatusUnauthorized)
				return
			}
			answer(w, who.Email)
		}),
		cookies: rec.Result().Cookies(),
	}, nil
}
