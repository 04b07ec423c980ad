// Package awsjson reads and writes the parameters of AWS JSON 1.1, the protocol
// of the user pools' and the identity pools' API. It has decoding by tags,
// pages of lists, and times.
package awsjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Decode reads the parameters of an operation into the struct that in points
// to. It takes exact names at every level, and checks the parameters against
// the tags:
//
//	Username string `api:"required,max=128"`
//
// required refuses what is missing. min and max bound the number of characters of a text, the
// number of elements of a list, or a number. pattern is one of patterns, and enum lists all
// values. secret keeps the value out of the message. unsupported refuses a parameter that would
// change what the pool does, if the pool could do it. Members that the operation does not have
// are ignored, as AWS JSON demands of a service that is older than its client. A member marked
// inert is kept and given back, and has no effect. The paths of both are returned.
func Decode(body []byte, in any) (ignored []string, err error) {
	t := reflect.TypeOf(in).Elem()
	unknown, err := unknownMember(rawjson.Value(body), t, "")
	if err == nil && unknown != "" {
		body, ignored, err = withoutUnknown(body, t)
	}
	if err != nil {
		return nil, refusal.New("SerializationException", "the body is not a JSON object")
	}
	if err := json.Unmarshal(body, in); err != nil {
		return ignored, refusal.New("SerializationException", "a parameter has another type")
	}
	inert, err := checkRules(reflect.ValueOf(in).Elem())
	ignored = append(ignored, inert...)
	slices.Sort(ignored)
	return ignored, err
}

// withoutUnknown removes the members that a value of type t does not have.
// encoding/json would take some of them for others, since it ignores the case
// of names.
func withoutUnknown(body []byte, t reflect.Type) (known []byte, ignored []string, err error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, nil, err
	}
	strip(v, t, "", &ignored)
	slices.Sort(ignored)
	known, err = json.Marshal(v)
	return known, ignored, err
}

// strip removes unknown members from objects, and notes their paths.
func strip(v any, t reflect.Type, path string, ignored *[]string) {
	t = baseType(t)
	switch v := v.(type) {
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return
		}
		fields := FieldsOf(t)
		for name, value := range v {
			at := strings.TrimPrefix(path+"."+name, ".")
			if f, ok := fields[name]; ok {
				strip(value, f.Typ, at, ignored)
				continue
			}
			delete(v, name)
			*ignored = append(*ignored, refusal.Clip(at, 64))
		}
	case []any:
		if t.Kind() == reflect.Slice {
			for i, e := range v {
				strip(e, t.Elem(), path+"."+strconv.Itoa(i+1), ignored)
			}
		}
	}
}

// unknownMember returns the path of the first member of v that a value of
// type t does not have, or "". Type mismatches are left to encoding/json.
func unknownMember(v rawjson.Value, t reflect.Type, path string) (unknown string, err error) {
	switch kind := baseType(t).Kind(); {
	case kind == reflect.Struct && (path == "" || strings.HasPrefix(string(v), "{")):
		return unknownField(v, baseType(t), path)
	case kind == reflect.Slice && baseType(t).Elem().Kind() != reflect.Uint8 && strings.HasPrefix(string(v), "["):
		var elements []json.RawMessage
		if err := json.Unmarshal([]byte(v), &elements); err != nil {
			return "", err
		}
		for i, e := range elements {
			unknown, err = unknownMember(rawjson.Value(e), baseType(t).Elem(), path+"."+strconv.Itoa(i+1))
			if unknown != "" || err != nil {
				return unknown, err
			}
		}
	case kind == reflect.Map && strings.HasPrefix(string(v), "{"):
		err = rawjson.Object(string(v), func(string, rawjson.Value) error { return nil }) // no name twice
	}
	return "", err
}

