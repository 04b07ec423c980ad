package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// poolUnderTest describes the pool that COGNITO_ settings name or, without
// any, an emulator. The emulator is nil for a real pool: what needs it, such
// as a sign-in through the pages, is skipped then (t.Skip in a test).
func poolUnderTest() (cfg cognito.Config, emulator *cognitotest.Pool) {
	cfg, err := cognito.ConfigFromEnv()
	if errors.Is(err, cognito.ErrNotConfigured) {
		emulator = cognitotest.NewPool()
		_, err = emulator.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"})
		cfg = emulator.Config()
	}
	if err != nil {
		log.Fatal(err)
	}
	return cfg, emulator
}

// accessToken mints a token of jane's, or takes the one that admin-initiate-auth
// printed.
func accessToken(emulator *cognitotest.Pool) cognito.AccessToken {
	if emulator != nil {
		return emulator.AccessToken("jane")
	}
	return cognito.AccessToken(os.Getenv("TEST_ACCESS_TOKEN"))
}

// One test of an API that takes tokens, for the emulator and for a real pool.
func Example_realPool() {
	cfg, emulator := poolUnderTest()
	api, err := cognito.NewVerifier(cfg) // stands for the API under test
	if err != nil {
		log.Fatal(err)
	}
	_, err = api.VerifyAccess(context.Background(), accessToken(emulator))
	fmt.Println("error:", err)
	// Output: error: <nil>
}
