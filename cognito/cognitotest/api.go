package cognitotest

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The user-pool API is AWS JSON 1.1: POST / with the operation in the header
// X-Amz-Target and its parameters as a JSON object in the body.
const (
	apiTarget    = "AWSCognitoIdentityProviderService."
	apiMediaType = "application/x-amz-json-1.1"
)

// apiRequestHeaders are what the SDKs for browsers send, and apiAnswerHeaders
// what they look at.
const (
	apiRequestHeaders = "Authorization, Content-Type, Cache-Control, X-Amz-Target, X-Amz-User-Agent, X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256, Amz-Sdk-Invocation-Id, Amz-Sdk-Request"
	apiAnswerHeaders  = "X-Amzn-Requestid, X-Amzn-Errortype, X-Amzn-Errormessage, Date"
)

// An apiOperation is one operation of the user-pool API.
type apiOperation struct {
	signed bool         // wants AWS credentials
	in     reflect.Type // of the parameters
	answer func(c *call, body []byte) (any, error)
}

// apiOperations are all operations, by name.
var apiOperations map[string]apiOperation

func init() { // not a composite literal: the operations refer to the table by way of call
	apiOperations = make(map[string]apiOperation)
	for _, group := range []map[string]apiOperation{
		profileOperations, signInOperations, passkeyOperations,
		groupOperations,
		listUserOperations,
		accountOperations,
		adminUserOperations,
		adminPasswordOperations,
		poolOperations,
		clientOperations,
		domainOperations,
		brandingOperations,
		resourceServerOperations,
		providerOperations,
	} {
		maps.Copy(apiOperations, group)
	}
}

// openOperation is an operation that anybody may call.
func openOperation[In, Out any](answer func(*call, *In) (Out, error)) apiOperation {
	return apiOperation{in: reflect.TypeFor[In](), answer: func(c *call, body []byte) (any, error) {
		in := new(In)
		ignored, err := awsjson.Decode(body, in)
		c.event.Ignored = ignored
		if err != nil {
			return nil, err
		}
		return answer(c, in)
	}}
}

// signedOperation is an operation for administrators, who sign their requests
// with AWS credentials. Which credentials makes no difference here.
func signedOperation[In, Out any](answer func(*call, *In) (Out, error)) apiOperation {
	op := openOperation(answer)
	op.signed = true
	return op
}

// isAPI reports whether r calls an operation of a JSON API, and which target
// it names.
func isAPI(r *http.Request) (target string, ok bool) {
	target = r.Header.Get("X-Amz-Target")
	return target, r.URL.Path == "/" && r.Method == http.MethodPost && target != ""
}

// findOperation returns the operation that a target names: one of the user
// pool's or one of the identity pool's.
func findOperation(target string) (name string, op apiOperation, known bool) {
	if name, ok := strings.CutPrefix(target, identityTarget); ok {
		op, known = identityOperations[name]
		return name, op, known
	}
	name, ok := strings.CutPrefix(target, apiTarget)
	op, known = apiOperations[name]
	return name, op, known && ok
}

// apiEndpoint is the endpoint of an operation, which need not exist.
func apiEndpoint(r *http.Request) endpoint {
	target, _ := isAPI(r)
	name, _, known := findOperation(target)
	if !known {
		name = "api"
	}
	return endpoint{op: name, json: true, api: true, post: (*call).serveAPI}
}

// readAPI reads the body of an API request. On failure it has answered.
func (c *call) readAPI() bool {
	mediaType, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || mediaType != apiMediaType {
		c.refuseAPI(refusal.New("SerializationException", "Content-Type must be "+apiMediaType))
		return false
	}
	c.body, err = readLimited(c.r.Body)
	switch {
	case errors.Is(err, errTooLarge):
		c.refuseAPI(refusal.New("SerializationException", fmt.Sprintf("the body has more than %d bytes", maxBody)))
	case err != nil:
		c.refuseAPI(refusal.New("SerializationException", "the body could not be read"))
	default:
		c.form = apiParams(c.body)
		return true
	}
	return false
}

// apiParams are the texts in a request, for the log: members of the object,
// and of the objects in it as in AuthParameters.USERNAME.
func apiParams(body []byte) url.Values {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return nil
	}
	params := make(url.Values)
	for name, value := range members {
		switch value := value.(type) {
		case string:
			params.Set(name, value)
		case map[string]any:
			for inner, v := range value {
				if s, ok := v.(string); ok {
					params.Set(name+"."+inner, s)
				}
			}
		}
	}
	return params
}

// serveAPI answers a call of the API.
func (c *call) serveAPI() {
	target, _ := isAPI(c.r)
	_, op, known := findOperation(target)
	c.event.ClientID = c.form.Get("ClientId")
	switch {
	case !known:
		c.refuseAPI(refusal.New("UnknownOperationException", "The emulator does not know the operation "+refusal.Clip(target, 100)+": docs/emulator-operations.md lists those it has"))
		return
	case op.signed && !strings.HasPrefix(c.r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		c.refuseAPI(refusal.New("MissingAuthenticationTokenException", "Missing Authentication Token"))
		return
	}
	c.onceForSDK(target, func() {
		answer, err := op.answer(c, c.body)
		if err != nil {
			c.refuseAPI(err)
			return
		}
		c.giveAPI(answer)
	})
}

// onceForSDK answers a call that an AWS SDK repeats as it was answered before:
// all tries of a call have one Amz-Sdk-Invocation-Id. The SDK for Go closes
// its request when the answer's headers arrive, at which net/http may take the
// connection down. Calls with a fault are served each time.
func (c *call) onceForSDK(target string, serve func()) {
	id := c.r.Header.Get("Amz-Sdk-Invocation-Id")
	if id == "" || c.event.Fault != "" {
		serve()
		return
	}
	w := c.w
	defer func() { c.w = w }()
	sum := sha256.Sum256(c.body)
	c.answers.Serve(c.r.Context(), id+" "+target+" "+string(sum[:]), w, func(w http.ResponseWriter) {
		c.w = w
		serve()
	})
}

// giveAPI sends the answer of an operation.
func (c *call) giveAPI(answer any) {
	c.apiHeaders()
	if _, none := answer.(awsjson.NoBody); none {
		c.w.WriteHeader(http.StatusOK)
		return
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.w.WriteHeader(http.StatusOK)
	c.w.Write(body)
}

func (c *call) apiHeaders() {
	h := c.w.Header()
	h.Set("Content-Type", apiMediaType)
	h.Set("X-Amzn-Requestid", random.UUID())
	h.Set("Access-Control-Expose-Headers", apiAnswerHeaders)
	c.allowOrigins()
}

// refuseAPI sends an error as the API does: the exception in the header and
// as __type, and status 400.
func (c *call) refuseAPI(err error) {
	m := refusal.Of(err)
	if failed, ok := errors.AsType[*passkeys.Failed](err); ok {
		c.why = failed.Why
	}
	status := http.StatusBadRequest
	if m.Exception == "InternalErrorException" {
		status = http.StatusInternalServerError
	}
	c.event.Error = joinWords(m.Exception+":", m.Text, c.why)
	c.apiHeaders()
	c.w.Header().Set("X-Amzn-Errortype", m.Exception+":")
	body := map[string]string{"__type": m.Exception}
	if m.Text != "" {
		body["message"] = m.Text
		c.w.Header().Set("X-Amzn-Errormessage", awsjson.HeaderText(m.Text))
	}
	text, _ := json.Marshal(body) // a map of strings always marshals
	c.w.WriteHeader(status)
	c.w.Write(text)
}
