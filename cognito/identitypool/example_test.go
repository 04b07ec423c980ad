package identitypool_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A handler behind a session calls AWS with the user's credentials.
func Example() {
	pool := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!", Email: "jane@example.com"}); err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(hostedui.Config{
		Pool: pool.Config(), BaseURL: "http://localhost:8080", SessionKeys: []session.Key{session.NewKey()},
		Session: session.Options{KeepIDToken: true}, // identity pools take ID tokens
	})
	if err != nil {
		log.Fatal(err)
	}
	identities, err := identitypool.New(identitypool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/files", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitor := identities.ForSession(session.FromContext(r.Context()))
		cfg := aws.Config{Region: "eu-west-1", Credentials: visitor} // for s3.NewFromConfig(cfg) and the like
		credentials, err := cfg.Credentials.Retrieve(r.Context())
		if err != nil {
			http.Error(w, "Your files cannot be reached at the moment.", http.StatusBadGateway)
			return
		}
		who, _ := pool.Credentials(credentials.AccessKeyID) // what AWS knows
		fmt.Println(strings.HasPrefix(who.IdentityID, "eu-west-1:"), who.RoleARN)
	})))

	browser := pool.Browser(mux, "http://localhost:8080")
	resp, err := pool.SignIn(browser, "http://localhost:8080/files", "jane", "Passw0rd!")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	// Output: true arn:aws:iam::123456789012:role/CognitoAuthenticated
}

// A guest gets credentials, and keeps the identity after the sign-in.
func ExampleClient_ForGuest() {
	pool := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{Guests: true}))
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com"})
	if err != nil {
		log.Fatal(err)
	}
	identities, err := identitypool.New(identitypool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	guest, err := identities.ForGuest("").IdentityID(ctx) // to be kept in a cookie
	if err != nil {
		log.Fatal(err)
	}
	who := &cognito.Identity{Issuer: pool.Issuer(), Subject: sub}
	idToken := func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil }
	user, err := identities.ForUser(who, idToken, identitypool.FromGuest(guest)).IdentityID(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user == guest)
	// Output: true
}

// A role comes from the user's group, or the app asks for one.
func ExampleWithRole() {
	pool := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{
		RoleMapping: cognitotest.RoleMapping{Type: "Token"},
	}))
	pool.AddGroup(cognitotest.Group{Name: "auditors", RoleARN: "arn:aws:iam::123456789012:role/Auditors", Precedence: 1})
	pool.AddGroup(cognitotest.Group{Name: "buyers", RoleARN: "arn:aws:iam::123456789012:role/Buyers", Precedence: 2})
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"auditors", "buyers"}})
	if err != nil {
		log.Fatal(err)
	}
	identities, err := identitypool.New(identitypool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	who := &cognito.Identity{Issuer: pool.Issuer(), Subject: sub}
	idToken := func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil }
	for _, visitor := range []*identitypool.Provider{
		identities.ForUser(who, idToken),
		identities.ForUser(who, idToken, identitypool.WithRole("arn:aws:iam::123456789012:role/Buyers")),
	} {
		credentials, err := visitor.Retrieve(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		role, _ := pool.Credentials(credentials.AccessKeyID)
		fmt.Println(role.RoleARN)
	}
	// Output:
	// arn:aws:iam::123456789012:role/Auditors
	// arn:aws:iam::123456789012:role/Buyers
}
