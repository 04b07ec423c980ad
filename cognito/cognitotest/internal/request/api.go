package request

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/model"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The user-pool API is AWS JSON 1.1: POST / with the operation in the header
// X-Amz-Target and its parameters as a JSON object in the body.
const (
	APITarget    = "AWSCognitoIdentityProviderService."
	apiMediaType = "application/x-amz-json-1.1"
)

// apiRequestHeaders are what the SDKs for browsers send, and apiAnswerHeaders
// what they look at.
const (
	apiRequestHeaders = "Authorization, Content-Type, Cache-Control, X-Amz-Target, X-Amz-User-Agent, X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256, Amz-Sdk-Invocation-Id, Amz-Sdk-Request"
	apiAnswerHeaders  = "X-Amzn-Requestid, X-Amzn-Errortype, X-Amzn-Errormessage, Date"
)

// An Operation is one operation of the user-pool API.
type Operation struct {
	Signed bool         // wants AWS credentials
	In     reflect.Type // of the parameters
	answer func(c *Call, body []byte) (any, error)
}

// Open is an operation that anybody may call. handle makes the kind
// of call that answers it.
func Open[C, In, Out any](handle func(*Call) C, answer func(C, *In) (Out, error)) Operation {
	return Operation{In: reflect.TypeFor[In](), answer: func(c *Call, body []byte) (any, error) {
		in := new(In)
		ignored, err := awsjson.Decode(body, in)
		c.Event.Ignored = ignored
		if refused := model.Check(serviceOf(c.R), c.Event.Op, body); refused != nil {
			return nil, refused // all that is wrong, also with members that In lacks
		}
		if err != nil {
			return nil, err
		}
		return answer(handle(c), in)
	}}
}

// Signed is an operation for administrators, who sign their requests
// with AWS credentials. Which credentials makes no difference here.
func Signed[C, In, Out any](handle func(*Call) C, answer func(C, *In) (Out, error)) Operation {
	op := Open(handle, answer)
	op.Signed = true
	return op
}

// serviceOf is the service whose operation r calls.
func serviceOf(r *http.Request) string {
	if target, _ := IsAPI(r); strings.HasPrefix(target, APITarget) {
		return model.UserPools
	}
	return model.IdentityPools
}

// IsAPI reports whether r calls an operation of a JSON API, and which target
// it names.
func IsAPI(r *http.Request) (target string, ok bool) {
	target = r.Header.Get("X-Amz-Target")
	return target, r.URL.Path == "/" && r.Method == http.MethodPost && target != ""
}

// readAPI reads the body of an API request. On failure it has answered.
func (c *Call) readAPI() bool {
	mediaType, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	if err != nil || mediaType != apiMediaType {
		c.refuseAPI(refusal.New("SerializationException", "Content-Type must be "+apiMediaType))
		return false
	}
	c.body, err = readLimited(c.R.Body)
	switch {
	case errors.Is(err, errTooLarge):
		c.refuseAPI(refusal.New("SerializationException", fmt.Sprintf("the body has more than %d bytes", maxBody)))
	case err != nil:
		c.refuseAPI(refusal.New("SerializationException", "the body could not be read"))
	default:
		c.Form = APIParams(c.body)
		return true
	}
	return false
}

// APIParams are the texts in a request, for the log: members of the object,
// and of the objects in it as in AuthParameters.USERNAME.
func APIParams(body []byte) url.Values {
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

// ServeAPI answers a call of the API.
func (c *Call) ServeAPI(op Operation, known bool) {
	target, _ := IsAPI(c.R)
	c.Event.ClientID = c.Form.Get("ClientId")
	switch {
	case !known:
		c.refuseAPI(refusal.New("UnknownOperationException", "The emulator does not know the operation "+refusal.Clip(target, 100)+": docs/emulator-operations.md lists those it has"))
		return
	case op.Signed && !strings.HasPrefix(c.R.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		c.refuseAPI(refusal.New("MissingAuthenticationTokenException", "Missing Authentication Token"))
		return
	}
	c.onceForSDK(target, func() {
		answer, err := c.recorded(func() (any, error) { return op.answer(c, c.body) })
		if err != nil {
			c.refuseAPI(err)
			return
		}
		c.giveAPI(answer)
	})
}

// onceForSDK answers a call that an AWS SDK repeats as it was answered before:
// all tries of a call have one Amz-Sdk-Invocation-Id. The SDK for Go closes its
// request when the answer's headers arrive. net/http may then close the
// connection. Calls with a fault are served each time.
func (c *Call) onceForSDK(target string, serve func()) {
	id := c.R.Header.Get("Amz-Sdk-Invocation-Id")
	if id == "" || c.Event.Fault != "" {
		serve()
		return
	}
	w := c.W
	defer func() { c.W = w }()
	sum := sha256.Sum256(c.body)
	c.Answers.Serve(c.R.Context(), id+" "+target+" "+string(sum[:]), w, func(w http.ResponseWriter) {
		c.W = w
		serve()
	})
}

// giveAPI sends the answer of an operation.
func (c *Call) giveAPI(answer any) {
	c.setAPIHeaders()
	if _, none := answer.(awsjson.NoBody); none {
		c.W.WriteHeader(http.StatusOK)
		return
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.W.WriteHeader(http.StatusOK)
	c.W.Write(body)
}

func (c *Call) setAPIHeaders() {
	h := c.W.Header()
	h.Set("Content-Type", apiMediaType)
	h.Set("X-Amzn-Requestid", random.UUID())
	h.Set("Access-Control-Expose-Headers", apiAnswerHeaders)
	c.AllowOrigins()
}

// refuseAPI sends an error as the API does: the exception in the header and
// as __type, and status 400.
func (c *Call) refuseAPI(err error) {
	m := refusal.Of(err)
	if failed, ok := errors.AsType[*passkeys.Failed](err); ok {
		c.Why = failed.Why
	}
	status := http.StatusBadRequest
	if m.Exception == "InternalErrorException" {
		status = http.StatusInternalServerError
	}
	c.Event.Error = JoinWords(m.Exception+":", m.Text, c.Why)
	c.setAPIHeaders()
	c.W.Header().Set("X-Amzn-Errortype", m.Exception+":")
	body := map[string]string{"__type": m.Exception}
	if m.Text != "" {
		body["message"] = m.Text
		c.W.Header().Set("X-Amzn-Errormessage", awsjson.HeaderText(m.Text))
	}
	text, _ := json.Marshal(body) // a map of strings always marshals
	c.W.WriteHeader(status)
	c.W.Write(text)
}

// NoPool is the refusal for a user pool that does not exist.
func NoPool(id string) refusal.Message {
	return refusal.New(refusal.NotFoundException, "User pool "+id+" does not exist.")
}
