package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// A shape is what is compared of an answer: named facts, in the kinds that
// reports show. It has no token, no code and no secret.
type shape map[fact]string

// A fact is one thing about an answer.
type fact struct {
	Kind string // "status", "error code", "message", "field", "header" or "claim"
	At   string // which field, header or claim
}

// shapeOf takes an answer apart. v are the values of its side.
func shapeOf(a *answer, v *vars) shape {
	s := shape{{"status", ""}: fmt.Sprint(a.Status)}
	if code := errorCode(a); code != "" {
		s[fact{"error code", ""}] = code
	}
	s.addHeaders(a.Header, v)
	if lang := pageLanguage.FindSubmatch(a.Body); lang != nil {
		s[fact{"field", "html lang"}] = string(lang[1])
	}
	var body any
	dec := json.NewDecoder(bytes.NewReader(a.Body))
	dec.UseNumber()
	if dec.Decode(&body) == nil {
		s.addJSON("field", "", body, v)
	}
	return s
}

// pageLanguage is the language that a page says it has.
var pageLanguage = regexp.MustCompile(`(?i)^[^{]{0,100}<html[^>]*\slang="?([\w-]{1,20})`)

// addJSON adds a value and all below it.
func (s shape) addJSON(kind, at string, value any, v *vars) {
	switch value := value.(type) {
	case map[string]any:
		if at != "" && len(value) == 0 {
			s[fact{kind, at}] = "object, empty"
		}
		for name, member := range value {
			switch {
			case at == "" && name == "__type":
			case at == "" && strings.EqualFold(name, "message") && kind == "field":
				s[fact{"message", name}] = v.neutral(fmt.Sprint(member))
			default:
				s.addJSON(kind, strings.TrimPrefix(at+"."+v.neutral(name), "."), member, v)
			}
		}
	case []any:
		s[fact{kind, at}] = "array"
		for _, item := range value {
			s.addJSON(kind, at+itemName(item), item, v)
		}
		if len(value) == 0 {
			s[fact{kind, at}] = "array, empty"
		}
	case string:
		s.join(fact{kind, at}, "string "+textForm(at, v.neutral(value)))
		if isJWT(value) {
			s.addToken(at, value, v)
		}
	case json.Number:
		form := numberForm(value.String())
		if value.String() == v.set["auth-time"] {
			form = "{auth-time}"
		}
		s.join(fact{kind, at}, "number "+form)
	case bool:
		s.join(fact{kind, at}, fmt.Sprint("boolean ", value))
	case nil:
		s.join(fact{kind, at}, "null")
	}
}

// join adds a form to those that the items of an array have.
func (s shape) join(f fact, form string) {
	have, ok := s[f]
	if !ok {
		s[f] = form
		return
	}
	forms := strings.Split(have, " | ")
	if !slices.Contains(forms, form) {
		forms = append(forms, form)
		sort.Strings(forms)
		s[f] = strings.Join(forms, " | ")
	}
}

// itemName tells the items of a list of attributes apart by their names.
func itemName(item any) string {
	if object, ok := item.(map[string]any); ok {
		if name, ok := object["Name"].(string); ok {
			return "[" + name + "]"
		}
	}
	return "[]"
}

// secretField are members whose values are never shown.
var secretField = regexp.MustCompile(`(?i)(token|session|secret|secretvalue|password|code|salt|srp_b|block|hash)$`)

var forms = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"UUID", regexp.MustCompile(`^UUID$`)}, // see neutral
	{"JWE", regexp.MustCompile(`^eyJ[\w-]*(\.[\w-]*){4}$`)},
	{"JWT", regexp.MustCompile(`^eyJ[\w-]*\.[\w-]*\.[\w-]*$`)},
	{"time", regexp.MustCompile(`^\d{4}-\d\d-\d\dT`)},
	{"digits", regexp.MustCompile(`^\d{5,}$`)},
	{"hexadecimal", regexp.MustCompile(`^[0-9a-f]{16,}$`)},
	{"device group", regexp.MustCompile(`^-[a-z0-9]{8}$`)},
	{"masked address x***@x***", regexp.MustCompile(`^\w\*\*\*@\w\*\*\*$`)},
	{"masked address x***@x***.x", regexp.MustCompile(`^\w\*\*\*@\w\*\*\*\.\w+$`)},
	{"base32", regexp.MustCompile(`^[A-Z2-7]{20,}=*$`)},
	{"base64", regexp.MustCompile(`^[A-Za-z0-9+/_-]{20,}={0,2}$`)},
}

