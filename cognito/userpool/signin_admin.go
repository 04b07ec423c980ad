package userpool

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A ServerContext is what [FlowAdminPassword] can tell Cognito's threat
// protection of the visitor's request (ContextData).
type ServerContext struct {
	IP          string      // of the browser; one that the visitor cannot choose
	ServerName  string      // the host of this app
	Path        string      // of the form
	Headers     http.Header // of the request; leave out Cookie and Authorization
	EncodedData string      // the fingerprint that Cognito's script makes in the page, or ""
}

// WithServerContext passes s to the calls of [FlowAdminPassword], and has no
// effect on others: see [WithContextData].
func WithServerContext(s ServerContext) CallOption {
	data := &types.ContextDataType{
		IpAddress:   aws.String(s.IP),
		ServerName:  aws.String(s.ServerName),
		ServerPath:  aws.String(s.Path),
		EncodedData: optional(s.EncodedData),
		HttpHeaders: []types.HttpHeader{},
	}
	for name, values := range s.Headers {
		for _, value := range values {
			data.HttpHeaders = append(data.HttpHeaders, types.HttpHeader{HeaderName: aws.String(name), HeaderValue: aws.String(value)})
		}
	}
	slices.SortStableFunc(data.HttpHeaders, func(a, b types.HttpHeader) int {
		return strings.Compare(*a.HeaderName, *b.HeaderName)
	})
	return func(o *callOptions) { o.server = data }
}

// signs reports whether the SDK client has AWS credentials.
func (c *Client) signs() bool {
	credentials := c.sdk.Options().Credentials
	if credentials == nil {
		return false
	}
	return !aws.IsCredentialsProvider(credentials, aws.AnonymousCredentials{})
}
