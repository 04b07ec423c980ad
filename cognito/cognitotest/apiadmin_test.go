package cognitotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// object is a JSON object of a request.
type object = map[string]any

// An admin calls operations of the API with AWS credentials.
type admin struct {
	t      testing.TB
	client *http.Client
	poolID string // goes into requests that name no pool; "" means none
}

func newAdmin(t testing.TB, pool *cognitotest.Pool) admin {
	return admin{t, pool.Client(), pool.ID()}
}

// call calls an operation and decodes the answer into out unless that is nil.
// A failure has the form "<exception>: <message>".
func (a admin) call(op string, in object, out any) (failure string) {
	a.t.Helper()
	params := object{}
	if a.poolID != "" {
		params["UserPoolId"] = a.poolID
	}
	for name, value := range in {
		params[name] = value
	}
	text, err := json.Marshal(params)
	if err != nil {
		a.t.Fatal(err)
	}
	status, body := a.post(op, string(text))
	if status != http.StatusOK {
		var e struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			a.t.Fatalf("%s: %d %q: %v", op, status, body, err)
		}
		return e.Type + ": " + e.Message
	}
	checkShape(a.t, op, []byte(body))
	if out != nil {
		if err := json.Unmarshal([]byte(body), out); err != nil {
			a.t.Fatalf("%s: body %q: %v", op, body, err)
		}
	}
	return ""
}

// must is call for what has to succeed.
func (a admin) must(op string, in object, out any) {
	a.t.Helper()
	if failure := a.call(op, in, out); failure != "" {
		a.t.Fatalf("%s(%v) = %s", op, in, failure)
	}
}

// refuse checks that a call is refused in these words.
func (a admin) refuse(op string, in object, want string) {
	a.t.Helper()
	if got := a.call(op, in, nil); got != want {
		a.t.Errorf("%s(%v) = %q, want %q", op, in, got, want)
	}
}

func (a admin) post(op, body string) (status int, answer string) {
	a.t.Helper()
	req, err := http.NewRequest("POST", apiURL, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// seconds is a time as the API writes it.
type seconds float64

func (s seconds) at() time.Time { return time.UnixMilli(int64(float64(s)*1000 + 0.5)) }

// Operations of administrators want credentials, and the pool they name.
func TestAdmin_Refuses(t *testing.T) {
	pool := newPool(t)
	in := map[string]any{"UserPoolId": pool.ID(), "Username": "jane", "GroupName": "admins"}
	if got, want := callAPI(t, pool, "AdminAddUserToGroup", in, nil), "MissingAuthenticationTokenException: Missing Authentication Token"; got != want {
		t.Errorf("AdminAddUserToGroup(unsigned) = %s, want %s", got, want)
	}
	a := newAdmin(t, pool)
	a.refuse("GetGroup", object{"UserPoolId": "eu-west-1_Other", "GroupName": "admins"}, "ResourceNotFoundException: User pool eu-west-1_Other does not exist.")
	a.refuse("AdminListGroupsForUser", object{"Username": "nobody"}, "UserNotFoundException: User does not exist.")
	a.refuse("GetGroup", object{"UserPoolId": nil, "GroupName": "admins"}, "InvalidParameterException: 1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null")
}
