package alb_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
)

// An app behind a load balancer reads who is signed in. In this example, a test
// function signs the request as a load balancer does.
func Example() {
	loadBalancer := newBalancer()
	users, err := alb.New(alb.Config{
		Pool: cognito.Config{
			UserPoolID: "eu-west-1_aB3dE5gH7",
			ClientID:   "7exampleclientid0a1b2c3d",
			HTTPClient: &http.Client{Transport: loadBalancer}, // leave it out on AWS
			Now:        loadBalancer.clock,                    // likewise
		},
		LoadBalancers: []string{"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"},
	})
	if err != nil {
		log.Fatal(err)
	}
	guard := cognito.Guard{Authenticator: users}
	account := guard.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := cognito.FromContext(r.Context())
		fmt.Fprintln(w, "Hello", user.Email)
	}))

	signedIn := httptest.NewRequest("GET", "/account", nil)
	signedIn.Header.Set("X-Amzn-Oidc-Data", loadBalancer.data(nil, nil))
	past := httptest.NewRequest("GET", "/account", nil) // has not come through the load balancer
	for _, r := range []*http.Request{signedIn, past} {
		w := httptest.NewRecorder()
		account.ServeHTTP(w, r)
		fmt.Println(w.Code)
		if w.Code == http.StatusOK {
			fmt.Print(w.Body)
		}
	}
	// Output:
	// 200
	// Hello jane@example.com
	// 401
}
