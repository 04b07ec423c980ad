package doctor_test

import (
	"context"
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// The sign-out URL of the app client differs from the one that the app sends.
// The doctor notices this without a sign-in.
func ExampleRun() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"https://app.example.com/auth/callback"},
		LogoutURLs:   []string{"https://app.example.com/"},
	}))
	report := doctor.Run(context.Background(), doctor.Config{Pool: pool.Config(), BaseURL: "https://app.example.com"})
	fmt.Println(report.State())
	for _, result := range report {
		if result.State == doctor.Fail {
			fmt.Println(result.ID)
			fmt.Println(result.Fix.Console)
		}
	}
	// Output:
	// fail
	// sign-out-url
	// App client, Login pages, Allowed sign-out URLs
}
