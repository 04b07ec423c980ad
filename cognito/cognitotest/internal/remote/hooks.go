package remote

import (
	"context"
	"strconv"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Fill returns hooks in which functions over HTTP take the places of triggers
// that have no function in Go. urls are theirs, by the name of the trigger.
func (c Caller) Fill(h trigger.Hooks, urls map[string]string) trigger.Hooks {
	c.fillAccounts(&h, urls)
	c.fillChallenges(&h, urls)
	if url := urls["UserMigration"]; url != "" && h.UserMigration == nil {
		h.UserMigration = func(ctx context.Context, e *trigger.UserMigration) error { return c.migrate(ctx, url, e) }
	}
	if url := urls["PreTokenGeneration"]; url != "" && h.PreTokenGeneration == nil {
		version := h.PreTokenVersion
		h.PreTokenGeneration = func(ctx context.Context, e *trigger.PreTokenGeneration) error {
			if version == trigger.PreTokenV1 {
				return c.changeTokensV1(ctx, url, e)
			}
			return c.changeTokens(ctx, url, version, e)
		}
	}
	return h
}

// fillAccounts fills in the triggers of sign-ups, sign-ins and messages.
func (c Caller) fillAccounts(h *trigger.Hooks, urls map[string]string) {
	if url := urls["PreSignUp"]; url != "" && h.PreSignUp == nil {
		h.PreSignUp = func(ctx context.Context, e *trigger.PreSignUp) error {
			var r preSignUpResponse
			err := c.call(ctx, "PreSignUp", url, eventOf(e.Event, preSignUpRequest{userOf(e.Event), e.ValidationData}), &r)
			e.AutoConfirmUser, e.AutoVerifyEmail, e.AutoVerifyPhone = r.AutoConfirmUser, r.AutoVerifyEmail, r.AutoVerifyPhone
			return err
		}
	}
	if url := urls["PostConfirmation"]; url != "" && h.PostConfirmation == nil {
		h.PostConfirmation = func(ctx context.Context, e *trigger.PostConfirmation) error {
			return c.call(ctx, "PostConfirmation", url, eventOf(e.Event, userOf(e.Event)), new(struct{}))
		}
	}
	if url := urls["PreAuthentication"]; url != "" && h.PreAuthentication == nil {
		h.PreAuthentication = func(ctx context.Context, e *trigger.PreAuthentication) error {
			return c.call(ctx, "PreAuthentication", url, eventOf(e.Event, preAuthenticationRequest{userOf(e.Event), e.ValidationData, e.UserNotFound}), new(struct{}))
		}
	}
	if url := urls["PostAuthentication"]; url != "" && h.PostAuthentication == nil {
		h.PostAuthentication = func(ctx context.Context, e *trigger.PostAuthentication) error {
			return c.call(ctx, "PostAuthentication", url, eventOf(e.Event, postAuthenticationRequest{userOf(e.Event), e.NewDeviceUsed}), new(struct{}))
		}
	}
	if url := urls["CustomMessage"]; url != "" && h.CustomMessage == nil {
		h.CustomMessage = func(ctx context.Context, e *trigger.CustomMessage) error {
			var r customMessageResponse
			err := c.call(ctx, "CustomMessage", url, eventOf(e.Event, customMessageRequest{userOf(e.Event), e.CodeParameter, e.UsernameParameter}), &r)
			e.SMSMessage, e.EmailMessage, e.EmailSubject = given(r.SMSMessage), given(r.EmailMessage), given(r.EmailSubject)
			return err
		}
	}
}

// fillChallenges fills in the triggers of CUSTOM_AUTH.
func (c Caller) fillChallenges(h *trigger.Hooks, urls map[string]string) {
	if url := urls["DefineAuthChallenge"]; url != "" && h.DefineAuthChallenge == nil {
		h.DefineAuthChallenge = func(ctx context.Context, e *trigger.DefineAuthChallenge) error {
			var r defineResponse
			err := c.call(ctx, "DefineAuthChallenge", url, eventOf(e.Event, defineRequest{userOf(e.Event), sessionOf(e.Session), e.UserNotFound}), &r)
			e.ChallengeName, e.IssueTokens, e.FailAuthentication = given(r.ChallengeName), given(r.IssueTokens), given(r.FailAuthentication)
			return err
		}
	}
	if url := urls["CreateAuthChallenge"]; url != "" && h.CreateAuthChallenge == nil {
		h.CreateAuthChallenge = func(ctx context.Context, e *trigger.CreateAuthChallenge) error {
			var r createResponse
			err := c.call(ctx, "CreateAuthChallenge", url, eventOf(e.Event, createRequest{userOf(e.Event), e.ChallengeName, sessionOf(e.Session), e.UserNotFound}), &r)
			e.PublicChallengeParameters, e.PrivateChallengeParameters, e.ChallengeMetadata = r.PublicChallengeParameters, r.PrivateChallengeParameters, given(r.ChallengeMetadata)
			return err
		}
	}
	if url := urls["VerifyAuthChallengeResponse"]; url != "" && h.VerifyAuthChallengeResponse == nil {
		h.VerifyAuthChallengeResponse = func(ctx context.Context, e *trigger.VerifyAuthChallengeResponse) error {
			var r verifyResponse
			err := c.call(ctx, "VerifyAuthChallengeResponse", url,
				eventOf(e.Event, verifyRequest{userOf(e.Event), e.PrivateChallengeParameters, e.ChallengeAnswer, e.UserNotFound}), &r)
			e.AnswerCorrect = given(r.AnswerCorrect)
			return err
		}
	}
}

// given is a value that a function may have left null.
func given[T any](value *T) (v T) {
	if value != nil {
		v = *value
	}
	return v
}

func (c Caller) migrate(ctx context.Context, url string, e *trigger.UserMigration) error {
	var r migrationResponse
	request := migrationRequest{e.Password, e.ValidationData, e.ClientMetadata}
	if err := c.call(ctx, "UserMigration", url, eventOf(e.Event, request), &r); err != nil {
		return err
	}
	e.Attributes, e.FinalUserStatus = r.UserAttributes, given(r.FinalUserStatus)
	return nil
}

// tokenEvent is the event of PreTokenGeneration.
func tokenEvent(e *trigger.PreTokenGeneration) event {
	g := e.GroupOverrideDetails
	request := tokenRequest{user: userOf(e.Event), Scopes: e.Scopes, GroupConfiguration: groups{
		GroupsToOverride: append([]string{}, g.GroupsToOverride...), IAMRolesToOverride: append([]string{}, g.IAMRolesToOverride...),
	}}
	if g.PreferredRole != "" {
		request.GroupConfiguration.PreferredRole = &g.PreferredRole
	}
	return eventOf(e.Event, request)
}

func (c Caller) changeTokensV1(ctx context.Context, url string, e *trigger.PreTokenGeneration) error {
	var r tokenResponseV1
	if err := c.call(ctx, "PreTokenGeneration", url, tokenEvent(e), &r); err != nil || r.Details == nil {
		return err
	}
	e.IDTokenGeneration = trigger.IDTokenGeneration(r.Details.claimChanges)
	r.Details.Groups.apply(e)
	return nil
}

func (c Caller) changeTokens(ctx context.Context, url string, version trigger.PreTokenVersion, e *trigger.PreTokenGeneration) error {
	var r tokenResponseV2
	sent := tokenEvent(e)
	sent.Version = strconv.Itoa(int(max(version, trigger.PreTokenV2)))
	if err := c.call(ctx, "PreTokenGeneration", url, sent, &r); err != nil || r.Details == nil {
		return err
	}
	if id := r.Details.ID; id != nil {
		e.IDTokenGeneration = trigger.IDTokenGeneration(*id)
	}
	if access := r.Details.Access; access != nil {
		e.AccessTokenGeneration = trigger.AccessTokenGeneration{
			ClaimsToAddOrOverride: access.ClaimsToAddOrOverride, ClaimsToSuppress: access.ClaimsToSuppress,
			ScopesToAdd: access.ScopesToAdd, ScopesToSuppress: access.ScopesToSuppress,
		}
	}
	r.Details.Groups.apply(e)
	return nil
}

// apply sets the groups and roles that a function decides about, if it does.
func (g *groups) apply(e *trigger.PreTokenGeneration) {
	if g != nil {
		e.GroupOverrideDetails = trigger.GroupOverrideDetails{
			GroupsToOverride: g.GroupsToOverride, IAMRolesToOverride: g.IAMRolesToOverride, PreferredRole: given(g.PreferredRole),
		}
	}
}
