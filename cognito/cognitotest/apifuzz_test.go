package cognitotest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// FuzzAPIRequest: whatever a request names and holds, the answer is 200 or an
// error of the API's in JSON, and nothing panics.
func FuzzAPIRequest(f *testing.F) {
	p := newAPIPool(f, tracking, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"), cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, SMS: true}))
	token := string(p.AccessToken("jane"))
	for _, op := range []string{
		"InitiateAuth", "RespondToAuthChallenge", "AdminInitiateAuth", "AdminRespondToAuthChallenge", "AssociateSoftwareToken", "VerifySoftwareToken",
		"GetTokensFromRefreshToken", "RevokeToken", "GlobalSignOut", "ConfirmDevice", "ListDevices", "GetDevice", "ForgetDevice", "UpdateDeviceStatus",
		"AdminListDevices", "SignUp", "ConfirmSignUp", "GetUser", "UpdateUserAttributes", "ListUsers", "CreateGroup", "Nothing", "",
	} {
		f.Add(op, `{"ClientId":"client1","UserPoolId":"eu-west-1_Emulator1","AccessToken":"`+token+`"}`)
	}
	f.Add("InitiateAuth", `{"AuthFlow":"USER_AUTH","ClientId":"client1","AuthParameters":{"USERNAME":"jane","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":"2"}}`)
	f.Add("InitiateAuth", `{"AuthFlow":"CUSTOM_AUTH","ClientId":"client1","AuthParameters":{"USERNAME":"","CHALLENGE_NAME":"SRP_A"},"UserContextData":{"IpAddress":7}}`)
	f.Add("RespondToAuthChallenge", `{"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ClientId":"client1","ChallengeResponses":{"USERNAME":"jane","TIMESTAMP":"x"}}`)
	f.Add("ListDevices", `{"AccessToken":"`+token+`","Limit":-1,"PaginationToken":"_"}`)
	f.Add("UpdateDeviceStatus", `{"AccessToken":"a.b.c","DeviceKey":null}`)
	f.Add("SignUp", `[]`)
	f.Add("GetUser", "\xff")
	f.Fuzz(func(t *testing.T, op, body string) {
		if strings.ContainsAny(op, "\r\n\x00") {
			return
		}
		r := httptest.NewRequest(http.MethodPost, apiURL, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		checkAPIAnswer(t, op, w)
	})
}

var exceptionName = regexp.MustCompile(`^[A-Z][A-Za-z]+Exception$`)

func checkAPIAnswer(t *testing.T, op string, w *httptest.ResponseRecorder) {
	t.Helper()
	body := bytes.TrimSpace(w.Body.Bytes())
	if w.Code == http.StatusOK {
		if len(body) > 0 && !json.Valid(body) {
			t.Errorf("%s = 200 %.80q, want JSON", op, body)
		}
		return
	}
	var e struct {
		Type string `json:"__type"`
	}
	if err := json.Unmarshal(body, &e); err != nil || w.Code != http.StatusBadRequest || !exceptionName.MatchString(e.Type) || !knownExceptions()[e.Type] {
		t.Errorf("%s = %d %.200q, want 400 and an exception of Cognito's", op, w.Code, body)
	}
	if got, want := w.Header().Get("x-amzn-ErrorType"), e.Type+":"; got != want {
		t.Errorf("%s: x-amzn-ErrorType = %q, want %q", op, got, want)
	}
}

// knownExceptions are those of Cognito's that the pool may raise.
func knownExceptions() map[string]bool {
	known := make(map[string]bool)
	for _, name := range []string{
		"NotAuthorized", "InvalidParameter", "InvalidPassword", "CodeMismatch", "ExpiredCode", "UserNotFound", "ResourceNotFound",
		"PasswordResetRequired", "UsernameExists", "AliasExists", "LimitExceeded", "EnableSoftwareTokenMFA", "SoftwareTokenMFANotFound",
		"UserNotConfirmed", "UnsupportedOperation", "RefreshTokenReuse", "Unauthorized", "UnsupportedTokenType", "DeviceKeyExists",
		"InvalidUserPoolConfiguration", "UserLambdaValidation", "InvalidLambdaResponse", "PasswordHistoryPolicyViolation", "GroupExists",
		"UnsupportedUserState", "PreconditionNotMet", "InvalidOAuthFlow", "ScopeDoesNotExist", "FeatureUnavailableInTier", "TooManyRequests",
		"UserImportInProgress", "DuplicateProvider", "UserPoolTagging", "CodeDeliveryFailure", "WebAuthnNotEnabled", "WebAuthnConfigurationMissing", "WebAuthnChallengeNotFound", "WebAuthnRelyingPartyMismatch",
		"WebAuthnClientMismatch", "WebAuthnOriginNotAllowed", "WebAuthnCredentialNotSupported",
		// Of the protocol itself.
		"UnknownOperation", "Serialization", "MissingAuthenticationToken",
	} {
		known[name+"Exception"] = true
	}
	return known
}

// FuzzDevice: whatever a device sends as its verifier and proof, nothing
// panics, and no device passes without its secret.
func FuzzDevice(f *testing.F) {
	f.Add([]byte{2}, []byte{1}, "2", "c2ln")
	f.Add(bytes.Repeat([]byte{0xff}, 384), []byte{0}, "0", "")
	f.Add([]byte{}, bytes.Repeat([]byte{1}, 200), "xyz", "=")
	p := newAPIPool(f, tracking)
	f.Fuzz(func(t *testing.T, value, salt []byte, public, signature string) {
		s := newSigner(t, p)
		tok := s.password("jane").is(t, "").AuthenticationResult
		key := tok.NewDeviceMetadata.DeviceKey
		in := object{"AccessToken": tok.AccessToken, "DeviceKey": key, "DeviceSecretVerifierConfig": object{
			"PasswordVerifier": base64.StdEncoding.EncodeToString(value), "Salt": base64.StdEncoding.EncodeToString(salt),
		}}
		if callAPI(t, p, "ConfirmDevice", in, nil) != "" {
			return
		}
		defer callAPI(t, p, "ForgetDevice", object{"AccessToken": tok.AccessToken, "DeviceKey": key}, nil)
		step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password, "DEVICE_KEY", key).is(t, "DEVICE_SRP_AUTH")
		step, failure := s.tryRespond(step, "DEVICE_KEY", key, "SRP_A", public)
		if failure != "" {
			return
		}
		_, failure = s.tryRespond(step, "DEVICE_KEY", key, "PASSWORD_CLAIM_SIGNATURE", signature,
			"PASSWORD_CLAIM_SECRET_BLOCK", step.ChallengeParameters["SECRET_BLOCK"], "TIMESTAMP", "Tue Jul 10 11:01:00 UTC 2018")
		if failure == "" {
			t.Errorf("a device with the proof %q passed", signature)
		}
	})
}
