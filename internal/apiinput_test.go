package internal_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestAPIInputs_Required: what the AWS SDK for Go does not send because a
// required member lacks, the emulator refuses, for every operation and at every
// depth. Clients without such a check send it.
func TestAPIInputs_Required(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{Guests: true}))
	services := []struct {
		client       any
		host, target string
	}{
		{cip.New(cip.Options{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}}), "cognito-idp", "AWSCognitoIdentityProviderService."},
		{cognitoidentity.New(cognitoidentity.Options{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}}), "cognito-identity", "AWSCognitoIdentityService."},
	}
	members := 0
	for _, s := range services {
		client := reflect.ValueOf(s.client)
		for i := range client.NumMethod() {
			op := client.Type().Method(i).Name
			call := client.Method(i)
			if call.Type().NumIn() != 3 || !strings.HasSuffix(call.Type().In(1).String(), "Input") {
				continue // Options
			}
			in := reflect.New(call.Type().In(1).Elem())
			fillNested(in.Elem(), nil)
			got := postRaw(t, pool, "https://"+s.host+".eu-west-1.amazonaws.com/", s.target+op, bodyOfInput(t, in.Interface()))
			if strings.HasPrefix(got, "UnknownOperationException") {
				continue
			}
			for _, path := range missingFields(t, call, in) {
				members++
				if want := "Value null at '" + path + "' failed to satisfy constraint: Member must not be null"; !strings.Contains(got, want) {
					t.Errorf("%s = %.600s, want it to say %q", op, got, want)
				}
			}
		}
	}
	if members < 250 {
		t.Errorf("%d required members were tried, want those of all operations", members)
	}
	t.Logf("%d required members", members)
}

// fillNested makes every structure in v that is reached by a pointer, a list or
// a map, and fills in nothing else.
func fillNested(v reflect.Value, seen []reflect.Type) {
	for _, t := range seen {
		if t == v.Type() {
			return
		}
	}
	seen = append(seen[:len(seen):len(seen)], v.Type())
	for i := range v.NumField() {
		f := v.Field(i)
		if !v.Type().Field(i).IsExported() {
			continue
		}
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct && f.Type().Elem().PkgPath() != "time":
			f.Set(reflect.New(f.Type().Elem()))
			fillNested(f.Elem(), seen)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			fillNested(f.Index(0), seen)
		case f.Kind() == reflect.Map && f.Type().Elem().Kind() == reflect.Struct:
			e := reflect.New(f.Type().Elem()).Elem()
			fillNested(e, seen)
			f.Set(reflect.MakeMap(f.Type()))
			f.SetMapIndex(reflect.ValueOf("key"), e)
		}
	}
}

// missingFields are the required members that the SDK misses in an input, by the
// paths that Cognito's messages have.
func missingFields(t *testing.T, call, in reflect.Value) (paths []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what lacks nothing must not go out
	err, _ := call.Call([]reflect.Value{reflect.ValueOf(ctx), in})[1].Interface().(error)
	var invalid smithy.InvalidParamsError
	if !errors.As(err, &invalid) {
		return nil
	}
	field := regexp.MustCompile(`missing required field, [A-Za-z]+Input\.([^\s]+)\.`)
	for _, m := range field.FindAllStringSubmatch(invalid.Error(), -1) {
		paths = append(paths, pathOfField(m[1]))
	}
	if len(paths) == 0 {
		t.Fatalf("no member is named in %q", invalid.Error())
	}
	return paths
}

var elementOfField = regexp.MustCompile(`\[([^\]]*)\]`)

// pathOfField is A.B[0].C as Cognito's messages have it: a.b.1.member.c.
func pathOfField(field string) string {
	field = elementOfField.ReplaceAllStringFunc(field, func(index string) string {
		index = strings.Trim(index, `[]"`)
		if n, err := strconv.Atoi(index); err == nil {
			index = strconv.Itoa(n + 1)
		}
		return "." + index + ".member"
	})
	parts := strings.Split(field, ".")
	for i, part := range parts {
		parts[i] = strings.ToLower(part[:1]) + part[1:]
	}
	return strings.Join(parts, ".")
}

// bodyOfInput is an input as a client without checks sends it.
func bodyOfInput(t *testing.T, in any) string {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	text, err = json.Marshal(withoutEmpty(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// withoutEmpty takes null, "" and 0 out of objects.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if inner == nil || inner == "" || inner == float64(0) {
				delete(v, name)
				continue
			}
			v[name] = withoutEmpty(inner)
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}

// postRaw calls an operation and returns the refusal.
func postRaw(t *testing.T, pool *cognitotest.Pool, url, target, body string) string {
	t.Helper()
	req, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	resp, err := pool.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return string(text)
	}
	return e.Type + ": " + e.Message
}
