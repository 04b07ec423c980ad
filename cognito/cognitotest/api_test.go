package cognitotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const apiURL = "https://cognito-idp.eu-west-1.amazonaws.com/"

// callAPI calls an operation of the user-pool API, and decodes the answer
// into out unless that is nil. An error has the form "<exception>: <message>".
func callAPI(t testing.TB, pool *cognitotest.Pool, op string, in, out any) (failure string) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	resp := postAPI(t, pool, op, string(body))
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		var e struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal(answer, &e); err != nil {
			t.Fatalf("%s: body %q: %v", op, answer, err)
		}
		if got, want := resp.Header.Get("x-amzn-ErrorType"), e.Type+":"; got != want {
			t.Errorf("%s: x-amzn-ErrorType = %q, want %q", op, got, want)
		}
		return e.Type + ": " + e.Message
	}
	checkShape(t, op, answer)
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			t.Fatalf("%s: body %q: %v", op, answer, err)
		}
	}
	return ""
}

func postAPI(t testing.TB, pool *cognitotest.Pool, op, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequest("POST", apiURL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	resp, err := pool.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestAPI_GetUser(t *testing.T) {
	pool := cognitotest.NewPool()
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	var user struct {
		Username       string
		UserAttributes []struct{ Name, Value string }
	}
	in := map[string]string{"AccessToken": string(pool.AccessToken("jane"))}
	if failure := callAPI(t, pool, "GetUser", in, &user); failure != "" {
		t.Fatalf("GetUser = %s", failure)
	}
	attributes := map[string]string{}
	for _, a := range user.UserAttributes {
		attributes[a.Name] = a.Value
	}
	if user.Username != "jane" || attributes["sub"] != sub || attributes["email_verified"] != "true" {
		t.Errorf("GetUser = %+v, want jane, %s, a verified e-mail", user, sub)
	}
	pool.SignOutUser("jane")
	if got, want := callAPI(t, pool, "GetUser", in, nil), "NotAuthorizedException: Access Token has been revoked"; got != want {
		t.Errorf("GetUser(signed out) = %s, want %s", got, want)
	}
}

// What is no operation, or no parameter of one, gets an error of the API's.
func TestAPI_Refuses(t *testing.T) {
	pool := cognitotest.NewPool()
	tests := []struct{ name, op, body, want string }{
		{"unknown operation", "Login", `{}`, "UnknownOperationException: The emulator does not know the operation AWSCognitoIdentityProviderService.Login: docs/emulator-operations.md lists those it has"},
		{"unknown parameter", "GetUser", `{"AccessToken":"a","Admin":true}`, "NotAuthorizedException: Invalid Access Token"},
		{"other case", "GetUser", `{"accessToken":"a"}`, "InvalidParameterException: 1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null"},
		{"missing parameter", "GetUser", `{}`, "InvalidParameterException: 1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null"},
		{"pattern", "GetUser", `{"AccessToken":"a b"}`, "InvalidParameterException: 1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"},
		{"other type", "GetUser", `{"AccessToken":1}`, "SerializationException: a parameter has another type"},
		{"no JSON", "GetUser", `AccessToken=1`, "SerializationException: the body is not a JSON object"},
		{"twice", "GetUser", `{"AccessToken":"a","AccessToken":"b"}`, "SerializationException: the body is not a JSON object"},
		{"too large", "GetUser", `{"AccessToken":"` + strings.Repeat("a", 64<<10) + `"}`, "SerializationException: the body has more than 65536 bytes"},
		{"no token", "GetUser", `{"AccessToken":"a"}`, "NotAuthorizedException: Invalid Access Token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp := postAPI(t, pool, tt.op, tt.body)
			defer resp.Body.Close()
			var e struct {
				Type    string `json:"__type"`
				Message string `json:"message"`
			}
			if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
				t.Fatal(err)
			}
			if got := e.Type + ": " + e.Message; got != tt.want || resp.StatusCode != http.StatusBadRequest {
				t.Errorf("%s(%.40s) = %d %s, want 400 %s", tt.op, tt.body, resp.StatusCode, got, tt.want)
			}
		})
	}
}

// Members that an operation does not have are ignored, as AWS JSON has it, at
// every level; they are in the log. One that differs in its case is another.
func TestAPI_IgnoresUnknownMembers(t *testing.T) {
	p := newAPIPool(t)
	body := `{"ClientId":"client1","clientId":"6mallory","AuthFlow":"USER_PASSWORD_AUTH","Novelty":{"a":[1]},
		"AuthParameters":{"USERNAME":"jane","PASSWORD":"` + password + `"},"UserContextData":{"IpAddress":"192.0.2.1","Shoe":42}}`
	resp := postAPI(t, p, "InitiateAuth", body)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("InitiateAuth with unknown members = %d, want tokens", resp.StatusCode)
	}
	event := p.Events(cognitotest.Event{Op: "InitiateAuth"})[0]
	if got, want := strings.Join(event.Ignored, " "), "Novelty UserContextData.Shoe clientId"; got != want {
		t.Errorf("Event.Ignored = %q, want %q", got, want)
	}
	if event.ClientID != "client1" {
		t.Errorf("Event.ClientID = %q, want client1", event.ClientID)
	}
}

// A call that an SDK repeats, because its answer got lost, gets the same answer
// again; it is not done twice. Another call is another invocation.
//
// doc: a call that an SDK repeats
func TestAPI_RepeatedBySDK(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	step, answer := s.srp("jane", password)
	body, err := json.Marshal(map[string]any{
		"ClientId": "client1", "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": paramsOf(append(answer, "USERNAME", "jane")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if step.ChallengeName != "PASSWORD_VERIFIER" {
		t.Fatalf("the challenge is %q, want PASSWORD_VERIFIER", step.ChallengeName)
	}
	send := func(invocation, try string) (status int, requestID, text string) {
		t.Helper()
		req, err := http.NewRequest("POST", apiURL, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.RespondToAuthChallenge")
		req.Header.Set("Amz-Sdk-Invocation-Id", invocation)
		req.Header.Set("Amz-Sdk-Request", try)
		resp, err := p.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		got, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get("X-Amzn-Requestid"), string(got)
	}
	status, id, text := send("one", "attempt=1; max=3")
	if status != http.StatusOK {
		t.Fatalf("RespondToAuthChallenge = %d %s, want tokens", status, text)
	}
	if again, idAgain, textAgain := send("one", "attempt=2; max=3"); again != status || idAgain != id || textAgain != text {
		t.Errorf("the repeated call = %d %.40s, want the answer of the first", again, textAgain)
	}
	if other, _, text := send("two", "attempt=1; max=3"); other != http.StatusBadRequest || !strings.Contains(text, "NotAuthorizedException") {
		t.Errorf("another call with the same proof = %d %.80s, want NotAuthorizedException", other, text)
	}
}
