package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/cmd/cognito-parity/internal/suite"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/htmlform"
)

// A side is one of the two servers that are compared.
type side struct {
	name        string // "pool" or "emulator"
	api         string // URL of the user-pool API
	domain      string // base URL of the pool's domain; "" means none
	region      string
	transport   http.RoundTripper
	credentials aws.CredentialsProvider
	vars        *vars // what all stories share

	unnamed []string // ids of app clients that a request of the suite made
}

// An answer is what a side answered to one request.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// How long one request may take, how long its answer may be, and how often a
// request is made again that came too fast.
const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 1 << 20
	maxTries       = 6
)

// errUnavailable means that the hosted pages have no form to fill in.
var errUnavailable = errors.New(string(suite.Pages))

// browser returns a client with its own cookies, which follows no redirect.
func (s *side) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it has no options
	}
	return &http.Client{
		Transport: s.transport, Jar: jar, Timeout: requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call makes one request of the suite.
func (s *side) call(ctx context.Context, browser *http.Client, r suite.Request, v *vars) (*answer, error) {
	if r.Op == "SIGN-IN" {
		return s.signIn(ctx, browser, r, v)
	}
	for try := 1; ; try++ {
		req, err := s.request(ctx, r, v)
		if err != nil {
			return nil, err
		}
		a, err := do(browser, req)
		if err != nil {
			return nil, err
		}
		if code := errorCode(a); try == maxTries || code != "TooManyRequestsException" && a.Status != http.StatusTooManyRequests {
			return a, nil
		}
		select {
		case <-time.After(time.Duration(try) * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// admin makes a request of the program's own, and fails on a refusal.
func (s *side) admin(ctx context.Context, op, body string, into any) error {
	a, err := s.call(ctx, s.browser(), suite.Request{Op: op, Body: body}, s.vars)
	if err != nil {
		return fmt.Errorf("%s on the %s: %w", op, s.name, err)
	}
	if a.Status != http.StatusOK {
		return &refusal{Op: op, Side: s.name, Code: errorCode(a), Message: errorMessage(a)}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("%s on the %s: %w", op, s.name, err)
	}
	return nil
}

// A refusal is an operation of the program's own that a side refused.
type refusal struct{ Op, Side, Code, Message string }

func (r *refusal) Error() string {
	return fmt.Sprintf("%s on the %s: %s: %s", r.Op, r.Side, r.Code, r.Message)
}

// request builds the HTTP request of a row.
func (s *side) request(ctx context.Context, r suite.Request, v *vars) (*http.Request, error) {
	if r.API() {
		return s.apiRequest(ctx, r, v)
	}
	method, path, _ := strings.Cut(r.Op, " ")
	base := s.domain
	if strings.HasPrefix(path, "{") {
		base = ""
	}
	path, err := v.fill(path, func(s string) string { return s })
	if err != nil {
		return nil, err
	}
	body, err := v.fill(r.Body, url.QueryEscape)
	if err != nil {
		return nil, err
	}
	body = strings.NewReplacer(" ", "%20").Replace(body)
	target := base + path
	var content io.Reader
	if method == http.MethodGet || method == http.MethodHead {
		if body != "" {
			target += "?" + body
		}
	} else {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, target, content)
	if err != nil {
		return nil, err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req, addHeader(req, r, v)
}

func addHeader(req *http.Request, r suite.Request, v *vars) error {
	name, value, ok := strings.Cut(r.Header, ": ")
	if !ok {
		return nil
	}
	value, err := v.fill(value, func(s string) string { return s })
	req.Header.Set(name, value)
	return err
}

func (s *side) apiRequest(ctx context.Context, r suite.Request, v *vars) (*http.Request, error) {
	body, err := v.fill(r.JSON(), jsonText)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.api+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+r.Op)
	if err := addHeader(req, r, v); err != nil || !r.Signed() {
		return req, err
	}
	credentials, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("AWS credentials: %w", err)
	}
	sum := sha256.Sum256([]byte(body))
	return req, v4.NewSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(sum[:]), "cognito-idp", s.region, time.Now())
}

// jsonText is a value as it is within quotation marks.
func jsonText(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

func do(browser *http.Client, req *http.Request) (*answer, error) {
	resp, err := browser.Do(req)
	if err != nil {
		return nil, redactedURL(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return &answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// redactedURL leaves the query out of an error, since it contains codes.
func redactedURL(err error) error {
	if e := new(url.Error); errors.As(err, &e) {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

// maxHops is how many pages a sign-in may take.
const maxHops = 12

// signIn goes from authorize through the form of the hosted pages to the answer
// that leads to the callback.
func (s *side) signIn(ctx context.Context, browser *http.Client, r suite.Request, v *vars) (*answer, error) {
	req, err := s.request(ctx, suite.Request{Op: "GET /oauth2/authorize", Body: r.Body}, v)
	filled := false
	for hop := 0; err == nil && hop < maxHops; hop++ {
		var a *answer
		if a, err = do(browser, req); err != nil {
			return nil, err
		}
		if location := a.Header.Get("Location"); location != "" {
			next, parseErr := req.URL.Parse(location)
			if parseErr != nil {
				return nil, fmt.Errorf("a Location that is not a URL")
			}
			if next.Hostname() == callbackHost {
				return a, nil
			}
			req, err = http.NewRequestWithContext(ctx, http.MethodGet, next.String(), nil)
			continue
		}
		if filled || !strings.Contains(a.Header.Get("Content-Type"), "html") {
			return a, nil
		}
		form := htmlform.Find(string(a.Body), "username", "password")
		if form == nil {
			return nil, errUnavailable
		}
		form.Page, filled = req.URL, true
		form.Fields.Set("username", v.set["user"])
		form.Fields.Set("password", v.set["password"])
		resp, sendErr := form.Send(browser)
		if sendErr != nil {
			return nil, redactedURL(sendErr)
		}
		resp.Body.Close()
		a = &answer{Status: resp.StatusCode, Header: resp.Header}
		location, locationErr := resp.Location()
		if locationErr != nil || location.Hostname() == callbackHost {
			return a, nil
		}
		req, err = http.NewRequestWithContext(ctx, http.MethodGet, location.String(), nil)
	}
	return nil, err
}

// errorCode is what an answer of the API or of the token endpoint refuses with.
func errorCode(a *answer) string {
	var body struct {
		Type  string `json:"__type"`
		Error string `json:"error"`
	}
	json.Unmarshal(a.Body, &body) // another body has no code
	code := body.Type
	if code == "" {
		code = body.Error
	}
	return code[strings.LastIndex(code, "#")+1:]
}

func errorMessage(a *answer) string {
	var body struct {
		Message string `json:"message"`
		Other   string `json:"Message"`
	}
	json.Unmarshal(a.Body, &body) // another body has no message
	return body.Message + body.Other
}
