// Package remote calls functions over HTTP that replace a pool's Lambda
// triggers. It posts the event that Lambda gets, and reads the answer that
// Lambda would give.
package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Cognito waits five seconds for a function, and calls it three times at most.
const (
	patience = 5 * time.Second
	tries    = 3
)

// maxAnswer is how large an answer may be, in bytes, as Lambda bounds it.
const maxAnswer = 6 << 20

// A Caller calls functions.
type Caller struct {
	Client *http.Client
}

// Direct calls functions as they are: it follows no redirect and keeps no
// connection open.
var Direct = Caller{&http.Client{
	Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}}

// errOutput is what Cognito says about an answer of the wrong shape.
var errOutput = refusal.New("InvalidLambdaResponseException", "Unrecognizable lambda output")

// A timeoutError is a function that did not answer in time.
type timeoutError struct{}

func (timeoutError) Error() string { return "Socket timeout while invoking Lambda function" }

// call posts the event of a trigger to a function and reads its response into
// response. An error that the function itself reports has only its own words;
// any other is a refusal in Cognito's words.
func (c Caller) call(ctx context.Context, name, url string, e event, response any) error {
	e.Response = response
	body, err := json.Marshal(e)
	if err != nil {
		panic("cognitotest: " + err.Error()) // strings, booleans and what was JSON
	}
	answer, err := c.try(ctx, url, body)
	if err != nil {
		return refusal.New("UnexpectedLambdaException", fmt.Sprintf("%s invocation failed due to error %v.", name, err))
	}
	return answer.read(response)
}

// try posts the event until the function answers in time.
func (c Caller) try(ctx context.Context, url string, body []byte) (*answer, error) {
	for range tries {
		answer, err := c.post(ctx, url, body)
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return answer, err
		}
	}
	return nil, timeoutError{}
}

// An answer is what a function returned, or the error that it reports.
type answer struct {
	ErrorMessage *string         `json:"errorMessage"`
	Response     json.RawMessage `json:"response"`
}

func (c Caller) post(ctx context.Context, url string, body []byte) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	a := new(answer)
	if json.Unmarshal(text, a) != nil {
		a = new(answer) // read refuses it
	}
	if a.ErrorMessage == nil && resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", req.URL.Redacted(), resp.Status)
	}
	return a, nil
}

// read decodes the function's response.
func (a *answer) read(response any) error {
	switch {
	case a.ErrorMessage != nil:
		return errors.New(*a.ErrorMessage)
	case len(a.Response) == 0 || a.Response[0] != '{':
		return errOutput
	case json.Unmarshal(a.Response, response) != nil:
		return errOutput
	}
	return nil
}
