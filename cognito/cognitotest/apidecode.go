package cognitotest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// decodeAPI reads the parameters of an operation into the struct that in
// points to, by exact names, and checks them against the tags:
//
//	Username string `api:"required,max=128"`
//
// required refuses what is missing, min and max bound the number of
// characters of a text or of elements in a list, pattern is one of
// apiPatterns, and secret keeps the value out of the message.
func decodeAPI(body []byte, in any) error {
	fields := apiFieldsOf(reflect.TypeOf(in).Elem())
	unknown := ""
	err := rawjson.Object(string(body), func(name string, _ rawjson.Value) error {
		if _, ok := fields[name]; !ok && unknown == "" {
			unknown = name
		}
		return nil
	})
	if err != nil {
		return message{"SerializationException", "the body is no JSON object"}
	}
	if unknown != "" {
		return message{exInvalidParameter, fmt.Sprintf("Unknown parameter %s", strconv.Quote(clipText(unknown, 64)))}
	}
	if err := json.Unmarshal(body, in); err != nil {
		return message{"SerializationException", "a parameter has another type"}
	}
	return checkAPI(reflect.ValueOf(in).Elem(), fields)
}

// An apiField is what the tags of a parameter say.
type apiField struct {
	index            int
	required, secret bool
	min, max         int // max 0 means none
	pattern          string
}

// apiPatterns are the patterns that parameters are held to, by the name used
// in tags.
var apiPatterns = map[string]*regexp.Regexp{
	"text":     regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$`),
	"client":   regexp.MustCompile(`^[\w+]+$`),
	"pool":     regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`),
	"solid":    regexp.MustCompile(`^\S+$`),
	"digits":   regexp.MustCompile(`^[0-9]+$`),
	"identity": identityPoolID,
	"token":    regexp.MustCompile(`^[A-Za-z0-9-_=.]+$`),
}

var apiFieldCache sync.Map // reflect.Type → map[string]apiField

func apiFieldsOf(t reflect.Type) map[string]apiField {
	if known, ok := apiFieldCache.Load(t); ok {
		return known.(map[string]apiField)
	}
	fields := make(map[string]apiField)
	for i := range t.NumField() {
		f := t.Field(i)
		fields[f.Name] = parseAPITag(i, f.Tag.Get("api"))
	}
	apiFieldCache.Store(t, fields)
	return fields
}

func parseAPITag(index int, tag string) apiField {
	field := apiField{index: index}
	for rule := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(rule, "=")
		switch name {
		case "":
		case "required":
			field.required = true
		case "secret":
			field.secret = true
		case "min":
			field.min, _ = strconv.Atoi(value)
		case "max":
			field.max, _ = strconv.Atoi(value)
		case "pattern":
			field.pattern = value
		default:
			panic("cognitotest: api tag " + strconv.Quote(rule))
		}
	}
	return field
}

// checkAPI reports all parameters that break a rule, in Cognito's words.
func checkAPI(v reflect.Value, fields map[string]apiField) error {
	var broken []string
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if problem := fields[name].check(v.Field(i)); problem != "" {
			broken = append(broken, describeBroken(name, fields[name], v.Field(i), problem))
		}
	}
	switch len(broken) {
	case 0:
		return nil
	case 1:
		return message{exInvalidParameter, "1 validation error detected: " + broken[0]}
	}
	return message{exInvalidParameter, fmt.Sprintf("%d validation errors detected: %s", len(broken), strings.Join(broken, "; "))}
}

func describeBroken(name string, f apiField, v reflect.Value, problem string) string {
	member := strings.ToLower(name[:1]) + name[1:]
	switch {
	case v.IsZero():
		return fmt.Sprintf("Value null at '%s' failed to satisfy constraint: %s", member, problem)
	case f.secret || v.Kind() != reflect.String:
		return fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", member, problem)
	}
	return fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", clipText(v.String(), 256), member, problem)
}

// check returns the first rule that a value breaks, or "".
func (f apiField) check(v reflect.Value) string {
	if v.IsZero() {
		if f.required {
			return "Member must not be null"
		}
		return ""
	}
	var length int
	switch v.Kind() {
	case reflect.String:
		length = utf8.RuneCountInString(v.String())
	case reflect.Slice, reflect.Map:
		length = v.Len()
	default:
		return ""
	}
	switch {
	case length < f.min:
		return fmt.Sprintf("Member must have length greater than or equal to %d", f.min)
	case f.max > 0 && length > f.max:
		return fmt.Sprintf("Member must have length less than or equal to %d", f.max)
	case f.pattern != "" && !apiPatterns[f.pattern].MatchString(v.String()):
		return "Member must satisfy regular expression pattern: " + strings.Trim(apiPatterns[f.pattern].String(), "^$")
	}
	return ""
}

// clipText keeps what outsiders wrote from filling a message.
func clipText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
