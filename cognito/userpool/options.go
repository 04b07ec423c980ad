package userpool

import (
	"maps"
	"net"
	"net/http"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A CallOption adds to one call what only some pools use. Operations that
// have no place for it ignore it.
type CallOption func(*callOptions)

type callOptions struct {
	metadata map[string]string
	context  *types.UserContextDataType
	server   *types.ContextDataType // for administrators'
}

// WithMetadata passes data to the Lambda triggers of the call (ClientMetadata).
// Cognito neither stores nor checks it: do not put secrets there.
func WithMetadata(data map[string]string) CallOption {
	data = maps.Clone(data)
	return func(o *callOptions) { o.metadata = data }
}

// WithContextData tells Cognito's threat protection where the visitor's request
// comes from (UserContextData). It has the address of the browser, and the
// encoded fingerprint that Cognito's script makes in the page. Either may be
// empty. The address must be one the visitor cannot choose: see [PeerIP].
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

// PeerIP is the address of the other end of the connection of r, without
// the port. It reads no header: behind a proxy it is the proxy's, and the
// app knows which header of its own proxy to believe.
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
