package passkeys

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The operations that add a passkey.
const (
	OpStart    = "StartWebAuthnRegistration"
	OpComplete = "CompleteWebAuthnRegistration"
)

// What the operations take and answer.
type (
	StartOutput struct{ CredentialCreationOptions *CreationOptions }

	CompleteInput struct {
		AccessToken string
		Credential  awsjson.Kept
	}

	ListInput struct {
		AccessToken string
		MaxResults  *int
		NextToken   string
	}

	ListOutput struct {
		Credentials []Listed
		NextToken   string `json:",omitempty"`
	}

	Listed struct {
		CredentialId            string
		FriendlyCredentialName  string
		RelyingPartyId          string
		AuthenticatorAttachment string `json:",omitempty"`
		AuthenticatorTransports []string
		CreatedAt               awsjson.Time
	}

	DeleteInput struct {
		AccessToken  string
		CredentialId string
	}
)

// List is one page of them, the oldest first.
func (all Keys) List(in *ListInput) (*ListOutput, error) {
	page, next, err := awsjson.Paginate(all, Key.Order, in.MaxResults, Most, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &ListOutput{Credentials: []Listed{}, NextToken: next}
	for _, k := range page {
		transports := append([]string{}, k.Transports...)
		out.Credentials = append(out.Credentials, Listed{k.Name(), k.FriendlyName(), k.RPID, k.Attachment, transports, awsjson.Time(k.Created)})
	}
	return out, nil
}

// Faults are the refusals that a test can set as a fault, without their real
// cause.
var Faults = map[fault.Kind]refusal.Message{
	fault.PasskeysOff: ErrOff, fault.PasskeysUnconfigured: ErrUnconfigured, fault.PasskeyExpired: ErrNotStarted,
	fault.PasskeyDomain: ErrParty, fault.PasskeyClient: ErrClient, fault.PasskeyOrigin: ErrOrigin,
	fault.PasskeyKind: ErrKind, fault.PasskeyRefused: refusal.WrongPassword,
	fault.Plan: refusal.New(string(fault.Plan), "The feature is not available in the plan of the user pool."),
}

// FaultOps says where they can happen.
var FaultOps = map[fault.Kind][]string{
	fault.PasskeysOff: {OpStart, OpComplete}, fault.PasskeysUnconfigured: {OpStart}, fault.PasskeyExpired: {OpComplete},
	fault.PasskeyDomain: {OpComplete}, fault.PasskeyClient: {OpComplete}, fault.PasskeyOrigin: {OpComplete}, fault.PasskeyKind: {OpComplete},
	fault.PasskeyRefused: {"RespondToAuthChallenge", "AdminRespondToAuthChallenge"}, fault.Plan: {OpStart, "SetUserPoolMfaConfig"},
}
