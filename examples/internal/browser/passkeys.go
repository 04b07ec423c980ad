package browser

import (
	"context"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// An Authenticator is a device with passkeys that Chromium plays for a tab: it
// keeps them, verifies its user, and says yes at once.
type Authenticator struct {
	b  *Tab
	id webauthn.AuthenticatorID
}

// Authenticator gives the tab a device with passkeys. Verifies says whether it
// can check who its user is.
func (b *Tab) Authenticator(verifies bool) *Authenticator {
	b.t.Helper()
	a := &Authenticator{b: b}
	do(b, "authenticator", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		out, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: verifies, IsUserVerified: verifies,
			AutomaticPresenceSimulation: true,
		}})
		if err == nil {
			a.id = out.AuthenticatorID
		}
		return err
	}))
	return a
}

// UserVerified says whether the device recognises its user from now on.
func (a *Authenticator) UserVerified(verified bool) {
	a.b.t.Helper()
	do(a.b, "user verified", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id, IsUserVerified: verified})
		return err
	}))
}

// Present says whether somebody answers the device's questions from now on.
func (a *Authenticator) Present(present bool) {
	a.b.t.Helper()
	do(a.b, "present", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: a.id, Enabled: present})
		return err
	}))
}

// Await waits until the page shows text, which a script may lead to.
func (b *Tab) Await(text string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	const visible = `document.readyState === "complete" ? document.body.innerText : ""`
	for {
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](visible))
		if err == nil && strings.Contains(shown, text) {
			return
		}
		select { // the page has its own time, and tells of no event that all flows share
		case <-ctx.Done():
			b.t.Fatalf("%s does not come to show %q but:\n%s", b.URL(), text, b.Text())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
