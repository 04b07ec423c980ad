// Package clientcredentials gets and renews the access token that a service
// uses to call other services in its own name.
//
//	tokens, err := clientcredentials.New(clientcredentials.Config{Pool: pool, Scopes: []string{"orders/read"}})
//	if err != nil {
//		log.Fatal(err)
//	}
//	api := &http.Client{Transport: &oauth2.Transport{Source: tokens}}
//
// The other service verifies the token in the same way as a user's token. The
// policies cognito.MachineOnly and cognito.UserOnly separate services from
// users. For gRPC, pass the Source to grpcauth.PerRPC.
package clientcredentials
