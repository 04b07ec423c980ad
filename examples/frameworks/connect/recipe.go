// Package recipe protects procedures of Connect.
package recipe

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/seed75762126/cognito-go/cognito"
)

// Require protects what a generated NewXServiceHandler, or connect's own
// constructors, return. That is an http.Handler, and a check in front of it
// covers streams as well, before a message is read. Clients of Connect, gRPC
// and gRPC-Web make CodeUnauthenticated of its 401, CodePermissionDenied of its
// 403 and CodeUnavailable of its 503. Procedures read the user with
// cognito.FromContext(ctx).
func Require(v cognito.TokenVerifier, procedures http.Handler, policies ...cognito.Policy) http.Handler {
	return cognito.RequireToken(v, procedures, policies...)
}

// Routes is an API with a procedure for everybody who has a token, one for a
// group and one for a scope. With generated code the pattern is the one that
// NewXServiceHandler returns.
func Routes(v cognito.TokenVerifier) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/shop.v1.Shop/Me", Require(v, connect.NewUnaryHandler("/shop.v1.Shop/Me", me)))
	mux.Handle("/shop.v1.Shop/Admin", Require(v, connect.NewUnaryHandler("/shop.v1.Shop/Admin", me), cognito.AnyGroup("admins")))
	mux.Handle("/shop.v1.Shop/Orders", Require(v, connect.NewUnaryHandler("/shop.v1.Shop/Orders", me), cognito.AllScopes("orders/read")))
	return mux
}

func me(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	return connect.NewResponse(wrapperspb.String(cognito.FromContext(ctx).Subject)), nil
}
