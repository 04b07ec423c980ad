package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A place is where in a set-up something stands: a path such as
// pools[0].clients[1].id.
type place = string

// A mistake is one thing wrong with a set-up, in the words that its author
// knows the place by.
type mistake struct {
	Where string // a file, line and field, or a flag
	Err   error  // what is wrong and what to write
}

func (m *mistake) Error() string { return m.Where + ": " + m.Err.Error() }
func (m *mistake) Unwrap() error { return m.Err }

// A document is a JSON file with the line of every value in it.
type document struct {
	name  string
	lines map[place]int
	errs  []error
}

// where is how a mistake names a place: file, line and field. One that is not
// there has the line of what it is missing in.
func (d *document) where(p place) string {
	within := p
	for d.lines[within] == 0 && within != "" {
		within = within[:max(strings.LastIndexAny(within, ".["), 0)]
	}
	at := fmt.Sprintf("%s:%d", d.name, max(d.lines[within], 1))
	if p == "" {
		return at
	}
	return at + ": " + p
}

func (d *document) report(p place, err error) {
	d.errs = append(d.errs, &mistake{d.where(p), err})
}

// maxConfig bounds a set-up file.
const maxConfig = 1 << 20

// decodeFile fills the struct that into points to from the text of a file.
// Fields are matched letter for letter; one that is unknown, there twice or of
// another kind is a mistake, and all mistakes are reported at once. Lines that
// begin with // are comments.
func decodeFile(name string, text []byte, into any) (*document, error) {
	d := &document{name: name, lines: make(map[place]int)}
	text = blankComments(text)
	if err := d.checkSyntax(text); err != nil {
		return d, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	r := reader{d: d, dec: dec, text: text, line: 1}
	root := r.value("")
	d.fill(root, reflect.ValueOf(into).Elem())
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

// checkSyntax says where text stops being one JSON value.
func (d *document) checkSyntax(text []byte) error {
	var value any
	err := json.Unmarshal(text, &value)
	if err == nil && deeperThan(maxDepth, value) {
		return &mistake{d.where(""), errors.New("lists and objects are nested too deeply for a set-up")}
	}
	if err == nil {
		return nil
	}
	line := 1 + bytes.Count(text, []byte("\n"))
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line = 1 + bytes.Count(text[:min(max(int(syntax.Offset)-1, 0), len(text))], []byte("\n"))
	}
	d.lines[""] = line
	return &mistake{d.where(""), fmt.Errorf("no JSON: %w", err)}
}

// maxDepth is more than any set-up needs; paths grow with the depth.
const maxDepth = 20

func deeperThan(depth int, value any) bool {
	within := func(v any) bool { return depth == 0 || deeperThan(depth-1, v) }
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, within)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), within)
	}
	return false
}

// A node is a JSON value and where it stands.
type node struct {
	at      place
	kind    string // "a string", "a number", "true or false", "null", "a list", "an object"
	scalar  any
	items   []*node
	members []member
}

type member struct {
	name  string
	value *node
}

// A reader builds nodes. The syntax was checked before.
type reader struct {
	d    *document
	dec  *json.Decoder
	text []byte
	line int // of the token that was read last
	pos  int // where it ends
}

func (r *reader) token() json.Token {
	token, err := r.dec.Token()
	if err != nil {
		panic("cognito-emulator: " + err.Error()) // the syntax was checked
	}
	end := int(r.dec.InputOffset())
	r.line += bytes.Count(r.text[r.pos:end], []byte("\n"))
	r.pos = end
	return token
}

func (r *reader) value(at place) *node {
	token := r.token()
	r.d.lines[at] = r.line
	n := &node{at: at, scalar: token}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			r.list(n)
		} else {
			r.object(n)
		}
	case string:
		n.kind = "a string"
	case json.Number:
		n.kind = "a number"
	case bool:
		n.kind = "true or false"
	default:
		n.kind = "null"
	}
	return n
}

