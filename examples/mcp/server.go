package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed75762126/cognito-go/cognito"
)

// newServer returns the MCP server at a URL, such as
// "https://api.example.com/mcp". It serves the users of a pool.
func newServer(pool cognito.Config, url string) (http.Handler, error) {
	pool.ForResource = url
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		return nil, err
	}
	api := &cognito.Resource{URL: url, Pool: pool, Name: "Orders", Scopes: []string{readScope(url)}, DescribeServer: true}
	if err := api.Validate(); err != nil {
		return nil, err
	}
	tools := mcp.NewServer(&mcp.Implementation{Name: "orders", Version: "1.0.0"}, nil)
	mcp.AddTool(tools, &mcp.Tool{Name: "whoami", Description: "Says who is signed in."}, whoAmI)
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return tools }, nil)

	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Resource: api}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/", api)
	mux.Handle("/mcp", guard.Require(tellUser(handler), cognito.UserOnly(), cognito.AllScopes(readScope(url))))
	return mux, nil
}

// readScope is the scope that the server asks for: the pool has a resource
// server whose identifier is the URL, with the scope "read".
func readScope(url string) string { return url + "/read" }

// tellUser tells the SDK who is behind a request that the guard has let
// through. The SDK keeps its sessions apart by UserID and gives tools the rest.
func tellUser(h http.Handler) http.Handler {
	tell := func(ctx context.Context, _ string, _ *http.Request) (*auth.TokenInfo, error) {
		user := cognito.FromContext(ctx)
		return &auth.TokenInfo{UserID: user.Subject, Scopes: user.Scopes, Extra: map[string]any{"user": user}}, nil
	}
	return auth.RequireBearerToken(tell, &auth.RequireBearerTokenOptions{AllowMissingExpiration: true})(h)
}

func whoAmI(_ context.Context, req *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
	user, ok := req.Extra.TokenInfo.Extra["user"].(*cognito.Identity)
	if !ok {
		return nil, nil, fmt.Errorf("nobody is signed in")
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: user.Username}}}, nil, nil
}
