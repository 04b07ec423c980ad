package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// An envSetting is a line of an app's environment.
type envSetting struct{ Name, Value string }

// settingsOf are the settings of a pool and an app client, by the names that
// cognito.ConfigFromEnv reads. An empty value clears one that an earlier run
// has left in the environment, such as a secret.
func settingsOf(cfg cognito.Config) []envSetting {
	return []envSetting{
		{"COGNITO_USER_POOL_ID", cfg.UserPoolID},
		{"COGNITO_CLIENT_ID", cfg.ClientID},
		{"COGNITO_CLIENT_SECRET", string(cfg.ClientSecret)},
		{"COGNITO_DOMAIN", cfg.Domain},
		{"COGNITO_ISSUER", cfg.Issuer},
		{"COGNITO_ENDPOINT", cfg.Endpoint},
		{"COGNITO_EMULATOR_HOST", cfg.EmulatorHost},
		{"COGNITO_IDENTITY_POOL_ID", cfg.IdentityPoolID},
	}
}

// appSettings are those that hostedui.ConfigFromEnv reads as well: where the app
// is, and a key for its sessions, which is another one in each run.
func appSettings(appURL string) []envSetting {
	key := make([]byte, 32)
	rand.Read(key)
	return []envSetting{{"APP_URL", appURL}, {"SESSION_KEYS", base64.StdEncoding.EncodeToString(key)}}
}

// hostedCallback is the path of package hostedui's callback below APP_URL.
const hostedCallback = "/auth/callback"

// appURLOf is where the app of a client is: what precedes /auth/callback in its
// first callback URL, or else the origin of that.
func appURLOf(c cognitotest.AppClient) string {
	if len(c.CallbackURLs) == 0 {
		return ""
	}
	if base, ok := strings.CutSuffix(c.CallbackURLs[0], hostedCallback); ok {
		return base
	}
	u, err := url.Parse(c.CallbackURLs[0])
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// The forms that settings are printed in.
const (
	outputEnv    = "env"    // NAME=value lines, and READY
	outputDotenv = "dotenv" // NAME="value" lines, and READY in a comment
	outputJSON   = "json"   // one object on one line
)

var outputs = []string{outputEnv, outputDotenv, outputJSON}

// printSettings tells an app where its pool is, in one of the forms. What it
// writes last says that the emulator answers.
func printSettings(w io.Writer, form string, settings []envSetting) error {
	var b strings.Builder
	switch form {
	case outputJSON:
		b.WriteString("{")
		for i, s := range settings {
			if i > 0 {
				b.WriteString(",")
			}
			name, _ := json.Marshal(s.Name) // texts always marshal
			value, _ := json.Marshal(s.Value)
			fmt.Fprintf(&b, "%s:%s", name, value)
		}
		b.WriteString("}\n")
	case outputDotenv:
		for _, s := range settings {
			fmt.Fprintf(&b, "%s=%q\n", s.Name, s.Value)
		}
		b.WriteString("# READY\n")
	default:
		for _, s := range settings {
			fmt.Fprintf(&b, "%s=%s\n", s.Name, s.Value)
		}
		b.WriteString("READY\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
