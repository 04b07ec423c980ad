package cognitotest_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// A sign-in through the user-pool API with a code by e-mail, in the requests
// that an SDK sends.
func ExampleWithFirstAuthFactors() {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ID: "app", ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}}),
		cognitotest.WithFirstAuthFactors(cognitotest.FirstFactorPassword, cognitotest.FirstFactorEmail),
	)
	pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com"})

	step := callExample(pool, "InitiateAuth", `{"ClientId": "app", "AuthFlow": "USER_AUTH",
		"AuthParameters": {"USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP"}}`)
	fmt.Println(step.ChallengeName, step.ChallengeParameters["CODE_DELIVERY_DESTINATION"])

	step = callExample(pool, "RespondToAuthChallenge", fmt.Sprintf(`{"ClientId": "app", "ChallengeName": "EMAIL_OTP", "Session": %q,
		"ChallengeResponses": {"USERNAME": "jane", "EMAIL_OTP_CODE": %q}}`, step.Session, pool.LastCode("jane@example.com")))
	fmt.Println(step.AuthenticationResult.TokenType, step.AuthenticationResult.ExpiresIn)
	// Output:
	// EMAIL_OTP j***@e***
	// Bearer 3600
}

// A device that is known is not asked for a second factor; a new one gets a
// key.
func ExampleWithDeviceTracking() {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ID: "app", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH"}}),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true}),
	)
	pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"})
	step := callExample(pool, "InitiateAuth", `{"ClientId": "app", "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": {"USERNAME": "jane", "PASSWORD": "Correct-horse-1"}}`)
	fmt.Println(strings.HasPrefix(step.AuthenticationResult.NewDeviceMetadata.DeviceKey, "eu-west-1_"))
	// Output: true
}

// callExample calls an operation of the API that needs no credentials.
func callExample(pool *cognitotest.Pool, op, body string) authStep {
	req, err := http.NewRequest(http.MethodPost, "https://cognito-idp.eu-west-1.amazonaws.com/", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	resp, err := pool.Client().Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var step authStep
	if err := json.NewDecoder(resp.Body).Decode(&step); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	return step
}
