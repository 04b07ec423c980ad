package userpool_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestPasskeys: what the four operations send, and what is made of the answers.
func TestPasskeys(t *testing.T) {
	a, c := newAPI(t, "")
	token := a.pool.AccessToken("jane")
	a.script(answer{body: `{"CredentialCreationOptions":{"challenge":"AAAA","pubKeyCredParams":[{"type":"public-key","alg":-7}],"timeout":60000}}`})
	options, err := c.StartWebAuthnRegistration(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(options, &got); err != nil || got["challenge"] != "AAAA" || got["timeout"] != 60000.0 {
		t.Errorf("StartWebAuthnRegistration = %s, %v", options, err)
	}
	a.script(answer{body: `{}`})
	if err := c.CompleteWebAuthnRegistration(t.Context(), token, json.RawMessage(`{"id":"AQID","response":{"publicKeyAlgorithm":-7,"transports":["internal"]}}`)); err != nil {
		t.Fatal(err)
	}
	sent, _ := a.made()[0].body["Credential"].(map[string]any)
	response, _ := sent["response"].(map[string]any)
	if sent["id"] != "AQID" || response["publicKeyAlgorithm"] != -7.0 {
		t.Errorf("CompleteWebAuthnRegistration sent %v", a.made()[0].body)
	}
	a.script(
		answer{body: `{"Credentials":[{"CredentialId":"k1","FriendlyCredentialName":"Phone","RelyingPartyId":"example.com","AuthenticatorAttachment":"platform","AuthenticatorTransports":["internal"],"CreatedAt":1700000000}],"NextToken":"n"}`},
		answer{body: `{"Credentials":[{"CredentialId":"k2","FriendlyCredentialName":"Key","RelyingPartyId":"example.com","AuthenticatorTransports":["usb"],"CreatedAt":1700000001}]}`})
	list, err := c.ListWebAuthnCredentials(t.Context(), token)
	if err != nil || len(list) != 2 || list[0].Name != "Phone" || list[1].ID != "k2" || !list[1].Created.Equal(time.Unix(1700000001, 0)) {
		t.Errorf("ListWebAuthnCredentials = %+v, %v", list, err)
	}
	a.script(answer{body: `{}`})
	if err := c.DeleteWebAuthnCredential(t.Context(), token, "k1"); err != nil || a.made()[0].body["CredentialId"] != "k1" {
		t.Errorf("DeleteWebAuthnCredential = %v, sent %v", err, a.made()[0].body)
	}
}

// TestPasskeys_NonsenseFromBrowsers: what is no credential is not sent.
func TestPasskeys_NonsenseFromBrowsers(t *testing.T) {
	a, c := newAPI(t, "")
	a.script(answer{body: `{}`})
	for _, credential := range []string{"", "null", "[]", "1", `{"id":`, `{"id":"` + strings.Repeat("A", 70_000) + `"}`} {
		err := c.CompleteWebAuthnRegistration(t.Context(), "access.token.x", json.RawMessage(credential))
		if asError(t, err).Reason != userpool.ReasonBadRequest || len(a.made()) != 0 {
			t.Errorf("CompleteWebAuthnRegistration(%.20s) = %v, want bad_request and no call", credential, err)
		}
	}
	for _, body := range []string{`{}`, `{"CredentialCreationOptions":[]}`, `{"CredentialCreationOptions":"x"}`} {
		a.script(answer{body: body})
		if options, err := c.StartWebAuthnRegistration(t.Context(), a.pool.AccessToken("jane")); asError(t, err).Reason != userpool.ReasonBadAnswer || options != nil {
			t.Errorf("StartWebAuthnRegistration(%s) = %s, %v, want bad_answer", body, options, err)
		}
	}
}

// TestPasskeys_RecentSignIn: somebody at a browser left open adds no passkey.
func TestPasskeys_RecentSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c := newAPI(t, "")
		_, lax := newAPI(t, "", func(cfg *userpool.Config) { cfg.PasskeySignInAge = -1; cfg.Pool.HTTPClient.Transport = a })
		token := a.pool.AccessToken("jane")
		a.script(answer{body: `{"CredentialCreationOptions":{}}`})
		time.Sleep(9 * time.Minute)
		if _, err := c.StartWebAuthnRegistration(t.Context(), token); err != nil {
			t.Errorf("StartWebAuthnRegistration nine minutes after the sign-in = %v", err)
		}
		time.Sleep(2 * time.Minute)
		for what, old := range map[string]cognito.AccessToken{"eleven minutes after the sign-in": token, "with nonsense": "x"} {
			a.script(answer{body: `{"CredentialCreationOptions":{}}`})
			_, err := c.StartWebAuthnRegistration(t.Context(), old)
			if !errors.Is(err, userpool.ErrSignInTooOld) || len(a.made()) != 0 || userpool.NoticeFor(err).Key != userpool.NoticeSignInAgain {
				t.Errorf("StartWebAuthnRegistration %s = %v, want ErrSignInTooOld and no call", what, err)
			}
			if _, err := lax.StartWebAuthnRegistration(t.Context(), old); err != nil {
				t.Errorf("StartWebAuthnRegistration %s = %v, want that PasskeySignInAge allows it", what, err)
			}
		}
	})
}

