package poolevents

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// An Event is one call to Cognito that ended a user's access.
type Event struct {
	ID         string    // CloudTrail's eventID: the same each time the event is delivered
	Name       string    // the operation, such as "AdminDisableUser"
	Time       time.Time // in whole seconds
	UserPoolID string    // "" if the event does not name the pool
	Subject    string    // the user's sub
	OriginJTI  string    // the sign-in that ended; "" means all sign-ins of the user
}

// What an operation ends.
const (
	endsTokens  = 1 + iota // Cognito refuses the user's tokens
	newPassword            // by an administrator; refresh tokens may still work
	ownPassword            // by the user, who signs in at once
	endsOne                // one sign-in
)

// operations are the calls that end access. ChangePassword is not among them: a
// user makes it while signed in, and session.Manager.EndOthers is the answer.
// The names with _POST are steps on Cognito's own pages.
var operations = map[string]int{
	"AdminDisableUser":           endsTokens,
	"AdminDeleteUser":            endsTokens,
	"AdminUserGlobalSignOut":     endsTokens,
	"DeleteUser":                 endsTokens,
	"GlobalSignOut":              endsTokens,
	"AdminResetUserPassword":     newPassword,
	"AdminSetUserPassword":       newPassword,
	"ConfirmForgotPassword":      ownPassword,
	"ConfirmForgotPassword_POST": ownPassword,
	"forgotPassword_POST":        ownPassword, // with a code; without one it only asks for one
	"RevokeToken":                endsOne,
}

// atOnce is how soon an event arrives that is not late, as from the emulator. AWS
// takes longer.
const atOnce = 2 * time.Second

// before is the time up to which what began has ended. A user with a new password
// is signed in within the same second, and must not be signed out when the event
// arrives.
func (e *Event) before(now time.Time) time.Time {
	if operations[e.Name] == ownPassword && now.Sub(e.Time) >= atOnce {
		return e.Time.Add(-time.Second)
	}
	return e.Time
}

// ErrMalformed means that an event cannot be read, or has a time in the future.
// Do not deliver it again.
var ErrMalformed = errors.New("poolevents: the event cannot be read")

// errNoUser means that an event ends the access of a user whom it does not name.
var errNoUser = errors.New("poolevents: the event does not name its user")

const (
	// maxEvent bounds an event, in bytes: EventBridge allows 256 KiB.
	maxEvent = 256 << 10

	// maxAhead is how far the time of an event may be ahead of this clock.
	// Sign-ins up to that time are refused.
	maxAhead = 5 * time.Minute
)

// envelope is an event as EventBridge delivers it. Of the CloudTrail record it
// has what is needed.
type envelope struct {
	Source     string  `json:"source"`
	DetailType string  `json:"detail-type"`
	Detail     *record `json:"detail"`
}

type record struct {
	EventSource string    `json:"eventSource"`
	EventName   string    `json:"eventName"`
	EventTime   time.Time `json:"eventTime"`
	EventID     string    `json:"eventID"`
	ErrorCode   string    `json:"errorCode"`
	Request     *struct {
		UserPoolID string `json:"userPoolId"`
		Username   string `json:"username"`
	} `json:"requestParameters"`
	Additional *additional `json:"additionalEventData"`
}

type additional struct {
	Sub        string                     `json:"sub"`
	UserPoolID string                     `json:"userPoolId"`
	OriginJTI  string                     `json:"originJti"`
	Request    map[string]json.RawMessage `json:"requestParameters"`
	Response   *struct {
		Status float64 `json:"status"`
	} `json:"responseParameters"`
}

// isSub recognizes a sub, which is a UUID.
var isSub = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// parse reads an event. It returns nil for one that ends nothing: of another
// service, of another operation, or a call that has failed. The error is
// [ErrMalformed] or errNoUser, and with errNoUser there is an event as well.
func parse(body []byte, now time.Time) (*Event, error) {
	if len(body) > maxEvent {
		return nil, fmt.Errorf("%w: it is longer than 256 KiB", ErrMalformed)
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if e.Source == "" || e.DetailType == "" {
		return nil, fmt.Errorf("%w: it is not an event of EventBridge: source or detail-type is missing", ErrMalformed)
	}
	r := e.Detail
	if r == nil || e.Source != "aws.cognito-idp" || r.EventSource != "cognito-idp.amazonaws.com" || operations[r.EventName] == 0 || r.failed() || r.asks() {
		return nil, nil
	}
	event := &Event{ID: r.EventID, Name: r.EventName, Time: r.EventTime.Truncate(time.Second), UserPoolID: r.pool(), Subject: r.user()}
	if r.Additional != nil && operations[r.EventName] == endsOne {
		event.OriginJTI = r.Additional.OriginJTI
	}
	switch {
	case event.ID == "" || event.Time.Unix() <= 0:
		return nil, fmt.Errorf("%w: eventID or eventTime is missing", ErrMalformed)
	case event.Time.Sub(now) > maxAhead:
		return nil, fmt.Errorf("%w: its time %v is in the future: check this machine's clock", ErrMalformed, event.Time)
	case operations[r.EventName] == endsOne && event.OriginJTI == "":
		return nil, nil // which sign-in has ended is not said
	case event.Subject == "":
		return event, errNoUser
	}
	return event, nil
}

// failed reports whether the call has failed, and has changed nothing.
func (r *record) failed() bool {
	return r.ErrorCode != "" || r.Additional != nil && r.Additional.Response != nil && r.Additional.Response.Status >= 400
}

// asks reports whether a step of the pages only asks for a code. Anybody can do
// that who knows a name, so it ends nothing.
func (r *record) asks() bool {
	return r.EventName == "forgotPassword_POST" && (r.Additional == nil || r.Additional.Request["code"] == nil)
}

func (r *record) pool() string {
	if r.Request != nil && r.Request.UserPoolID != "" {
		return r.Request.UserPoolID
	}
	if r.Additional != nil {
		return r.Additional.UserPoolID
	}
	return ""
}

// user is the sub of the user. CloudTrail hides names, but where the name is the
// sub it may be there.
func (r *record) user() string {
	if a := r.Additional; a != nil {
		if a.Sub != "" {
			return a.Sub
		}
		var list []string
		if json.Unmarshal(a.Request["sub"], &list) == nil && len(list) == 1 {
			return list[0]
		}
	}
	if r.Request != nil && isSub.MatchString(r.Request.Username) {
		return r.Request.Username
	}
	return ""
}
