package grpcauth_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/grpcauth"
)

// greeter is a service that prints who has called it.
type greeter struct {
	grpc_health_v1.UnimplementedHealthServer
}

func (greeter) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	fmt.Println("called by", cognito.FromContext(ctx).Username)
	return &grpc_health_v1.HealthCheckResponse{}, nil
}

// A service accepts calls of administrators only, by their access tokens.
func Example() {
	pool := cognitotest.NewPool()
	for _, user := range []cognitotest.User{{Username: "jane", Groups: []string{"admins"}}, {Username: "joe"}} {
		if _, err := pool.AddUser(user); err != nil {
			log.Fatal(err)
		}
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	users, err := grpcauth.New(grpcauth.Config{
		Verifier: verifier,
		Policies: map[string]cognito.Policy{"/grpc.health.v1.Health/": cognito.AnyGroup("admins")},
		Logger:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(users.Unary), grpc.StreamInterceptor(users.Stream))
	grpc_health_v1.RegisterHealthServer(server, greeter{})

	// The network of this example is in memory. Use TLS on a real one.
	listener := bufconn.Listen(1 << 16)
	go server.Serve(listener)
	defer server.Stop()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	client := grpc_health_v1.NewHealthClient(conn)
	for _, name := range []string{"jane", "joe"} {
		ctx := metadata.AppendToOutgoingContext(context.Background(), "authorization", "Bearer "+string(pool.AccessToken(name)))
		_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		fmt.Println(name, status.Code(err))
	}
	// Output:
	// called by jane
	// jane OK
	// joe PermissionDenied
}
