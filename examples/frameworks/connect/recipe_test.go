package recipe_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

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

func TestRecipe(t *testing.T) {
	tr := trial.New(t)
	server := httptest.NewUnstartedServer(recipe.Routes(tr.Verifier))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for protocol, option := range map[string]connect.ClientOption{
		"Connect": connect.WithProtoJSON(), "gRPC": connect.WithGRPC(), "gRPC-Web": connect.WithGRPCWeb(),
	} {
		for _, tt := range tr.Cases() {
			t.Run(protocol+", "+tt.Name, func(t *testing.T) {
				client := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](server.Client(), server.URL+"/shop.v1.Shop/"+procedures[tt.Route], option)
				req := connect.NewRequest(&emptypb.Empty{})
				if tt.Token != "" {
					req.Header().Set("Authorization", "Bearer "+string(tt.Token))
				}
				resp, err := client.CallUnary(t.Context(), req)
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
