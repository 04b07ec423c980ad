package refusal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/awscall"
	"github.com/seed75762126/cognito-go/internal/wording"
)

// Facts are what decides on a reason.
type Facts struct {
	Op, Code string // those of userpool.Error
	Text     string // Refusal.Text, or ""
	Status   int
	Public   bool // the app client is configured without a secret
}

// Reason is the userpool.Reason of a call that went wrong: one code stands for
// many things.
func Reason(f Facts) string {
	reason := wording.Reason(f.Code, f.Text)
	switch {
	case reason == "unsupported" && f.Op != "RevokeToken": // with status 500, from an emulator
		return reason
	case awscall.IsThrottle(f.Code), f.Status == http.StatusTooManyRequests:
		return "busy"
	case f.Status >= 500:
		return "outage"
	case reason == "secret_wrong" && f.Public:
		return "secret_missing"
	case reason == "unsupported" && f.Op == "RevokeToken":
		return "revocation_disabled"
	case f.refreshes() && slices.Contains(endsRefresh, reason):
		return "refresh_token_over"
	case reason == "wrong_credentials" && f.Code == "InvalidParameterException" && f.Op != "ChangePassword":
		return "bad_parameter"
	case reason == "unknown_device" && strings.Contains(f.Op, "WebAuthn"), f.Op == "DeleteWebAuthnCredential" && f.Code == "ResourceNotFoundException":
		return "unknown_passkey"
	}
	return reason
}

func (f Facts) refreshes() bool {
	return f.Op == "GetTokensFromRefreshToken" || f.Op == "InitiateAuth REFRESH_TOKEN_AUTH"
}

// endsRefresh are the reasons after which a refresh token is not honoured any
// more, and the user has to sign in again.
var endsRefresh = []string{
	"refused", "refresh_token_over", "unknown_user", "user_disabled", "not_confirmed",
	"reset_required", "wrong_credentials", "access_token_over", "access_token_expired",
}
