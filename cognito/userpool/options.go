package userpool

import (
	"maps"
	"net"
	"net/http"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A CallOption adds a parameter to a call that only some pools need.
// Operations that do not have this parameter ignore it.
type CallOption func(*callOptions)

type callOptions struct {
	metadata map[string]string
	context  *types.UserContextDataType
	server   *types.ContextDataType // for the calls of administrators
}

// WithMetadata passes data to the Lambda triggers of the call (ClientMetadata).
// Cognito neither stores nor checks it: do not put secrets there.
func WithMetadata(data map[string]string) CallOption {
	data = maps.Clone(data)
	return func(o *callOptions) { o.metadata = data }
}

// WithContextData tells Cognito's threat protection where the visitor's request
// comes from (UserContextData). The argument ip is the address of the browser.
// encodedData is the encoded fingerprint that Cognito's script makes in the
// page. Either may be empty. Do not take the address from a header that the
// visitor can set: see [PeerIP].
func WithContextData(ip, encodedData string) CallOption {
	return func(o *callOptions) {
		o.context = &types.UserContextDataType{IpAddress: optional(ip), EncodedData: optional(encodedData)}
	}
}

func gather(opts []CallOption) callOptions {
	var o callOptions
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// PeerIP returns the address of the other end of r's connection, without the
// port. It reads no header. Behind a proxy it returns the proxy's address:
// then read the address from the header that your proxy sets.
func PeerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	return addr.Unmap().WithZone("").String()
}
