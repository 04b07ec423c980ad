package setup

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// planFeatures compares the pool's feature plan (UserPoolTier) with what is
// configured. Cognito keeps such settings when a pool moves to a smaller plan.
func planFeatures(_ Wish, s *State, _ string) (evidence string, wrong bool) {
	var plus, essentials []string
	if a := s.Pool.UserPoolAddOns; a != nil && a.AdvancedSecurityMode != "" && a.AdvancedSecurityMode != types.AdvancedSecurityModeTypeOff {
		plus = append(plus, "threat protection (UserPoolAddOns)")
	}
	if l := s.Pool.LambdaConfig; l != nil && l.PreTokenGenerationConfig != nil && l.PreTokenGenerationConfig.LambdaVersion != types.PreTokenGenerationLambdaVersionTypeV10 {
		essentials = append(essentials, "claims in access tokens (PreTokenGenerationConfig)")
	}
	if p := s.Pool.Policies; p != nil {
		if p.SignInPolicy != nil && len(p.SignInPolicy.AllowedFirstAuthFactors) > 1 {
			essentials = append(essentials, "a choice of first factors (SignInPolicy)")
		}
		if p.PasswordPolicy != nil && aws.ToInt32(p.PasswordPolicy.PasswordHistorySize) > 0 {
			essentials = append(essentials, "remembered passwords (PasswordHistorySize)")
		}
	}
	if s.MFA != nil && s.MFA.EmailMfaConfiguration != nil {
		essentials = append(essentials, "codes by e-mail as a second factor (EmailMfaConfiguration)")
	}
	evidence = fmt.Sprintf("the plan is %s", s.Pool.UserPoolTier)
	var missing []string
	if s.Pool.UserPoolTier != types.UserPoolTierTypePlus {
		missing = append(missing, plus...)
	}
	if s.Pool.UserPoolTier == types.UserPoolTierTypeLite {
		missing = append(missing, essentials...)
	}
	if len(missing) > 0 {
		return evidence + ", and lacks " + strings.Join(missing, ", "), true
	}
	return evidence, false
}
