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

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Decode reads the parameters of an operation into the struct that in points
// to. It takes exact names at every level. Package model has the rules that the
// parameters must keep. Tags say what the emulator makes of some:
//
//	KeyConfiguration Kept `api:"unsupported"`
//
// unsupported refuses a parameter that would change what the pool does, if the
// pool could do it. A member marked inert is kept and given back, and has no
// effect. Members that the operation does not have are ignored, as AWS JSON
// demands of a service that is older than its client. The paths of both are
// returned.
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
	inert, err := marked(reflect.ValueOf(in).Elem())
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
	Typ         reflect.Type
	Unsupported bool
	Inert       bool // kept and given back, without an effect
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
	switch tag {
	case "":
		return Field{Typ: t}
	case "unsupported":
		return Field{Typ: t, Unsupported: true}
	case "inert":
		return Field{Typ: t, Inert: true}
	}
	panic("cognitotest: api tag " + strconv.Quote(tag))
}

// marked returns the paths of the parameters that have no effect, and refuses
// the first that is not supported.
func marked(v reflect.Value) (inert []string, err error) {
	var m marks
	m.find(v, "")
	if m.unsupported != "" {
		err = refusal.New(refusal.InvalidParameterException, m.unsupported+" is not supported by the emulator")
	}
	return m.inert, err
}

// marks are the paths of marked parameters.
type marks struct {
	unsupported string // the first parameter that is, or ""
	inert       []string
}

// find looks at the fields of a struct, and at those of the structs in it.
func (m *marks) find(v reflect.Value, path string) {
	fields := FieldsOf(v.Type())
	for i := range v.NumField() {
		name, value := v.Type().Field(i).Name, v.Field(i)
		if v.Type().Field(i).Anonymous {
			m.find(value, path)
			continue
		}
		if isEmpty(value) {
			continue
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		switch f := fields[name]; {
		case f.Unsupported && m.unsupported == "":
			m.unsupported = at
		case f.Inert:
			m.inert = append(m.inert, at)
		}
		m.within(reflect.Indirect(value), at)
	}
}

// isEmpty reports whether a parameter asks for nothing.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.Len() == 0
}

// within looks at what a parameter consists of.
func (m *marks) within(v reflect.Value, path string) {
	switch {
	case v.Kind() == reflect.Struct:
		m.find(v, path)
	case v.Kind() == reflect.Slice && baseType(v.Type().Elem()).Kind() == reflect.Struct:
		for i := range v.Len() {
			m.find(reflect.Indirect(v.Index(i)), fmt.Sprintf("%s.%d.member", path, i+1))
		}
	}
}

// IdentityPoolID is the form of an identity pool's id.
var IdentityPoolID = regexp.MustCompile(`^[\w-]+:[0-9a-f-]+$`)
