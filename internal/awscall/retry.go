package awscall

import (
	"errors"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

const (
	maxAttempts = 3
	maxBackoff  = 2 * time.Second
)

// Retryer repeats only calls that AWS has certainly not carried out. AWS turned
// them away for the rate, or there was no connection. The SDK's own choice
// includes time-outs, lost connections and status 5xx. After these a one-time
// code, a session or a rotated refresh token may be spent, and the repetition
// would report it as wrong.
func Retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(neverArrived(err))
		})}
	})
}

// neverArrived reports whether err says that a call had no effect.
func neverArrived(err error) bool {
	var refusal smithy.APIError
	if errors.As(err, &refusal) {
		return IsThrottle(refusal.ErrorCode())
	}
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial" && !network.Timeout()
}

// IsThrottle reports whether a code of AWS says that there were too many calls.
func IsThrottle(code string) bool {
	switch code {
	case "TooManyRequestsException", "ThrottlingException", "Throttling":
		return true
	}
	return false
}
