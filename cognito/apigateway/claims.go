package apigateway

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// maxClaims bounds the claims, in bytes: a token is 16 KiB at most.
const maxClaims = 64 << 10

// claims are what is checked, and all claims in the form a token has them.
type claims struct {
	issuer   string
	use      string
	client   string
	audience []string
	expiry   int64
	normal   []byte
}

// parseClaims reads a JSON object of claims that API Gateway has made text of.
func parseClaims(doc string) (*claims, error) {
	if len(doc) > maxClaims {
		return nil, cognito.CheckSize.Failed("the claims are longer than 64 KiB")
	}
	c := &claims{}
	var normal strings.Builder
	err := rawjson.Object(doc, func(name string, v rawjson.Value) error {
		v, err := c.read(name, v)
		if err != nil {
			return err
		}
		separator := ","
		if normal.Len() == 0 {
			separator = "{"
		}
		normal.WriteString(separator + string(quote(name)) + ":" + string(v))
		return nil
	})
	var refused *cognito.VerifyError
	switch {
	case errors.As(err, &refused):
		return nil, err
	case err != nil:
		return nil, &cognito.VerifyError{Check: cognito.CheckClaims, Err: err}
	case normal.Len() == 0:
		return nil, cognito.CheckIssuer.Failed("the claim is missing")
	}
	c.normal = []byte(normal.String() + "}")
	return c, nil
}

// read notes a claim that is checked, and returns every one as a token has it.
func (c *claims) read(name string, v rawjson.Value) (rawjson.Value, error) {
	switch name {
	case "iss":
		return v, text(&c.issuer, name, v)
	case "token_use":
		return v, text(&c.use, name, v)
	case "client_id":
		return v, text(&c.client, name, v)
	case "exp":
		return date(&c.expiry, name, v)
	case "iat", "nbf", "auth_time":
		var unchecked int64
		return date(&unchecked, name, v)
	case "aud":
		c.audience = list(v)
		if len(c.audience) == 1 {
			return quote(c.audience[0]), nil
		}
		return v, nil
	case "cognito:groups", "cognito:roles":
		return quote(list(v)), nil
	}
	return v, nil
}

func text(field *string, name string, v rawjson.Value) error {
	s, ok := v.String()
	if !ok {
		return cognito.Check(name).Failed("the claim has the wrong type")
	}
	*field = s
	return nil
}

// list reads a list as API Gateway writes it: a list of strings, "[a b]", or
// "a,b".
func list(v rawjson.Value) []string {
	if items, ok := v.Strings(); ok {
		return items
	}
	s, _ := v.String()
	inner, bracketed := strings.CutPrefix(s, "[")
	if inner, closed := strings.CutSuffix(inner, "]"); bracketed && closed {
		return strings.Fields(inner)
	}
	items := []string{}
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// date reads a time as API Gateway writes it, and returns seconds since 1970.
// The time is a number, its text, or a date in UTC such as "Thu Apr 21 07:26:53
// UTC 2022".
func date(field *int64, name string, v rawjson.Value) (rawjson.Value, error) {
	s, isText := v.String()
	if !isText {
		s = string(v)
	}
	seconds, ok := seconds(s)
	if !ok {
		return "", cognito.Check(name).Failed("the claim is not a time")
	}
	*field = seconds
	return rawjson.Value(strconv.FormatInt(seconds, 10)), nil
}

func seconds(s string) (int64, bool) {
	if n, ok := rawjson.Value(s).Date(); ok {
		return n, true
	}
	// Parse would take any other zone for UTC too.
	if t, err := time.Parse(time.UnixDate, s); err == nil && (strings.Contains(s, " UTC ") || strings.Contains(s, " GMT ")) {
		return t.Unix(), t.Unix() >= 1
	}
	return 0, false
}

func quote(v any) rawjson.Value {
	b, _ := json.Marshal(v) // strings always marshal
	return rawjson.Value(b)
}
