package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// maxConfig bounds a set-up file.
const maxConfig = 1 << 20

// decodeFile fills the struct that into points to from the text of a file.
// encoding/json reads the values. Field names must have exact case; a field
// that is unknown, there twice or of another kind is a mistake. All mistakes
// are reported at once, each with its line. Lines that begin with // are
// comments.
func decodeFile(name string, text []byte, into any) (*document, error) {
	text = blankComments(text)
	d := &document{name: name, ends: lineEnds(text), lines: make(map[place]int)}
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(text, new(json.RawMessage)); {
	case errors.As(err, &syntax):
		d.lines[""] = d.lineAt(int(syntax.Offset) - 1)
		return d, &mistake{d.where(""), fmt.Errorf("no JSON: %w", err)}
	case err != nil:
		return d, &mistake{d.where(""), err}
	}
	start := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
	d.fill(value{raw: text[start:], offset: start}, reflect.ValueOf(into).Elem())
	return d, errors.Join(d.errs...)
}

// blankComments overwrites comments with spaces, so that positions stay.
func blankComments(text []byte) []byte {
	text = bytes.Clone(text)
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("//")) {
			for i, c := range line {
				if c != '\n' {
					line[i] = ' '
				}
			}
		}
	}
	return text
}

// A value is a JSON value and its place in the file.
type value struct {
	at     place
	name   string // of a member of an object
	raw    json.RawMessage
	offset int // of raw in the text
}

// inside are the values of a list or an object. The syntax was checked before.
func (v value) inside() []value {
	dec := json.NewDecoder(bytes.NewReader(v.raw))
	open, err := dec.Token()
	var all []value
	for err == nil && dec.More() {
		next := value{at: fmt.Sprintf("%s[%d]", v.at, len(all))}
		if open == json.Delim('{') {
			var name json.Token
			name, err = dec.Token()
			next.name, _ = name.(string)
			next.at = strings.TrimPrefix(v.at+"."+next.name, ".")
		}
		err = errors.Join(err, dec.Decode(&next.raw))
		next.offset = v.offset + int(dec.InputOffset()) - len(next.raw)
		all = append(all, next)
	}
	if err != nil {
		panic("cognito-emulator: " + err.Error())
	}
	return all
}

var durationType = reflect.TypeFor[time.Duration]()

// fill sets into from v.
func (d *document) fill(v value, into reflect.Value) {
	d.lines[v.at] = d.lineAt(v.offset)
	kind := kindOf(v.raw)
	switch {
	case kind == "null":
		d.report(v.at, errors.New("null: leave the field out instead"))
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.fill(v, into.Elem())
	case into.Type() == durationType:
		d.fillDuration(v, into)
	case kind != wanted(into):
		d.report(v.at, fmt.Errorf("%s: write %s", kind, wanted(into)))
	case kind == "an object":
		d.fillObject(v, into)
	case kind == "a list":
		items := v.inside()
		into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
		for i, item := range items {
			d.fill(item, into.Index(i))
		}
	default:
		if err := json.Unmarshal(v.raw, into.Addr().Interface()); err != nil {
			d.report(v.at, fmt.Errorf("%s: write a whole number", v.raw))
		}
	}
}

// kindOf is what a JSON value is, in words.
func kindOf(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// wanted is the kind of JSON value that a setting is written as.
func wanted(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a number"
	}
	panic("cognito-emulator: a setting of type " + v.Type().String())
}

func (d *document) fillDuration(v value, into reflect.Value) {
	var text string
	err := json.Unmarshal(v.raw, &text)
	length, badTime := time.ParseDuration(text)
	if err != nil || badTime != nil {
		d.report(v.at, errors.New(`write a time with its unit, such as "30s", "5m" or "720h"`))
		return
	}
	into.SetInt(int64(length))
}

// fillObject sets the fields of a struct, or the entries of a map.
func (d *document) fillObject(v value, into reflect.Value) {
	fields := make(map[string]reflect.Value)
	var names []string
	if into.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(into.Type()) {
			if f.IsExported() {
				names = append(names, fieldName(f.Name))
				fields[fieldName(f.Name)] = into.FieldByIndex(f.Index)
			}
		}
	} else {
		into.Set(reflect.MakeMap(into.Type()))
	}
	seen := make(map[string]bool)
	for _, m := range v.inside() {
		d.lines[m.at] = d.lineAt(m.offset)
		if seen[m.name] {
			d.report(m.at, errors.New("it is there twice: keep one"))
		}
		seen[m.name] = true
		field, known := fields[m.name]
		switch {
		case known:
			d.fill(m, field)
		case into.Kind() == reflect.Map:
			entry := reflect.New(into.Type().Elem()).Elem()
			d.fill(m, entry)
			into.SetMapIndex(reflect.ValueOf(m.name), entry)
		default:
			d.report(m.at, fmt.Errorf("there is no such field: %s", suggestion(m.name, names)))
		}
	}
}

// suggestion says which of names was meant, where that can be told.
func suggestion(name string, names []string) string {
	if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) }); i >= 0 {
		return fmt.Sprintf("write %q", names[i])
	}
	return "write one of " + strings.Join(names, ", ")
}

// fieldName is what a field of a Go struct is called in a file. It is the
// field's name with the first word in lower case, such as callbackURLs,
// idTokenValidity, mfa.
func fieldName(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		last := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !unicode.IsUpper(r) || i > 0 && last {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}
