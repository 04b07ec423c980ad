package remote

import (
	"cmp"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// An event is what Lambda gets from Cognito.
type event struct {
	Version       string         `json:"version"`
	Region        string         `json:"region"`
	UserPoolID    string         `json:"userPoolId"`
	UserName      string         `json:"userName"`
	CallerContext callerContext  `json:"callerContext"`
	TriggerSource trigger.Source `json:"triggerSource"`
	Request       any            `json:"request"`
	Response      any            `json:"response"`
}

type callerContext struct {
	SDKVersion string `json:"awsSdkVersion"`
	ClientID   string `json:"clientId"`
}

// noClient is the clientId of what an administrator does.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

func eventOf(e trigger.Event, request any) event {
	return event{
		Version: "1", Region: e.Region, UserPoolID: e.UserPoolID, UserName: e.UserName, TriggerSource: e.TriggerSource,
		CallerContext: callerContext{"aws-sdk-unknown-unknown", cmp.Or(e.ClientID, noClient)}, Request: request,
	}
}

// A user has the fields of every request except that of a migration.
type user struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

func userOf(e trigger.Event) user { return user{e.UserAttributes, e.ClientMetadata} }

type preSignUpRequest struct {
	user
	ValidationData map[string]string `json:"validationData"`
}

type preSignUpResponse struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

type preAuthenticationRequest struct {
	user
	ValidationData map[string]string `json:"validationData"`
	UserNotFound   bool              `json:"userNotFound"`
}

type postAuthenticationRequest struct {
	user
	NewDeviceUsed bool `json:"newDeviceUsed"`
}

type customMessageRequest struct {
	user
	CodeParameter     string `json:"codeParameter"`
	UsernameParameter string `json:"usernameParameter"`
}

type customMessageResponse struct {
	SMSMessage   *string `json:"smsMessage"`
	EmailMessage *string `json:"emailMessage"`
	EmailSubject *string `json:"emailSubject"`
}

type challengeResult struct {
	ChallengeName     string  `json:"challengeName"`
	ChallengeResult   bool    `json:"challengeResult"`
	ChallengeMetadata *string `json:"challengeMetadata"`
}

func sessionOf(steps []trigger.ChallengeResult) []challengeResult {
	all := []challengeResult{}
	for _, s := range steps {
		r := challengeResult{ChallengeName: s.ChallengeName, ChallengeResult: s.ChallengeResult}
		if s.ChallengeMetadata != "" {
			r.ChallengeMetadata = &s.ChallengeMetadata
		}
		all = append(all, r)
	}
	return all
}

type defineRequest struct {
	user
	Session      []challengeResult `json:"session"`
	UserNotFound bool              `json:"userNotFound"`
}

type defineResponse struct {
	ChallengeName      *string `json:"challengeName"`
	IssueTokens        *bool   `json:"issueTokens"`
	FailAuthentication *bool   `json:"failAuthentication"`
}

type createRequest struct {
	user
	ChallengeName string            `json:"challengeName"`
	Session       []challengeResult `json:"session"`
	UserNotFound  bool              `json:"userNotFound"`
}

type createResponse struct {
	PublicChallengeParameters  map[string]string `json:"publicChallengeParameters"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeMetadata          *string           `json:"challengeMetadata"`
}

type verifyRequest struct {
	user
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeAnswer            string            `json:"challengeAnswer"`
	UserNotFound               bool              `json:"userNotFound"`
}

type verifyResponse struct {
	AnswerCorrect *bool `json:"answerCorrect"`
}

type migrationRequest struct {
	Password       string            `json:"password,omitempty"`
	ValidationData map[string]string `json:"validationData"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

type migrationResponse struct {
	UserAttributes         map[string]string `json:"userAttributes"`
	ForceAliasCreation     *bool             `json:"forceAliasCreation"`
	FinalUserStatus        *string           `json:"finalUserStatus"`
	MessageAction          *string           `json:"messageAction"`
	DesiredDeliveryMediums []string          `json:"desiredDeliveryMediums"`
}

type tokenRequest struct {
	user
	GroupConfiguration groups   `json:"groupConfiguration"`
	Scopes             []string `json:"scopes,omitempty"`
}

type groups struct {
	GroupsToOverride   []string `json:"groupsToOverride"`
	IAMRolesToOverride []string `json:"iamRolesToOverride"`
	PreferredRole      *string  `json:"preferredRole"`
}

type claimChanges struct {
	ClaimsToAddOrOverride map[string]any `json:"claimsToAddOrOverride"`
	ClaimsToSuppress      []string       `json:"claimsToSuppress"`
}

// tokenResponseV1 is the answer of the first version of the event.
type tokenResponseV1 struct {
	Details *struct {
		claimChanges
		Groups *groups `json:"groupOverrideDetails"`
	} `json:"claimsOverrideDetails"`
}

// tokenResponseV2 is the answer of the later versions.
type tokenResponseV2 struct {
	Details *struct {
		ID     *claimChanges `json:"idTokenGeneration"`
		Access *struct {
			claimChanges
			ScopesToAdd      []string `json:"scopesToAdd"`
			ScopesToSuppress []string `json:"scopesToSuppress"`
		} `json:"accessTokenGeneration"`
		Groups *groups `json:"groupOverrideDetails"`
	} `json:"claimsAndScopeOverrideDetails"`
}
