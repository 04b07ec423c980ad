package hostedui

import (
	"context"
	"strings"
	"sync"
)

// A firstLogin says once per process what the app client has to list. Where a
// setting is wrong, Cognito shows an error page of its own, and the app hears
// nothing of it.
type firstLogin struct{ once sync.Once }

func (f *firstLogin) tell(ctx context.Context, c *Client) {
	f.once.Do(func() {
		c.logger.InfoContext(ctx, "hostedui: the first login begins", "op", "login",
			"domain", c.domain, "client_id", c.oauth.ClientID, "callback", c.CallbackURL(),
			"signed_out", c.SignedOutURL(), "scopes", strings.Join(c.oauth.Scopes, " "),
			"hint", "if Cognito shows an error page, compare with its settings: COGNITO_CLIENT_ID is an app client of the pool behind COGNITO_DOMAIN; callback is in its CallbackURLs, and signed_out in its LogoutURLs, to the letter; both follow from APP_URL")
	})
}
