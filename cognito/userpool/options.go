package userpool

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A CallOption adds to one call what only some pools use. Operations that
// have no place for it ignore it.
type CallOption func(*callOptions)

type callOptions struct {
	metadata map[string]string
	context  *types.UserContextDataType
}

// WithMetadata passes data to the Lambda triggers of the call (ClientMetadata).
// Cognito neither stores nor checks it; it is no place for secrets.
func WithMetadata(data map[string]string) CallOption {
	data = maps.Clone(data)
	return func(o *callOptions) { o.metadata = data }
}

// WithContextData tells Cognito's threat protection where the visitor's
// request comes from (UserContextData): the address of the browser, and the
// encoded fingerprint that Cognito's script makes in the page. Either may be
// empty. The address must be one the visitor cannot choose.
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
