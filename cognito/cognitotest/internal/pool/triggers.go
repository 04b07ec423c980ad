package pool

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/remote"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Triggers are the pool's hooks: functions in Go, and for the rest those of
// other programs that Hooks.Functions names.
func (p *Pool) Triggers() trigger.Hooks {
	if len(p.Hooks.Functions) == 0 {
		return p.Hooks
	}
	urls, h := make(map[string]string), p.Hooks
	lambda := p.Profile().Lambda()
	for name, arn := range lambda.Functions() {
		if at := p.Hooks.Functions[arn]; at != "" {
			urls[name] = at
		}
	}
	if urls["PreTokenGeneration"] != "" && h.PreTokenGeneration == nil {
		h.PreTokenVersion = trigger.PreTokenVersion(lambda.TokenVersion())
	}
	for _, name := range settings.Triggers {
		if at := p.Hooks.Functions[name]; at != "" {
			urls[name] = at
		}
	}
	return remote.Direct.Fill(h, urls)
}

// Uncalled are the triggers of a LambdaConfig whose functions have no
// replacement here, in order.
func (p *Pool) Uncalled(c *settings.LambdaConfig) []string {
	h, arns := p.Triggers(), c.Functions()
	called := map[string]bool{
		"PreSignUp": h.PreSignUp != nil, "CustomMessage": h.CustomMessage != nil, "PostConfirmation": h.PostConfirmation != nil,
		"PreAuthentication": h.PreAuthentication != nil, "PostAuthentication": h.PostAuthentication != nil,
		"DefineAuthChallenge": h.DefineAuthChallenge != nil, "CreateAuthChallenge": h.CreateAuthChallenge != nil,
		"VerifyAuthChallengeResponse": h.VerifyAuthChallengeResponse != nil, "UserMigration": h.UserMigration != nil,
		"PreTokenGeneration": h.PreTokenGeneration != nil,
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(arns)), func(name string) bool { return called[name] })
}

// FunctionsByARN are the entries of Hooks.Functions that serve other pools too:
// every pool whose LambdaConfig names the ARN.
func (p *Pool) FunctionsByARN() map[string]string {
	all := maps.Clone(p.Hooks.Functions)
	maps.DeleteFunc(all, func(name, _ string) bool { return !strings.HasPrefix(name, "arn:") })
	return all
}

// checkFunctions refuses functions that could never be called.
func checkFunctions(functions map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		u, err := url.Parse(functions[name])
		switch {
		case !strings.HasPrefix(name, "arn:") && !slices.Contains(settings.Triggers, name):
			return fmt.Errorf("WithHooks: Functions: %q is neither an ARN nor one of %s", name, strings.Join(settings.Triggers, ", "))
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			return fmt.Errorf("WithHooks: Functions: %s: %q is not an http or https URL", name, functions[name])
		}
	}
	return nil
}
