// Package rawjson walks the members of a JSON object without decoding them.
//
// encoding/json matches member names regardless of case, and lets the last of
// several equal names win. Attackers have used both to smuggle claims past a
// check. Here names are compared exactly and a repeated one is an error. The
// package accepts what encoding/json calls valid, except invalid UTF-8 and
// nesting deeper than [MaxDepth].
package rawjson

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth bounds how deep arrays and objects may nest.
const MaxDepth = 200

// Errors of this package. None quotes the input.
var (
	ErrSyntax    = errors.New("not a JSON object")
	ErrDuplicate = errors.New("a JSON member name appears twice")
)

// A Value is the JSON text of one value, without surrounding white space.
type Value string

// Object calls visit for each member of the JSON object s, in order, and
// stops at visit's first error. Names are decoded. Nothing but white space
// may surround the object. visit may have been called for some members before
// an error is found further on.
func Object(s string, visit func(name string, v Value) error) error {
	if !utf8.ValidString(s) {
		return ErrSyntax
	}
	p := parser{s: s}
	p.space()
	if !p.byte('{') {
		return ErrSyntax
	}
	if err := p.members(visit); err != nil {
		return err
	}
	if p.space(); p.i != len(s) {
		return ErrSyntax
	}
	return nil
}

// Strings decodes an array of strings. It reports false for anything else.
func (v Value) Strings() ([]string, bool) {
	if len(v) == 0 || v[0] != '[' {
		return nil, false
	}
	p := parser{s: string(v), i: 1}
	var list []string
	for p.space(); !p.byte(']'); p.space() {
		if list == nil {
			list = make([]string, 0, min(strings.Count(p.s, ",")+1, 8))
		} else {
			if !p.byte(',') {
				return nil, false
			}
			p.space()
		}
		start := p.i
		if !p.str() {
			return nil, false
		}
		s, ok := Value(p.s[start:p.i]).String()
		if !ok {
			return nil, false
		}
		list = append(list, s)
	}
	return list, p.i == len(v)
}

// String decodes a string. It reports false for any other type.
func (v Value) String() (string, bool) {
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	inner := string(v[1 : len(v)-1])
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	return unescape(inner)
}

// Bool decodes true and false. It reports false for any other type.
func (v Value) Bool() (b, ok bool) { return v == "true", v == "true" || v == "false" }

