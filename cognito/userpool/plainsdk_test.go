package userpool_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/srp"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestPlainSDK: sign-ins by the AWS SDK alone, with its own HTTP client and its
// own retries, all end well over a socket. Other work takes the processors at
// the same time. The SDK closes its request as soon as an answer begins, and
// net/http may then close the connection. With more threads than processors
// that happens to one call in a hundred.
func TestPlainSDK(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{
		ID:                clientID,
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-Horse-1", Email: alias, EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	sdk := cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: aws.String(pool.URL())})
	const atOnce = 3
	signIns := max(*rounds, thorough.Or(30, 100))
	proved := thorough.Or(10, 2) // one sign-in of so many is by SRP
	var all sync.WaitGroup
	for worker := range atOnce {
		all.Go(func() {
			for i := worker; i < signIns; i += atOnce {
				signIn := passwordSignIn
				if i%proved == 1 {
					signIn = srpSignIn
				}
				if err := signIn(t.Context(), sdk); err != nil {
					t.Errorf("sign-in %d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d sign-ins took %d requests", signIns, len(pool.Events()))
}

func passwordSignIn(ctx context.Context, sdk *cip.Client) error {
	_, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", ClientId: aws.String(clientID),
		AuthParameters: map[string]string{"USERNAME": "jane", "PASSWORD": "Correct-Horse-1"},
	})
	return err
}

func srpSignIn(ctx context.Context, sdk *cip.Client) error {
	client := srp.NewClient()
	step, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow: "USER_SRP_AUTH", ClientId: aws.String(clientID),
		AuthParameters: map[string]string{"USERNAME": "jane", "SRP_A": client.Public()},
	})
	if err != nil {
		return err
	}
	asked := step.ChallengeParameters
	proof, err := client.Prove(srp.Account{Pool: "aB3dE5gH7", Name: "jane"}, "Correct-Horse-1",
		srp.Challenge{Salt: asked["SALT"], Public: asked["SRP_B"], SecretBlock: asked["SECRET_BLOCK"]}, time.Now())
	if err != nil {
		return err
	}
	_, err = sdk.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
		ChallengeName: "PASSWORD_VERIFIER", ClientId: aws.String(clientID), Session: step.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": asked["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": proof.Signature, "TIMESTAMP": proof.Timestamp,
		},
	})
	return err
}