// textForm is a text as a report may show it: a short one itself, unless it
// may be secret, and else what it looks like.
func textForm(at, text string) string {
	for _, f := range forms {
		if f.pattern.MatchString(text) {
			return f.name
		}
	}
	switch {
	case secretField.MatchString(at[strings.LastIndex(at, ".")+1:]):
		return "secret"
	case len(text) > 200:
		return "long text"
	}
	return fmt.Sprintf("%q", text)
}

// numberForm tells small numbers, such as lifetimes, from times.
func numberForm(text string) string {
	if len(text) > 6 {
		return "large"
	}
	return text
}

func isJWT(text string) bool {
	return strings.Count(text, ".") == 2 && strings.HasPrefix(text, "eyJ")
}

// addToken adds the header and the claims of a token, whose signature is not
// checked: both sides are asked over their own connections.
func (s shape) addToken(at, token string, v *vars) {
	parts := strings.Split(token, ".")
	for i, name := range []string{"header", "claims"} {
		members := decoded(parts[i])
		if members == nil {
			s[fact{"claim", at + "." + name}] = "not readable"
			continue
		}
		if life, ok := lifetime(members); ok {
			s[fact{"claim", at + ".claims exp - iat"}] = life
		}
		s.addJSON("claim", at+"."+name, members, v)
	}
}

// claimsOf are the claims of a token, or nil.
func claimsOf(token string) any {
	if !isJWT(token) {
		return nil
	}
	if claims := decoded(strings.Split(token, ".")[1]); claims != nil {
		return claims
	}
	return nil
}

// decoded is an object in a part of a token, or nil.
func decoded(part string) (members map[string]any) {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err != nil || dec.Decode(&members) != nil {
		return nil
	}
	return members
}

func lifetime(claims map[string]any) (string, bool) {
	exp, okExp := claims["exp"].(json.Number)
	iat, okIat := claims["iat"].(json.Number)
	if !okExp || !okIat {
		return "", false
	}
	e, errE := exp.Int64()
	i, errI := iat.Int64()
	return fmt.Sprint(e - i), errE == nil && errI == nil
}

// Headers of the connection and of the network in between, which say nothing
// about Cognito.
var ofTheNetwork = regexp.MustCompile(`^(Date|Content-Length|Connection|Keep-Alive|Transfer-Encoding|Server|Via|Alt-Svc|Age|X-Cache|X-Amz-Cf-.*|Content-Encoding)$`)

// Headers whose values count. Of the others it counts that they are there.
var valueCounts = regexp.MustCompile(`^(Content-Type|Cache-Control|Pragma|Www-Authenticate|Access-Control-.*|X-Amzn-Errortype|X-Amzn-Errormessage|Location|Vary)$`)

func (s shape) addHeaders(h http.Header, v *vars) {
	for name, values := range h {
		switch {
		case ofTheNetwork.MatchString(name):
		case name == "Location":
			s.addLocation(values[0], v)
		case name == "Set-Cookie":
			for _, value := range values {
				cookie, _, _ := strings.Cut(value, "=")
				s[fact{"header", "Set-Cookie " + cookie}] = "there"
			}
		case valueCounts.MatchString(name):
			s[fact{"header", name}] = v.neutral(strings.Join(values, ", "))
		default:
			s[fact{"header", name}] = "there"
		}
	}
}

// addLocation takes a redirect apart, so that codes and states are not shown.
func (s shape) addLocation(location string, v *vars) {
	u, err := url.Parse(location)
	if err != nil {
		s[fact{"header", "Location"}] = "not a URL"
		return
	}
	query, fragment := u.Query(), u.Fragment
	u.RawQuery, u.Fragment = "", ""
	s[fact{"header", "Location"}] = v.neutral(u.String())
	for name, values := range query {
		s[fact{"header", "Location?" + name}] = textForm(name, v.neutral(strings.Join(values, ", ")))
	}
	parameters, err := url.ParseQuery(fragment)
	if err != nil {
		s[fact{"header", "Location#"}] = "not parameters"
	}
	for name := range parameters {
		s[fact{"header", "Location#" + name}] = "there"
	}
}
