package recipe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/seed75762126/cognito-go/cognito"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/connect"
	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
)

// procedures are the procedures by the routes of package trial.
var procedures = map[string]string{"me": "Me", "admin": "Admin", "orders": "Orders"}

// codes are what clients make of a status.
var codes = map[int]connect.Code{
	http.StatusUnauthorized: connect.CodeUnauthenticated,
	http.StatusForbidden:    connect.CodePermissionDenied,
}

// protocols are those that Connect's clients speak.
var protocols = map[string]connect.ClientOption{
	"Connect": connect.WithProtoJSON(), "gRPC": connect.WithGRPC(), "gRPC-Web": connect.WithGRPCWeb(),
}

// start serves the recipe.
func start(t *testing.T, v cognito.TokenVerifier) *httptest.Server {
	server := httptest.NewUnstartedServer(recipe.Routes(v))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// call calls the procedure of a route.
func call(t *testing.T, server *httptest.Server, protocol, route string, token cognito.AccessToken) (*connect.Response[wrapperspb.StringValue], error) {
	client := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](server.Client(), server.URL+"/shop.v1.Shop/"+procedures[route], protocols[protocol])
	req := connect.NewRequest(&emptypb.Empty{})
	if token != "" {
		req.Header().Set("Authorization", "Bearer "+string(token))
	}
	return client.CallUnary(t.Context(), req)
}

func TestRecipe(t *testing.T) {
	tr := trial.New(t)
	server := start(t, tr.Verifier)
	for protocol := range protocols {
		for _, tt := range tr.Cases() {
			t.Run(protocol+", "+tt.Name, func(t *testing.T) {
				resp, err := call(t, server, protocol, tt.Route, tt.Token)
				switch {
				case tt.Code != "" && (err == nil || connect.CodeOf(err) != codes[tt.Status]):
					t.Errorf("%s = %v, %v, want %v", tt.Route, resp, err, codes[tt.Status])
				case tt.Code == "" && (err != nil || resp.Msg.GetValue() != tt.Body):
					t.Errorf("%s = %v, %v, want the subject %s", tt.Route, resp, err, tt.Body)
				}
			})
		}
	}
}

// noKeys cannot tell whether a token is good.
type noKeys struct{}

func (noKeys) VerifyAccess(context.Context, cognito.AccessToken) (*cognito.AccessClaims, error) {
	return nil, cognito.ErrKeysUnavailable
}

// A token that could not be checked is no reason to sign in again.
func TestUnavailable(t *testing.T) {
	server := start(t, noKeys{})
	for protocol := range protocols {
		if _, err := call(t, server, protocol, "me", "a.b.c"); connect.CodeOf(err) != connect.CodeUnavailable {
			t.Errorf("%s: me = %v, want CodeUnavailable", protocol, err)
		}
	}
}
