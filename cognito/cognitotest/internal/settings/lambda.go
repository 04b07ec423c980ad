package settings

import (
	"encoding/json"
	"maps"
	"slices"
)

// A LambdaConfig names the functions of a pool's triggers, by their ARNs, as the
// API writes it.
type LambdaConfig struct {
	PreSignUp                   string         `json:",omitempty"`
	CustomMessage               string         `json:",omitempty"`
	PostConfirmation            string         `json:",omitempty"`
	PreAuthentication           string         `json:",omitempty"`
	PostAuthentication          string         `json:",omitempty"`
	DefineAuthChallenge         string         `json:",omitempty"`
	CreateAuthChallenge         string         `json:",omitempty"`
	VerifyAuthChallengeResponse string         `json:",omitempty"`
	PreTokenGeneration          string         `json:",omitempty"`
	UserMigration               string         `json:",omitempty"`
	PreTokenGenerationConfig    *LambdaVersion `json:",omitempty"`
	CustomSMSSender             *LambdaVersion `json:",omitempty" api:"inert"`
	CustomEmailSender           *LambdaVersion `json:",omitempty" api:"inert"`
	KMSKeyID                    string         `json:",omitempty" api:"inert"`
	InboundFederation           *LambdaVersion `json:",omitempty" api:"inert"`
}

// A LambdaVersion is a function and the version of the event that it takes.
type LambdaVersion struct {
	LambdaVersion string `json:",omitempty"`
	LambdaArn     string `json:",omitempty"`
}

// Triggers are the names of the triggers that a function can have here, as
// LambdaConfig spells them.
var Triggers = []string{
	"CreateAuthChallenge", "CustomMessage", "DefineAuthChallenge", "PostAuthentication", "PostConfirmation",
	"PreAuthentication", "PreSignUp", "PreTokenGeneration", "UserMigration", "VerifyAuthChallengeResponse",
}

// Functions are the ARNs of the functions, by the names of their triggers.
func (c *LambdaConfig) Functions() map[string]string {
	all := map[string]string{
		"PreSignUp": c.PreSignUp, "CustomMessage": c.CustomMessage, "PostConfirmation": c.PostConfirmation,
		"PreAuthentication": c.PreAuthentication, "PostAuthentication": c.PostAuthentication,
		"DefineAuthChallenge": c.DefineAuthChallenge, "CreateAuthChallenge": c.CreateAuthChallenge,
		"VerifyAuthChallengeResponse": c.VerifyAuthChallengeResponse, "UserMigration": c.UserMigration,
		"PreTokenGeneration": c.PreTokenGeneration,
	}
	if v := c.PreTokenGenerationConfig; v != nil && v.LambdaArn != "" {
		all["PreTokenGeneration"] = v.LambdaArn
	}
	maps.DeleteFunc(all, func(_, arn string) bool { return arn == "" })
	return all
}

// TokenVersion is the version of the PreTokenGeneration event: 1 unless
// PreTokenGenerationConfig says otherwise.
func (c *LambdaConfig) TokenVersion() int {
	if v := c.PreTokenGenerationConfig; v != nil {
		return max(1, 1+slices.Index([]string{"V1_0", "V2_0", "V3_0"}, v.LambdaVersion))
	}
	return 1
}

// Lambda is the pool's LambdaConfig, which is empty unless the API set one.
func (p Profile) Lambda() *LambdaConfig {
	c := new(LambdaConfig)
	if kept := p.Kept["LambdaConfig"]; kept != nil {
		_ = json.Unmarshal(kept, c) // of an older snapshot, as far as it can be read
	}
	return c
}
