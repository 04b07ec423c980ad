package userpool

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito/observe"
)

// An outcome has what the answers of the four operations have in common.
type outcome struct {
	op        observe.Op
	name      string // of the challenge, "" where there are tokens
	session   string
	params    map[string]string
	available []types.ChallengeNameType
	result    *types.AuthenticationResultType
}

// initiate begins the sign-in.
func (t *turn) initiate(ctx context.Context, who Credentials, k *known, o callOptions) (*outcome, error) {
	flow := who.Flow
	if flow == "" {
		flow = FlowSRP
	}
	params, secret := t.parameters(who, k), string(who.Password)
	if t.Admin {
		out, err := callSigned(ctx, t.c, opAdminInitiateAuth, t.c.sdk.AdminInitiateAuth, &cip.AdminInitiateAuthInput{
			AuthFlow:       types.AuthFlowType(flow),
			UserPoolId:     aws.String(t.c.pool.UserPoolID),
			ClientId:       aws.String(t.c.pool.ClientID),
			AuthParameters: params,
			ClientMetadata: o.metadata,
			ContextData:    o.server,
		}, t.sign(params), secret)
		if err != nil {
			return nil, t.about(err, "", who.First)
		}
		return &outcome{opAdminInitiateAuth, string(out.ChallengeName), aws.ToString(out.Session), out.ChallengeParameters, out.AvailableChallenges, out.AuthenticationResult}, nil
	}
	out, err := callSigned(ctx, t.c, opInitiateAuth, t.c.sdk.InitiateAuth, &cip.InitiateAuthInput{
		AuthFlow:        types.AuthFlowType(flow),
		ClientId:        aws.String(t.c.pool.ClientID),
		AuthParameters:  params,
		ClientMetadata:  o.metadata,
		UserContextData: o.context,
		Session:         optional(string(who.Session)),
	}, t.sign(params), secret, string(who.Session))
	if err != nil {
		return nil, t.about(err, "", who.First)
	}
	return &outcome{opInitiateAuth, string(out.ChallengeName), aws.ToString(out.Session), out.ChallengeParameters, out.AvailableChallenges, out.AuthenticationResult}, nil
}

// respond sends one answer to the challenge. The secrets are values of the
// answer that no error may quote.
func (t *turn) respond(ctx context.Context, responses map[string]string, o callOptions, secrets ...string) (*outcome, error) {
	responses = t.identify(responses)
	secrets = append(secrets, t.Session)
	if t.Admin {
		out, err := callSigned(ctx, t.c, opAdminRespond, t.c.sdk.AdminRespondToAuthChallenge, &cip.AdminRespondToAuthChallengeInput{
			ChallengeName:      types.ChallengeNameType(t.Name),
			UserPoolId:         aws.String(t.c.pool.UserPoolID),
			ClientId:           aws.String(t.c.pool.ClientID),
			Session:            optional(t.Session),
			ChallengeResponses: responses,
			ClientMetadata:     o.metadata,
			ContextData:        o.server,
		}, t.sign(responses), secrets...)
		if err != nil {
			return nil, t.about(err, t.Name, chosen(t.Name, responses))
		}
		return &outcome{opAdminRespond, string(out.ChallengeName), aws.ToString(out.Session), out.ChallengeParameters, nil, out.AuthenticationResult}, nil
	}
	out, err := callSigned(ctx, t.c, opRespond, t.c.sdk.RespondToAuthChallenge, &cip.RespondToAuthChallengeInput{
		ChallengeName:      types.ChallengeNameType(t.Name),
		ClientId:           aws.String(t.c.pool.ClientID),
		Session:            optional(t.Session),
		ChallengeResponses: responses,
		ClientMetadata:     o.metadata,
		UserContextData:    o.context,
	}, t.sign(responses), secrets...)
	if err != nil {
		return nil, t.about(err, t.Name, chosen(t.Name, responses))
	}
	return &outcome{opRespond, string(out.ChallengeName), aws.ToString(out.Session), out.ChallengeParameters, nil, out.AuthenticationResult}, nil
}

// about notes in an error of [call] which challenge was answered, and whether
// the sign-in was to begin with a code or a passkey.
func (t *turn) about(err error, challenge string, first Factor) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Challenge, e.passwordless = challenge, passwordless(first)
	}
	return err
}

// chosen is the first factor that an answer to SELECT_CHALLENGE picks.
func chosen(challenge string, responses map[string]string) Factor {
	if challenge != "SELECT_CHALLENGE" {
		return ""
	}
	return Factor(responses["ANSWER"])
}

// identify adds what every call of a sign-in carries. That is the username that
// Cognito named last (at first, the typed one), and the device.
func (t *turn) identify(values map[string]string) map[string]string {
	values["USERNAME"] = t.Username
	if t.DeviceKey != "" {
		values["DEVICE_KEY"] = t.DeviceKey
	}
	return values
}

// sign adds the hash over the username that a call of a sign-in carries.
func (t *turn) sign(values map[string]string) func(secret string) {
	return func(secret string) { values["SECRET_HASH"] = *t.c.secretHash(t.Username, secret) }
}
