package userpool

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

// SelectFactor asks for a first factor of [FlowChoice].
type SelectFactor struct {
	ChallengeInfo

	// Available are the factors that Cognito offers; empty if it does not say.
	Available []Factor
}

func selectFactor(t *turn) *SelectFactor {
	ch := &SelectFactor{ChallengeInfo: ChallengeInfo{t}}
	for _, name := range t.Available {
		ch.Available = append(ch.Available, Factor(name))
	}
	return ch
}

// Choose selects a factor. The next step has its challenge: [SMSCode],
// [EmailCode] or [WebAuthn]. For a password, call Password or PasswordSRP.
func (ch *SelectFactor) Choose(ctx context.Context, factor Factor, opts ...CallOption) (*Step, error) {
	switch factor {
	case FactorPassword, FactorPasswordSRP:
		return nil, ch.refuse(errors.New("Choose does not take a password factor: call Password or PasswordSRP, with the password"))
	case "":
		return nil, ch.refuse(errors.New("no factor was chosen"))
	}
	return ch.answer(ctx, map[string]string{"ANSWER": string(factor)}, &known{}, opts)
}

// PasswordSRP proves the password, which does not leave this process (SRP).
func (ch *SelectFactor) PasswordSRP(ctx context.Context, password cognito.Secret, opts ...CallOption) (*Step, error) {
	if password == "" {
		return nil, ch.refuse(errNoPassword)
	}
	k := &known{}
	return ch.answer(ctx, map[string]string{"ANSWER": string(FactorPasswordSRP), "SRP_A": k.proves(password)}, k, opts)
}

// Password sends the password to Cognito, through TLS: see [FlowPassword].
func (ch *SelectFactor) Password(ctx context.Context, password cognito.Secret, opts ...CallOption) (*Step, error) {
	if password == "" {
		return nil, ch.refuse(errNoPassword)
	}
	return ch.answer(ctx, map[string]string{"ANSWER": string(FactorPassword), "PASSWORD": string(password)}, &known{}, opts, string(password))
}

// WebAuthn asks for a passkey.
type WebAuthn struct {
	ChallengeInfo

	// Options are the PublicKeyCredentialRequestOptions as JSON, for the
	// page: PublicKeyCredential.parseRequestOptionsFromJSON reads them, and
	// navigator.credentials.get takes them. A challenge that [Pending] has
	// kept does not have them, because only the page needs them.
	Options json.RawMessage
}

func webAuthn(t *turn) (*WebAuthn, error) {
	var options map[string]json.RawMessage
	if err := t.DecodeParameter(requestOptions, &options); err != nil {
		return nil, err
	}
	ch := &WebAuthn{ChallengeInfo: ChallengeInfo{t}}
	if options != nil {
		ch.Options = json.RawMessage(t.Params[requestOptions])
	}
	return ch, nil
}

const (
	nameWebAuthn   = "WEB_AUTHN"
	requestOptions = "CREDENTIAL_REQUEST_OPTIONS"
)

// AnyOptions returns options that name no passkey. They look the same for every
// account and for a decoy ([Client.Decoy]). Use them in a form where anybody
// can type a user name, because Options reveal that the account exists. The
// browser then offers all passkeys that it has for rpID, which is the
// RelyingPartyId of the pool.
//
// Call it on the challenge that came from Cognito. A challenge that [Pending]
// has kept has no options: AnyOptions then makes some that Cognito refuses.
func (ch *WebAuthn) AnyOptions(rpID string) json.RawMessage {
	return record.AnyOptions(ch.Options, rpID)
}

// Answer sends the browser's credential as JSON (AuthenticationResponseJSON,
// the result of toJSON). Only Cognito can check it.
func (ch *WebAuthn) Answer(ctx context.Context, credential json.RawMessage, opts ...CallOption) (*Step, error) {
	if _, err := record.Credential(credential); err != nil {
		return nil, ch.refuse(err)
	}
	return ch.answer(ctx, map[string]string{"CREDENTIAL": string(credential)}, &known{}, opts, string(credential))
}