func (r *reader) list(n *node) {
	n.kind = "a list"
	for r.dec.More() {
		n.items = append(n.items, r.value(fmt.Sprintf("%s[%d]", n.at, len(n.items))))
	}
	r.token()
}

func (r *reader) object(n *node) {
	n.kind = "an object"
	seen := make(map[string]bool)
	for r.dec.More() {
		name, _ := r.token().(string)
		at := strings.TrimPrefix(n.at+"."+name, ".")
		if seen[name] {
			r.d.lines[at] = r.line
			r.d.report(at, errors.New("it is there twice: keep one"))
		}
		seen[name] = true
		n.members = append(n.members, member{name, r.value(at)})
	}
	r.token()
}

var durationType = reflect.TypeFor[time.Duration]()

// fill sets v from n.
func (d *document) fill(n *node, v reflect.Value) {
	switch {
	case n.kind == "null":
		d.report(n.at, errors.New("null: leave the field out instead"))
	case v.Type() == durationType:
		d.fillDuration(n, v)
	default:
		d.fillKind(n, v)
	}
}

func (d *document) fillKind(n *node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.fill(n, v.Elem())
	case reflect.Struct:
		if d.wants(n, "an object") {
			d.fillStruct(n, v)
		}
	case reflect.Slice:
		if d.wants(n, "a list") {
			v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
			for i, item := range n.items {
				d.fill(item, v.Index(i))
			}
		}
	case reflect.Map:
		if d.wants(n, "an object") {
			v.Set(reflect.MakeMap(v.Type()))
			for _, m := range n.members {
				value := reflect.New(v.Type().Elem()).Elem()
				d.fill(m.value, value)
				v.SetMapIndex(reflect.ValueOf(m.name), value)
			}
		}
	case reflect.String:
		if d.wants(n, "a string") {
			v.SetString(n.scalar.(string))
		}
	case reflect.Bool:
		if d.wants(n, "true or false") {
			v.SetBool(n.scalar.(bool))
		}
	case reflect.Int:
		d.fillInt(n, v)
	default:
		panic("cognito-emulator: a setting of type " + v.Type().String())
	}
}

func (d *document) wants(n *node, kind string) bool {
	if n.kind != kind {
		d.report(n.at, fmt.Errorf("%s: write %s", n.kind, kind))
	}
	return n.kind == kind
}

func (d *document) fillInt(n *node, v reflect.Value) {
	if !d.wants(n, "a number") {
		return
	}
	i, err := n.scalar.(json.Number).Int64()
	if err != nil || v.OverflowInt(i) {
		d.report(n.at, fmt.Errorf("%s: write a whole number", n.scalar))
		return
	}
	v.SetInt(i)
}

func (d *document) fillDuration(n *node, v reflect.Value) {
	text, _ := n.scalar.(string)
	length, err := time.ParseDuration(text)
	if n.kind != "a string" || err != nil {
		d.report(n.at, errors.New(`write a time with its unit, such as "30s", "5m" or "720h"`))
		return
	}
	v.SetInt(int64(length))
}

func (d *document) fillStruct(n *node, v reflect.Value) {
	known := make(map[string]reflect.Value)
	var names []string
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() {
			name := fieldName(f.Name)
			known[name] = v.FieldByIndex(f.Index)
			names = append(names, name)
		}
	}
	for _, m := range n.members {
		if field, ok := known[m.name]; ok {
			d.fill(m.value, field)
			continue
		}
		d.report(m.value.at, fmt.Errorf("there is no such field: %s", suggestion(m.name, names)))
	}
}

// suggestion says which of names was meant, where that can be told.
func suggestion(name string, names []string) string {
	if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) }); i >= 0 {
		return fmt.Sprintf("write %q", names[i])
	}
	return "write one of " + strings.Join(names, ", ")
}

// fieldName is what a field of a Go struct is called in a file: its name with
// the first word in lower case, such as callbackURLs, idTokenValidity, mfa.
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