func unknownField(v rawjson.Value, t reflect.Type, path string) (unknown string, err error) {
	fields := FieldsOf(t)
	err = rawjson.Object(string(v), func(name string, value rawjson.Value) error {
		f, ok := fields[name]
		switch {
		case unknown != "":
		case !ok:
			unknown = strings.TrimPrefix(path+"."+name, ".")
		default:
			var err error
			unknown, err = unknownMember(value, f.Typ, strings.TrimPrefix(path+"."+name, "."))
			return err
		}
		return nil
	})
	return unknown, err
}

// baseType is what t points to, if it is a pointer.
func baseType(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// A Field is what the tags of a parameter say.
type Field struct {
	Typ              reflect.Type
	required, secret bool
	Unsupported      bool
	Inert            bool // kept and given back, without an effect
	min, max         int  // max 0 means none
	pattern          string
	enum             []string
}

// patterns are the patterns that parameters are held to, by the name used
// in tags.
var patterns = map[string]*regexp.Regexp{
	"text":     regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$`),
	"client":   regexp.MustCompile(`^[\w+]+$`),
	"name":     regexp.MustCompile(`^[\w\s+=,.@-]+$`),
	"host":     regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`),
	"pool":     regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`),
	"solid":    regexp.MustCompile(`^[\S]+$`),
	"password": regexp.MustCompile(`^[\S]+.*[\S]+$`),
	"digits":   regexp.MustCompile(`^[0-9]+$`),
	"identity": IdentityPoolID,
	"token":    regexp.MustCompile(`^[A-Za-z0-9-_=.]+$`),
	"arn":      regexp.MustCompile(`^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?$`),
}

// spelled is a pattern as Cognito's messages have it: with anchors for a
// password, without them elsewhere.
func spelled(pattern string) string {
	text := patterns[pattern].String()
	if pattern == "password" {
		return text
	}
	return strings.Trim(text, "^$")
}

var fieldCache sync.Map // reflect.Type → map[string]Field

// FieldsOf returns the parameters that a struct has, those of embedded
// structs among them.
func FieldsOf(t reflect.Type) map[string]Field {
	if known, ok := fieldCache.Load(t); ok {
		return known.(map[string]Field)
	}
	fields := make(map[string]Field)
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			maps.Copy(fields, FieldsOf(f.Type))
			continue
		}
		fields[f.Name] = parseTag(f.Type, f.Tag.Get("api"))
	}
	fieldCache.Store(t, fields)
	return fields
}

func parseTag(t reflect.Type, tag string) Field {
	field := Field{Typ: t}
	for rule := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(rule, "=")
		switch name {
		case "":
		case "required":
			field.required = true
		case "secret":
			field.secret = true
		case "unsupported":
			field.Unsupported = true
		case "inert":
			field.Inert = true
		case "min":
			field.min, _ = strconv.Atoi(value)
		case "max":
			field.max, _ = strconv.Atoi(value)
		case "pattern":
			field.pattern = value
		case "enum":
			field.enum = strings.Split(value, "|")
		default:
			panic("cognitotest: api tag " + strconv.Quote(rule))
		}
	}
	return field
}

// checkRules reports all parameters that break a rule, in Cognito's words, and
// returns the paths of those that have no effect.
func checkRules(v reflect.Value) (inert []string, err error) {
	c := new(checker)
	c.check(v, "")
	return c.inert, c.err()
}

func (c *checker) err() error {
	switch {
	case c.unsupported != "":
		return refusal.New(refusal.InvalidParameterException, c.unsupported+" is not supported by the emulator")
	case len(c.broken) == 0:
		return nil
	case len(c.broken) == 1:
		return refusal.New(refusal.InvalidParameterException, "1 validation error detected: "+c.broken[0])
	}
	return refusal.New(refusal.InvalidParameterException, fmt.Sprintf("%d validation errors detected: %s", len(c.broken), strings.Join(c.broken, "; ")))
}

// A checker collects what is wrong with parameters.
type checker struct {
	broken      []string
	unsupported string // the first parameter that is, or ""
	inert       []string
}

// check checks the fields of a struct, and those of the structs in it.
func (c *checker) check(v reflect.Value, path string) {
	fields := FieldsOf(v.Type())
	for i := range v.NumField() {
		name, value := v.Type().Field(i).Name, v.Field(i)
		if v.Type().Field(i).Anonymous {
			c.check(value, path)
			continue
		}
		f := fields[name]
		if f.Unsupported && !isEmpty(value) && c.unsupported == "" {
			c.unsupported = strings.TrimPrefix(path+"."+name, ".")
		}
		if f.Inert && !isEmpty(value) {
			c.inert = append(c.inert, strings.TrimPrefix(path+"."+name, "."))
		}
		if value.IsZero() {
			if f.required {
				c.report(path, name, f, value, missingMember)
			}
			continue
		}
		value = reflect.Indirect(value)
		if problem := f.check(value); problem != "" {
			c.report(path, name, f, value, problem)
		}
		c.within(value, strings.TrimPrefix(path+"."+name, "."))
	}
}

// isEmpty reports whether a parameter asks for nothing.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.Len() == 0
}

// within checks what a parameter consists of.
func (c *checker) within(v reflect.Value, path string) {
	switch {
	case v.Kind() == reflect.Struct:
		c.check(v, path)
	case v.Kind() == reflect.Slice && baseType(v.Type().Elem()).Kind() == reflect.Struct:
		for i := range v.Len() {
			c.check(reflect.Indirect(v.Index(i)), fmt.Sprintf("%s.%d.member", path, i+1))
		}
	}
}

func (c *checker) report(path, name string, f Field, v reflect.Value, problem string) {
	member := strings.TrimPrefix(path+"."+name, ".")
	parts := strings.Split(member, ".")
	for i, part := range parts {
		parts[i] = strings.ToLower(part[:1]) + part[1:]
	}
	c.broken = append(c.broken, describeBroken(strings.Join(parts, "."), f, v, problem))
}

func describeBroken(member string, f Field, v reflect.Value, problem string) string {
	switch {
	case problem == missingMember:
		return fmt.Sprintf("Value null at '%s' failed to satisfy constraint: %s", member, problem)
	case f.secret || v.Kind() != reflect.String:
		return fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", member, problem)
	}
	return fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", refusal.Clip(v.String(), 256), member, problem)
}

const missingMember = "Member must not be null"

// check returns the first rule that a value breaks, or "".
func (f Field) check(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		if problem := f.checkLength(utf8.RuneCountInString(v.String())); problem != "" {
			return problem
		}
		if problem := f.checkWord(v.String()); problem != "" {
			return problem
		}
		if f.pattern != "" && !patterns[f.pattern].MatchString(v.String()) {
			return "Member must satisfy regular expression pattern: " + spelled(f.pattern)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if problem := f.checkWord(v.Index(i).String()); problem != "" {
				return problem
			}
		}
		return f.checkLength(v.Len())
	case reflect.Map:
		return f.checkLength(v.Len())
	case reflect.Int:
		return f.checkNumber(int(v.Int()))
	}
	return ""
}

func (f Field) checkWord(word string) string {
	if f.enum != nil && !slices.Contains(f.enum, word) {
		return "Member must satisfy enum value set: [" + strings.Join(f.enum, ", ") + "]"
	}
	return ""
}

func (f Field) checkLength(n int) string {
	switch {
	case n < f.min:
		return fmt.Sprintf("Member must have length greater than or equal to %d", f.min)
	case f.max > 0 && n > f.max:
		return fmt.Sprintf("Member must have length less than or equal to %d", f.max)
	}
	return ""
}

func (f Field) checkNumber(n int) string {
	switch {
	case n < f.min:
		return fmt.Sprintf("Member must have value greater than or equal to %d", f.min)
	case f.max > 0 && n > f.max:
		return fmt.Sprintf("Member must have value less than or equal to %d", f.max)
	}
	return ""
}

var IdentityPoolID = regexp.MustCompile(`^[\w-]+:[0-9a-f-]+$`)
