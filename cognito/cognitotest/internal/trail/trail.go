// Package trail writes the events that CloudTrail records of a user pool, as
// EventBridge delivers them.
package trail

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// Account is the AWS account that owns every pool.
const Account = "123456789012"

// Hidden replaces what CloudTrail does not record: names, passwords, tokens,
// codes and attributes.
const Hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// A Sink is where the events of a pool go. The zero value drops them. Its
// methods may be called concurrently.
type Sink struct {
	to atomic.Pointer[func(event []byte)]
}

// Set sets the function that receives each event from now on. Nil drops the
// events.
func (s *Sink) Set(to func(event []byte)) {
	if to == nil {
		s.to.Store(nil)
		return
	}
	s.to.Store(&to)
}

// Get returns the function that receives the events, or nil.
func (s *Sink) Get() func(event []byte) {
	if to := s.to.Load(); to != nil {
		return *to
	}
	return nil
}

// A Record is one request that CloudTrail records.
type Record struct {
	Name      string // of the operation, or of the page's event
	Service   bool   // a page or an OAuth endpoint, rather than an operation of the API
	PoolID    string
	Region    string
	At        time.Time
	Sub       string // of the user whom it is about; "" if there is none
	Params    map[string]any
	Status    int    // of a page's answer
	Domain    string // of a page
	ErrorCode string // "" if the request did not fail
	ErrorText string
	Request   *http.Request // nil for a call of the test itself
}

// IsWrite reports whether an operation changes something. EventBridge delivers
// no event of operations that only read.
func IsWrite(operation string) bool {
	name := strings.TrimPrefix(operation, "Admin")
	for _, prefix := range []string{"Get", "List", "Describe"} {
		if strings.HasPrefix(name, prefix) {
			return operation == "GetTokensFromRefreshToken" || operation == "GetUserAttributeVerificationCode"
		}
	}
	return true
}

// An envelope is what EventBridge puts around a record.
type envelope struct {
	Version    string    `json:"version"`
	ID         string    `json:"id"`
	DetailType string    `json:"detail-type"`
	Source     string    `json:"source"`
	Account    string    `json:"account"`
	Time       time.Time `json:"time"`
	Region     string    `json:"region"`
	Resources  []string  `json:"resources"`
	Detail     detail    `json:"detail"`
}

// A detail is CloudTrail's record.
type detail struct {
	EventVersion        string         `json:"eventVersion"`
	UserIdentity        map[string]any `json:"userIdentity"`
	EventTime           time.Time      `json:"eventTime"`
	EventSource         string         `json:"eventSource"`
	EventName           string         `json:"eventName"`
	AWSRegion           string         `json:"awsRegion"`
	SourceIPAddress     string         `json:"sourceIPAddress"`
	UserAgent           string         `json:"userAgent"`
	ErrorCode           string         `json:"errorCode,omitempty"`
	ErrorMessage        string         `json:"errorMessage,omitempty"`
	RequestParameters   map[string]any `json:"requestParameters"`
	ResponseElements    any            `json:"responseElements"`
	AdditionalEventData map[string]any `json:"additionalEventData,omitempty"`
	RequestID           string         `json:"requestID"`
	EventID             string         `json:"eventID"`
	ReadOnly            bool           `json:"readOnly"`
	EventType           string         `json:"eventType"`
	ManagementEvent     bool           `json:"managementEvent"`
	RecipientAccountID  string         `json:"recipientAccountId"`
	EventCategory       string         `json:"eventCategory"`
}

// Event is the record as EventBridge delivers it.
func (r Record) Event() []byte {
	at := r.At.UTC().Truncate(time.Second)
	d := detail{
		EventVersion: "1.08", EventTime: at, EventSource: "cognito-idp.amazonaws.com", EventName: r.Name, AWSRegion: r.Region,
		SourceIPAddress: r.address(), UserAgent: r.userAgent(), ErrorCode: r.ErrorCode, ErrorMessage: r.ErrorText,
		RequestID: random.UUID(), EventID: random.UUID(), ManagementEvent: true, RecipientAccountID: Account, EventCategory: "Management",
		AdditionalEventData: make(map[string]any),
	}
	if r.Sub != "" {
		d.AdditionalEventData["sub"] = r.Sub
	}
	detailType := "AWS API Call via CloudTrail"
	if r.Service {
		detailType = "AWS Service Event via CloudTrail"
		r.describePage(&d)
	} else {
		d.EventType, d.UserIdentity, d.RequestParameters = "AwsApiCall", r.caller(), shown(r.Params)
	}
	body, err := json.Marshal(envelope{
		Version: "0", ID: random.UUID(), DetailType: detailType, Source: "aws.cognito-idp", Account: Account,
		Time: at, Region: r.Region, Resources: []string{}, Detail: d,
	})
	if err != nil {
		panic("cognitotest: " + err.Error()) // texts, numbers and booleans
	}
	return body
}

// describePage fills in what CloudTrail records of a page.
func (r Record) describePage(d *detail) {
	d.EventType = "AwsServiceEvent"
	d.UserIdentity = map[string]any{"accountId": Account}
	more := d.AdditionalEventData
	more["userPoolId"] = r.PoolID
	more["userPoolDomain"] = r.Domain
	more["requestParameters"] = shown(r.Params)
	more["responseParameters"] = map[string]any{"status": r.Status}
}

// caller is who called an operation.
func (r Record) caller() map[string]any {
	if r.Request == nil {
		return administrator("AKIAEMULATOR")
	}
	authorization := r.Request.Header.Get("Authorization")
	_, credential, signed := strings.Cut(authorization, "Credential=")
	if !signed {
		return map[string]any{"type": "Unknown", "principalId": "Anonymous"}
	}
	key, _, _ := strings.Cut(credential, "/")
	return administrator(clip(key, 128))
}

// administrator is an IAM user with a key.
func administrator(accessKeyID string) map[string]any {
	return map[string]any{
		"type": "IAMUser", "principalId": "AIDAEMULATOR", "arn": "arn:aws:iam::" + Account + ":user/emulator",
		"accountId": Account, "accessKeyId": accessKeyID, "userName": "emulator",
	}
}

func (r Record) address() string {
	if r.Request == nil {
		return "127.0.0.1"
	}
	host := r.Request.RemoteAddr
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	if host == "" {
		return "127.0.0.1"
	}
	return strings.Trim(host, "[]")
}

func (r Record) userAgent() string {
	if r.Request == nil {
		return "cognitotest"
	}
	return clip(r.Request.UserAgent(), 256)
}

// clip limits the length of a text from outside in a record.
func clip(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "")
}

// plain are the parameters whose texts CloudTrail was seen to record. Every
// other text is hidden.
var plain = map[string]bool{
	"userPoolId": true, "clientId": true, "authFlow": true, "challengeName": true, "groupName": true, "providerName": true,
	"identifier": true, "domain": true, "resourceArn": true, "deviceKey": true, "permanent": true, "messageAction": true,
	"client_id": true, "redirect_uri": true, "response_type": true, "grant_type": true, "scope": true, "logout_uri": true,
	"identity_provider": true, "lang": true,
}

// shown are parameters as CloudTrail records them, with names that begin with
// a small letter.
func shown(params map[string]any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	all := make(map[string]any)
	for name, value := range params {
		name = lower(clip(name, 64))
		switch value.(type) {
		case bool, float64, nil:
		default:
			if !plain[name] {
				value = Hidden
			}
		}
		all[name] = value
	}
	return all
}

func lower(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[size:]
}
