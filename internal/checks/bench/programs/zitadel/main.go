// Command zitadel signs in with zitadel's relying party.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

func main() {
	key := []byte(os.Getenv("SESSION_KEYS"))
	cookies := httphelper.NewCookieHandler(key, key)
	provider, err := rp.NewRelyingPartyOIDC(context.Background(),
		os.Getenv("COGNITO_ISSUER"), os.Getenv("COGNITO_CLIENT_ID"), os.Getenv("COGNITO_CLIENT_SECRET"),
		os.Getenv("APP_URL")+"/callback", []string{"openid", "email", "profile"},
		rp.WithCookieHandler(cookies), rp.WithPKCE(cookies),
	)
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/login", rp.AuthURLHandler(rand.Text, provider))
	http.Handle("/callback", rp.CodeExchangeHandler(greet, provider))
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}

func greet(w http.ResponseWriter, _ *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims], _ string, _ rp.RelyingParty) {
	fmt.Fprintln(w, tokens.IDTokenClaims.Subject)
}
