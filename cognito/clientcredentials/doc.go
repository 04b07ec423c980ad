// Package clientcredentials gets and renews the access token that a service
// uses to call other services in its own name.
//
//	tokens, err := clientcredentials.New(clientcredentials.Config{Pool: pool, Scopes: []string{"orders/read"}})
//	if err != nil {
//		log.Fatal(err)
//	}
//	api := &http.Client{Transport: &oauth2.Transport{Source: tokens}}
//
// The other service verifies the token like a user's. The policies
// cognito.MachineOnly and cognito.UserOnly tell the two apart. For gRPC, pass
// the Source to grpcauth.PerRPC.
package clientcredentials
