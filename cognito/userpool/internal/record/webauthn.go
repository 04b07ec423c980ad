package record

import (
	"encoding/json"
	"errors"
	"fmt"
)

const maxCredential = 64 << 10 // in bytes; an assertion has about 1 KiB

// Credential decodes what a browser's authenticator gave.
func Credential(credential json.RawMessage) (map[string]any, error) {
	var object map[string]any
	switch {
	case len(credential) > maxCredential:
		return nil, fmt.Errorf("the credential has %d bytes, of %d at most", len(credential), maxCredential)
	case json.Unmarshal(credential, &object) != nil || object == nil:
		return nil, errors.New("the credential is not a JSON object")
	}
	return object, nil
}

// AnyOptions are request options for WebAuthn that name no passkey. They have
// the challenge of the options given, or a random one that Cognito refuses.
func AnyOptions(options json.RawMessage, rpID string) json.RawMessage {
	var own struct {
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(options, &own) != nil || own.Challenge == "" {
		own.Challenge = random(32)
	}
	all, _ := json.Marshal(map[string]any{ // texts always marshal
		"challenge": own.Challenge, "rpId": rpID, "userVerification": "required", "timeout": 300_000,
	})
	return all
}
