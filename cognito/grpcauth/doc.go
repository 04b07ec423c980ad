// Package grpcauth protects gRPC services with access tokens of an Amazon
// Cognito user pool. It is a separate module, so that other users of this
// library do not download gRPC.
//
//	users, err := grpcauth.New(grpcauth.Config{
//		Verifier: verifier, // a cognito.Verifier
//		Policies: map[string]cognito.Policy{
//			"/shop.Orders/":       cognito.AllScopes("orders/read"),
//			"/shop.Orders/Cancel": cognito.AnyGroup("staff"),
//		},
//		Public: []string{"/grpc.health.v1.Health/"},
//	})
//	…
//	server := grpc.NewServer(
//		grpc.UnaryInterceptor(users.Unary),
//		grpc.StreamInterceptor(users.Stream),
//	)
//
// Behind the interceptors, [cognito.FromContext] returns the user, as it does
// in HTTP handlers. The token is in the metadata "authorization", as in HTTP.
// Every method needs a token, except those that Config.Public names.
//
// A refused call fails with Unauthenticated or PermissionDenied. It fails with
// Unavailable if the pool's keys cannot be fetched, which is not the caller's
// fault. Each status has an ErrorInfo. Its reason is the refusal code of
// cognito.Guard in capitals, such as TOKEN_EXPIRED.
//
// A stream is checked when it begins, and only then. It does not end when the
// token expires or the user loses a group, so limit how long a stream may last.
//
// In a client, [PerRPC] sends the tokens of a
// [github.com/seed75762126/cognito-go/cognito/clientcredentials.Source].
package grpcauth
