// Package grpcauth protects gRPC services with access tokens of an Amazon
// Cognito user pool. It is a module of its own, so that nobody else downloads
// gRPC.
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
// Behind the interceptors [cognito.FromContext] has the user, as behind every
// other door of this module. The token is in the metadata "authorization", as
// in HTTP. Every method needs one, but for those that Config.Public names.
//
// Refusals are Unauthenticated, PermissionDenied, or Unavailable where the
// pool's keys cannot be had, which is not the caller's fault. Each has an
// ErrorInfo with the code of cognito.Guard as its reason, in capitals, such as
// TOKEN_EXPIRED.
//
// A stream is judged when it begins: a token that expires, or a group that the
// user loses, does not end it. Bound how long a stream may last.
//
// On the calling side [PerRPC] sends the tokens of a
// [github.com/seed75762126/cognito-go/cognito/clientcredentials.Source].
package grpcauth
