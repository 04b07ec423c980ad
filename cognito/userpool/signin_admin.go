package userpool

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A ServerContext describes the visitor's request for Cognito's threat
// protection (ContextData), in [FlowAdminPassword].
type ServerContext struct {
	IP          string      // address of the browser; not from a header that the visitor can set
	ServerName  string      // host name of this app
	Path        string      // path of the form
	Headers     http.Header // headers of the request; leave out Cookie and Authorization
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
