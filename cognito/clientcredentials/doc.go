// Package clientcredentials keeps the access token with which a service calls
// other services in its own name.
//
//	tokens, err := clientcredentials.New(clientcredentials.Config{Pool: pool, Scopes: []string{"orders/read"}})
//	if err != nil {
//		log.Fatal(err)
//	}
//	api := &http.Client{Transport: &oauth2.Transport{Source: tokens}}
//
// The other service checks the token as it checks a user's, and tells both
// apart with cognito.MachineOnly and cognito.UserOnly. For gRPC, pass the Source
// to grpcauth.PerRPC.
package clientcredentials
