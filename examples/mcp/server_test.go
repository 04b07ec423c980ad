package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// A site is the MCP server, its pool and the place where a client takes users
// back to, on sockets of their own.
type site struct {
	pool     *cognitotest.Pool
	url      string     // of the MCP server
	callback string     // of the client
	answers  url.Values // the parameters of the last callback
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	back := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { s.answers = r.URL.Query() }))
	t.Cleanup(back.Close)
	s.callback = strings.Replace(back.URL, "127.0.0.1", "localhost", 1) + "/callback"

	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s.url = server.URL + "/mcp"

	pool, err := demoPool(s.url, s.callback)
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	s.pool = pool
	if handler, err = newServer(pool.Config(), s.url); err != nil {
		t.Fatal(err)
	}
	return s
}

// signIn is what a person does in a browser that the MCP client has opened.
func (s *site) signIn(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
	if _, err := s.pool.SignIn(cognitotest.NewBrowser(), args.URL, "jane", demoPassword); err != nil {
		return nil, err
	}
	return &auth.AuthorizationResult{Code: s.answers.Get("code"), State: s.answers.Get("state"), Iss: s.answers.Get("iss")}, nil
}

// TestMCP_SignIn: the SDK's own client finds the way to Cognito by itself,
// signs a user in, and calls a tool as that user.
func TestMCP_SignIn(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	door, err := auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		PreregisteredClient:      &oauthex.ClientCredentials{ClientID: s.pool.Config().ClientID},
		RedirectURL:              s.callback,
		AuthorizationCodeFetcher: s.signIn,
	})
	if err != nil {
		t.Fatal(err)
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1.0.0"}, nil)
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: s.url, OAuthHandler: door, DisableStandaloneSSE: true}, nil)
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	defer func() { _ = session.Close() }()
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "whoami"})
	if err != nil || len(result.Content) != 1 {
		t.Fatalf("CallTool(whoami) = %+v, %v", result, err)
	}
	if text, ok := result.Content[0].(*mcp.TextContent); !ok || text.Text != "jane" {
		t.Errorf("whoami says %+v, want jane", result.Content[0])
	}
}

// TestT2_MCPDemandsAudience: a token of the same pool, client and user, but
// for no resource or for another one, opens nothing.
func TestT2_MCPDemandsAudience(t *testing.T) {
	s := newSite(t)
	for aud, status := range map[string]int{"": 401, "https://other.example.com/mcp": 401, s.url: 200} {
		token := s.pool.AccessToken("jane", func(c cognitotest.Claims) {
			c["scope"] = readScope(s.url)
			if aud != "" {
				c["aud"] = aud
			}
		})
		resp := s.initialize(t, string(token))
		if resp.StatusCode != status {
			t.Errorf("aud %q: %d, want %d", aud, resp.StatusCode, status)
		}
		metadata := `resource_metadata="` + (&cognito.Resource{URL: s.url}).MetadataURL() + `"`
		if got := resp.Header.Get("WWW-Authenticate"); status == 401 && (!strings.Contains(got, `error="invalid_token"`) || !strings.Contains(got, metadata)) {
			t.Errorf("aud %q: WWW-Authenticate %q", aud, got)
		}
	}
}

// initialize sends the first message of the protocol.
func (s *site) initialize(t *testing.T, token string) *http.Response {
	t.Helper()
	const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(hello))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

// TestMCP_CognitoAlone: Cognito's own discovery document names no PKCE method,
// and the SDK's client stops there. DescribeServer is the remedy. If this test
// fails, the client goes on without the document, and docs/mcp.md can say so.
func TestMCP_CognitoAlone(t *testing.T) {
	s := newSite(t)
	_, err := auth.GetAuthServerMetadata(t.Context(), s.pool.Config().IssuerURL(), http.DefaultClient)
	if err == nil || !strings.Contains(err.Error(), "PKCE") {
		t.Errorf("GetAuthServerMetadata of Cognito itself = %v, want that it names no PKCE method", err)
	}
}
