package relyingparties

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"testing"

	gorilla "github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
	gothcognito "github.com/markbates/goth/providers/cognito"
)

// TestGoth signs in with goth's cognito provider, which knows only the domain
// and sends neither nonce nor code_challenge. It takes state for 64 bytes of
// padded base64, and believes userInfo, with email_verified as a string.
func TestGoth(t *testing.T) {
	mux, base := newApp(t)
	pool, jane := newPool(t, base, secret)
	goth.UseProviders(gothcognito.New(clientID, string(secret), pool.URL(), base+"/callback", "openid", "email"))
	t.Cleanup(goth.ClearProviders)
	store := gothStore(t)
	gothic.Store = store
	registerGoth(mux, pool.URL(), base, store)
	checkRelyingParty(t, pool, base, "/logout", jane)
	checkPKCE(t, pool, false)

	t.Run("refresh", func(t *testing.T) {
		provider, err := goth.GetProvider("cognito")
		if err != nil {
			t.Fatal(err)
		}
		token, err := provider.RefreshToken(string(pool.Tokens(username).Refresh))
		if err != nil || token.AccessToken == "" {
			t.Fatalf("RefreshToken = %v, want an access token", err)
		}
	})
}

// gothStore keeps sessions in files: Cognito's tokens are too long for
// gothic's cookies, on AWS as here.
func gothStore(t *testing.T) *gorilla.FilesystemStore {
	store := gorilla.NewFilesystemStore(t.TempDir(), []byte("0123456789abcdef0123456789abcdef"))
	store.MaxLength(math.MaxInt32)
	store.Options = &gorilla.Options{Path: "/", MaxAge: 3600, HttpOnly: true}
	return store
}

func registerGoth(mux *http.ServeMux, domain, base string, store gorilla.Store) {
	const name, key = "app", "account"
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		session, _ := store.Get(r, name)
		line, ok := session.Values[key].(string)
		if !ok {
			http.Redirect(w, r, "/login?provider=cognito", http.StatusFound)
			return
		}
		w.Write([]byte(line))
	})
	mux.HandleFunc("GET /login", gothic.BeginAuthHandler)
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		user, err := gothic.CompleteUserAuth(w, gothic.GetContextWithProvider(r, "cognito"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		line, _ := json.Marshal(account{Sub: user.UserID, Email: user.Email})
		session, _ := store.Get(r, name)
		session.Values[key] = string(line)
		if err := session.Save(r, w); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/account", http.StatusFound)
	})
	// The provider's documentation tells its users to end the session with
	// Cognito in this way.
	mux.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		session, _ := store.Get(r, name)
		session.Options.MaxAge = -1
		if err := session.Save(r, w); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, domain+"/logout?"+url.Values{"client_id": {clientID}, "logout_uri": {base + "/signed-out"}}.Encode(), http.StatusFound)
	})
}