// TestE2_PasskeyErrors: each refusal has a reason, and the setting that mends it.
func TestE2_PasskeyErrors(t *testing.T) {
	a, c := newAPI(t, "")
	for code, want := range map[string]struct {
		reason userpool.Reason
		fix    string
	}{
		"WebAuthnNotEnabledException":             {userpool.ReasonPasskeysOff, "AllowedFirstAuthFactors"},
		"WebAuthnConfigurationMissingException":   {userpool.ReasonPasskeysUnconfigured, "RelyingPartyId"},
		"WebAuthnChallengeNotFoundException":      {userpool.ReasonPasskeyExpired, ""},
		"WebAuthnRelyingPartyMismatchException":   {userpool.ReasonPasskeyDomain, "RelyingPartyId"},
		"WebAuthnClientMismatchException":         {userpool.ReasonPasskeyClient, clientID},
		"WebAuthnOriginNotAllowedException":       {userpool.ReasonPasskeyOrigin, "origin"},
		"WebAuthnCredentialNotSupportedException": {userpool.ReasonPasskeyKind, "ES256"},
		"FeatureUnavailableInTierException":       {userpool.ReasonPlan, "ESSENTIALS"},
	} {
		a.script(refusal(code, "some text"))
		err := c.CompleteWebAuthnRegistration(t.Context(), "access.token.x", json.RawMessage(`{}`))
		if e := asError(t, err); e.Reason != want.reason || !strings.Contains(e.Fix, want.fix) || string(e.Code) != code {
			t.Errorf("%s = reason %s, fix %q, want %s with %q", code, e.Reason, e.Fix, want.reason, want.fix)
		}
	}
	a.script(refusal("ResourceNotFoundException", "Credential does not exist."))
	if err := c.DeleteWebAuthnCredential(t.Context(), "access.token.x", "k"); asError(t, err).Reason != userpool.ReasonUnknownPasskey {
		t.Errorf("DeleteWebAuthnCredential = %v, want unknown_passkey", err)
	}
}

// TestPasskeyScript: it is short enough to read, and needs no inline script.
func TestPasskeyScript(t *testing.T) {
	rec := httptest.NewRecorder()
	userpool.ServePasskeyScript(rec, httptest.NewRequest("GET", "/passkey.js", nil))
	script := rec.Body.String()
	if n := strings.Count(script, "\n"); rec.Code != 200 || n > 80 || n < 10 {
		t.Errorf("ServePasskeyScript = %d with %d lines, want 80 at most", rec.Code, n)
	}
	if got := rec.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/javascript") {
		t.Errorf("Content-Type = %q", got)
	}
	for _, word := range []string{"eval(", "new Function", "innerHTML", ".style"} {
		if strings.Contains(script, word) {
			t.Errorf("the script has %s, which a strict policy refuses", word)
		}
	}
}
