package identitypool

import (
	"errors"
	"fmt"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	citypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/awscall"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// Errors to compare with [errors.Is]. Each comes in an [*Error].
var (
	// ErrGuests means that the identity pool gives guests no credentials.
	ErrGuests = errors.New("the identity pool takes no guests")

	// ErrRole means that the identity pool has no role for the visitor, or that
	// the visitor may not have the requested role.
	ErrRole = errors.New("no role for this visitor")

	// ErrLogin means that the identity pool refuses the user's ID token. If the
	// token has expired, the error is [cognito.ErrExpired] too.
	ErrLogin = errors.New("the identity pool refuses the ID token")

	// ErrNotFound means that there is no such identity pool, or no such
	// identity in it.
	ErrNotFound = errors.New("no such identity pool or identity")
)

// An Error says why a call to the identity pool, or to STS, failed.
type Error struct {
	// Op is the operation, such as "GetCredentialsForIdentity".
	Op observe.Op

	// Code is Cognito's or STS's name of the error, such as
	// "NotAuthorizedException", or one of the constants of package observe.
	Code observe.Code

	// Message is Cognito's text. Use it only in logs.
	Message string

	// Fix is advice for a developer, with Cognito's names of the settings, or
	// "".
	Fix string

	// Retryable reports whether the same call may succeed a moment later.
	Retryable bool

	// Status is the HTTP status of the answer, or 0. RequestID is the id that
	// AWS support asks for, or "".
	Status    int
	RequestID string

	// Err is the SDK's error, or another cause, or nil. [errors.As] finds
	// the SDK's own types in it.
	Err error

	is error // the sentinel, or nil
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "identitypool: %s: %s", e.Op, e.Code)
	switch {
	case e.Message != "":
		fmt.Fprintf(&b, " (%q)", e.Message)
	case e.Code == observe.CodeUnreachable, e.Code == observe.CodeBadAnswer && e.Err != nil:
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Fix != "" {
		b.WriteString(": " + e.Fix)
	}
	return b.String()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// Is recognizes the sentinels of this package, and [cognito.ErrExpired].
func (e *Error) Is(target error) bool {
	return e.is != nil && e.is == target || target == cognito.ErrExpired && e.expired()
}

func (e *Error) expired() bool {
	return e.is == ErrLogin && strings.Contains(e.Message, "Token expired") || e.Code == "ExpiredTokenException"
}

// fail makes an Error of what the SDK returned for op. None of its texts has one
// of the secrets.
func (c *Client) fail(op observe.Op, err error, secrets ...string) *Error {
	status, requestID := answered(err)
	refused, ok := errors.AsType[smithy.APIError](err)
	switch {
	case ok && refused.ErrorCode() != "UnknownError":
		message := redact.Message(refused.ErrorMessage(), secrets...)
		e := &Error{
			Op: op, Code: observe.Code(fetch.Clean(refused.ErrorCode())), Message: fetch.Clean(message),
			Status: status, RequestID: requestID, Err: saying(message, refused, err),
		}
		c.explain(e)
		return e
	case awscall.Unanswered(err):
		return c.unreachable(op, err)
	}
	return &Error{ // the SDK's text may quote the answer
		Op: op, Code: observe.CodeBadAnswer, Retryable: true,
		Status: status, RequestID: requestID, Err: awscall.BadAnswer(err, status),
	}
}

// answered returns the status and the request id of the answer that err is
// about, if there was one.
func answered(err error) (status int, requestID string) {
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return answer.HTTPStatusCode(), fetch.Clean(answer.RequestID)
	}
	return 0, ""
}

// saying returns err, in which the message of a refusal is replaced.
func saying(message string, refused smithy.APIError, err error) error {
	if message == refused.ErrorMessage() {
		return err
	}
	switch r := refused.(type) {
	case *citypes.InvalidParameterException:
		r.Message = &message
	case *citypes.NotAuthorizedException:
		r.Message = &message
	case *smithy.GenericAPIError:
		r.Message = message
	default: // these do not quote what they were sent
		return &smithy.GenericAPIError{Code: refused.ErrorCode(), Message: message, Fault: refused.ErrorFault()}
	}
	return err
}

// unreachable is an Error for a call without an answer.
func (c *Client) unreachable(op observe.Op, err error) *Error {
	return &Error{Op: op, Code: observe.CodeUnreachable, Retryable: true, Err: err}
}

// refused is an Error of ours.
func (c *Client) refused(op observe.Op, code observe.Code, fix string) error {
	e := &Error{Op: op, Code: code, Fix: fix}
	switch code {
	case observe.CodeNoIDToken, observe.CodeOtherUser:
		e.is = ErrLogin
	case observe.CodeNoRole:
		e.is = ErrRole
	}
	return e
}

// explain finds the sentinel and what to do.
func (c *Client) explain(e *Error) {
	pool := "identity pool " + c.cfg.Pool.IdentityPoolID
	has := func(text string) bool { return strings.Contains(e.Message, text) }
	switch e.Code {
	case "NotAuthorizedException":
		switch {
		case has("Unauthenticated access is not supported"):
			e.is, e.Fix = ErrGuests, "set AllowUnauthenticatedIdentities of "+pool+", with a role for guests, or give credentials to signed-in users only"
		case has("role"):
			e.is, e.Fix = ErrRole, "the user's cognito:roles do not decide on one role: give each group of the user pool a RoleArn and a Precedence of its own; or ask for one role with WithRole; or set AmbiguousRoleResolution of "+pool+" to AuthenticatedRole"
		case has("Token expired"):
			e.is, e.Fix = ErrLogin, "the ID token has expired: refresh the session first, or correct this machine's clock"
		case has("Incorrect token audience"), has("not from a supported provider"), has("Issuer doesn't match"):
			e.is, e.Fix = ErrLogin, fmt.Sprintf("add user pool %s with app client %s to CognitoIdentityProviders of %s", c.cfg.Pool.UserPoolID, c.cfg.Pool.ClientID, pool)
		case has("Invalid login token"):
			e.is, e.Fix = ErrLogin, "pass the ID token, not the access token; with ServerSideTokenCheck, users who are signed out or disabled are refused too"
		}
	case "InvalidIdentityPoolConfigurationException":
		e.is, e.Fix = ErrRole, "set the role for this kind of visitor in "+pool+" (SetIdentityPoolRoles); the role's trust policy must let "+hosts.IdentityPools(c.cfg.region())+" assume it, with the pool's id as aud"
	case "InvalidParameterException":
		switch {
		case has("at 'identityId' failed"): // the app's own text, as from a cookie
			e.is, e.Fix = ErrNotFound, "the visitor's id does not look like an identity id: make a new guest"
		case has("Basic (classic) flow is not enabled"):
			e.Fix = "set AllowClassicFlow of " + pool + ", or use the enhanced flow (Config.Flow)"
		case has("not supported with RoleMappings"):
			e.Fix = "remove the RoleMappings of " + pool + ", or use the enhanced flow (Config.Flow)"
		}
	case "AccessDenied":
		e.is, e.Fix = ErrRole, "the trust policy of the role must let "+hosts.IdentityPools(c.cfg.region())+" assume it with sts:AssumeRoleWithWebIdentity, for aud "+c.cfg.Pool.IdentityPoolID+" and the right amr"
	case "ResourceNotFoundException":
		e.is = ErrNotFound
		if e.Op == "GetId" {
			e.Fix = "there is no " + pool + " in region " + c.cfg.region() + ": compare Config.Pool.IdentityPoolID (COGNITO_IDENTITY_POOL_ID)"
		}
	case "TooManyRequestsException", "InternalErrorException", "ExternalServiceException", "Throttling", "ThrottlingException":
		e.Retryable = true
	}
}
