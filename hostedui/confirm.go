package hostedui

import (
	"crypto/subtle"
	"net/http"
	"time"
)

// confirmParam is the parameter of a logout that a person has confirmed. Its
// value is also in a cookie: another site knows neither.
const confirmParam = "confirm"

// askConfirm gives the browser a value that confirms a logout.
func (a *attempts) askConfirm(w http.ResponseWriter) string {
	value := random()
	http.SetCookie(w, a.cookie(confirmParam, value, 10*time.Minute))
	return value
}

// confirmed reports whether a request has the value that its browser was given.
func (a *attempts) confirmed(r *http.Request) bool {
	cookie, err := r.Cookie(a.name + confirmParam)
	value := r.URL.Query().Get(confirmParam)
	return err == nil && value != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(value)) == 1
}

func (a *attempts) clearConfirm(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(a.name + confirmParam); err == nil {
		a.finish(w, confirmParam)
	}
}