// Number decodes a number. It reports false for any other type and for a
// number that a float64 cannot hold.
func (v Value) Number() (float64, bool) {
	if len(v) == 0 || v[0] != '-' && (v[0] < '0' || v[0] > '9') {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}

// Integer decodes a number that is written as an integer and fits an int64.
func (v Value) Integer() (int64, bool) {
	n, err := strconv.ParseInt(string(v), 10, 64)
	return n, err == nil
}

// MaxDate is the last second of the year 9999, since 1970.
const MaxDate = 253402300799

// Date decodes seconds since 1970 (RFC 7519 section 2, NumericDate), without
// their fraction. It reports false for what is not a number, and for times
// outside the years 1970 to 9999.
func (v Value) Date() (int64, bool) {
	seconds, ok := v.Integer()
	if !ok {
		f, isNumber := v.Number()
		if !isNumber || f < 1 || f > MaxDate {
			return 0, false
		}
		seconds = int64(f)
	}
	return seconds, seconds >= 1 && seconds <= MaxDate
}

// unescape resolves the escapes of a valid JSON string's inside.
func unescape(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	for {
		at := strings.IndexByte(s, '\\')
		if at < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		if at+1 == len(s) {
			return "", false
		}
		b.WriteString(s[:at])
		if s[at+1] == 'u' { // surrogate pairs and lone halves: encoding/json knows
			rest, ok := unescapeByJSON(s[at:])
			return b.String() + rest, ok
		}
		c := strings.IndexByte(`"\/bfnrt`, s[at+1])
		if c < 0 {
			return "", false
		}
		b.WriteByte("\"\\/\b\f\n\r\t"[c])
		s = s[at+2:]
	}
}

func unescapeByJSON(s string) (string, bool) {
	var out string
	err := json.Unmarshal([]byte(`"`+s+`"`), &out)
	return out, err == nil
}

// A parser reads s from i on. Its methods report whether they read what they
// are named for, and end behind it if so.
type parser struct {
	s       string
	i       int
	depth   int
	escaped bool // the last str had an escape
}

// members reads the inside of an object and its closing brace.
func (p *parser) members(visit func(string, Value) error) error {
	var few [32]string
	names := few[:0]
	var marks uint64 // of names
	var many map[string]bool
	for first := true; ; first = false {
		p.space()
		if p.byte('}') {
			if first {
				return nil
			}
			return ErrSyntax // a comma before the brace
		}
		name, value, err := p.member()
		if err != nil {
			return err
		}
		if many == nil && len(names) == len(few) {
			many = make(map[string]bool, 2*len(names))
			for _, n := range names {
				many[n] = true
			}
		}
		if many != nil {
			if many[name] {
				return ErrDuplicate
			}
			many[name] = true
		} else {
			if m := mark(name); marks&m == 0 { // most names are told apart by this
				marks |= m
			} else if slices.Contains(names, name) {
				return ErrDuplicate
			}
			names = append(names, name)
		}
		if err := visit(name, value); err != nil {
			return err
		}
		p.space()
		if p.byte('}') {
			return nil
		}
		if !p.byte(',') {
			return ErrSyntax
		}
	}
}

// mark is one bit that depends on the length of a name and on its middle.
func mark(name string) uint64 {
	if name == "" {
		return 1
	}
	return 1 << ((7*uint(len(name)) + uint(name[len(name)/2])) % 64)
}

// member reads one name, colon and value.
func (p *parser) member() (string, Value, error) {
	start := p.i
	if !p.str() {
		return "", "", ErrSyntax
	}
	name, ok := p.s[start+1:p.i-1], true
	if p.escaped {
		name, ok = unescape(name)
	}
	if p.space(); !ok || !p.byte(':') {
		return "", "", ErrSyntax
	}
	p.space()
	start = p.i
	if !p.value() {
		return "", "", ErrSyntax
	}
	return name, Value(p.s[start:p.i]), nil
}

func (p *parser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *parser) byte(c byte) bool {
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) value() bool {
	if p.i == len(p.s) {
		return false
	}
	switch p.s[p.i] {
	case '"':
		return p.str()
	case '{':
		return p.container('}')
	case '[':
		return p.container(']')
	case 't':
		return p.literal("true")
	case 'f':
		return p.literal("false")
	case 'n':
		return p.literal("null")
	}
	return p.number()
}

func (p *parser) literal(word string) bool {
	if !strings.HasPrefix(p.s[p.i:], word) {
		return false
	}
	p.i += len(word)
	return true
}

// container reads an array or an object that nests in the one being walked.
func (p *parser) container(end byte) bool {
	p.i++
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxDepth {
		return false
	}
	if p.space(); p.byte(end) {
		return true
	}
	for {
		if end == '}' {
			if p.space(); !p.str() {
				return false
			}
			if p.space(); !p.byte(':') {
				return false
			}
		}
		if p.space(); !p.value() {
			return false
		}
		if p.space(); p.byte(end) {
			return true
		}
		if !p.byte(',') {
			return false
		}
	}
}

// str reads a string with its quotes.
func (p *parser) str() bool {
	p.escaped = false
	if !p.byte('"') {
		return false
	}
	s := p.s
	for i := p.i; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		p.i = i + 1
		switch {
		case c == '"':
			return true
		case c < ' ' || !p.escape():
			return false
		}
		p.escaped = true
		i = p.i - 1
	}
	return false
}

func (p *parser) escape() bool {
	if p.i == len(p.s) {
		return false
	}
	c := p.s[p.i]
	p.i++
	if c != 'u' {
		return strings.IndexByte(`"\/bfnrt`, c) >= 0
	}
	for range 4 {
		if p.i == len(p.s) || !isHex(p.s[p.i]) {
			return false
		}
		p.i++
	}
	return true
}

func (p *parser) number() bool {
	p.byte('-')
	if !p.byte('0') && !p.digits() {
		return false
	}
	if p.byte('.') && !p.digits() {
		return false
	}
	if p.byte('e') || p.byte('E') {
		if !p.byte('+') {
			p.byte('-')
		}
		return p.digits()
	}
	return true
}

func (p *parser) digits() bool {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i > start
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
