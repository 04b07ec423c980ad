package userpool_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// realName is what Cognito calls the user whom the visitor names by alias.
const realName = "5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab"

// hashOver is SECRET_HASH over a name.
func hashOver(name string) string {
	h := hmac.New(sha256.New, []byte(clientSecret))
	h.Write([]byte(name + clientID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// signedIn is the answer with jane's tokens; more is added to the result.
func signedIn(a *api, more ...string) answer {
	tokens := a.pool.Tokens("jane")
	extra := ""
	for _, m := range more {
		extra += "," + m
	}
	return answer{body: fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"IdToken":%q,"RefreshToken":%q,"ExpiresIn":3600,"TokenType":"Bearer"%s},"ChallengeParameters":{}}`,
		string(tokens.Access), string(tokens.ID), string(tokens.Refresh), extra)}
}

// challenged is the answer with a challenge of session-1.
func challenged(name string, params map[string]string, available ...string) answer {
	return challengedWith("session-1", name, params, available...)
}

func challengedWith(session, name string, params map[string]string, available ...string) answer {
	doc := map[string]any{"ChallengeName": name, "ChallengeParameters": params}
	if session != "" {
		doc["Session"] = session
	}
	if available != nil {
		doc["AvailableChallenges"] = available
	}
	body, _ := json.Marshal(doc)
	return answer{body: string(body)}
}

// meet signs in by password and returns the challenge that the API is played
// to answer with.
func meet(t testing.TB, a *api, c *userpool.Client, ch answer) userpool.Challenge {
	t.Helper()
	a.script(ch)
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: "secret-word", Flow: userpool.FlowPassword})
	if err != nil {
		t.Fatal(err)
	}
	if step.Challenge == nil {
		t.Fatal("SignIn = no challenge, want one")
	}
	return step.Challenge
}

// as is ch as a T.
func as[T userpool.Challenge](t testing.TB, ch userpool.Challenge) T {
	t.Helper()
	typed, ok := ch.(T)
	if !ok {
		t.Fatalf("the challenge is a %T, want a %T", ch, typed)
	}
	return typed
}

// texts is the member of a call that is a map of strings.
func (c apiCall) texts(member string) map[string]string {
	all, _ := c.body[member].(map[string]any)
	texts := map[string]string{}
	for name, value := range all {
		texts[name], _ = value.(string)
	}
	return texts
}

// sameTexts compares what was sent with what was wanted; a wanted "*" is any
// text but none.
func sameTexts(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, ok := got[name]; !ok || value != want[name] && (want[name] != "*" || value == "") {
			t.Errorf("%s: %s = %q, want %q", what, name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s has %s, want none", what, name)
		}
	}
}

// newPlayed is newAPI with a function in the API's place.
func newPlayed(t testing.TB, play func(op string, c apiCall) answer) (*api, *userpool.Client) {
	t.Helper()
	a, client := newAPI(t, clientSecret, func(cfg *userpool.Config) {
		inner := cfg.Pool.HTTPClient.Transport
		cfg.Pool.HTTPClient = &http.Client{Transport: playedTransport{inner.(*api), play}}
	})
	return a, client
}

type playedTransport struct {
	api  *api
	play func(op string, c apiCall) answer
}

// RoundTrip implements [http.RoundTripper].
func (p playedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	p.api.script(answer{body: "{}"})
	res, err := p.api.RoundTrip(r)
	if err != nil || r.Header.Get("X-Amz-Target") == "" {
		return res, err
	}
	made := p.api.made()
	next := p.play(made[0].op, made[0])
	if next.err != nil {
		return nil, next.err
	}
	return next.response(r), nil
}

func cognitoSecret(text string) cognito.Secret { return cognito.Secret(text) }
