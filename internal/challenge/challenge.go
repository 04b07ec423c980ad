// Package challenge reads and writes the WWW-Authenticate field (RFC 9110 section
// 11.6.1).
package challenge

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/bearer"
)

// A Challenge is one challenge of the field.
type Challenge struct {
	Scheme string
	Params []Param
}

// A Param is a parameter as it is written. One without a name is a token68.
type Param struct{ Name, Value string }

func (p Param) String() string {
	if p.Name == "" {
		return p.Value
	}
	return p.Name + "=" + p.Value
}

func (c Challenge) String() string {
	texts := make([]string, len(c.Params))
	for i, p := range c.Params {
		texts[i] = p.String()
	}
	return strings.TrimSpace(c.Scheme + " " + strings.Join(texts, ", "))
}

// With returns c with more parameters. They replace those of the same name.
func (c Challenge) With(more []Param) Challenge {
	kept := slices.DeleteFunc(slices.Clone(c.Params), func(p Param) bool {
		return slices.ContainsFunc(more, func(m Param) bool { return strings.EqualFold(m.Name, p.Name) })
	})
	return Challenge{c.Scheme, append(kept, more...)}
}

// Parse reads the challenges in a field.
func Parse(field string) []Challenge {
	var list []Challenge
	for _, item := range splitQuoted(field) {
		name, rest := cutToken(item)
		value, isParam := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
		if isParam && len(list) > 0 {
			last := &list[len(list)-1]
			last.Params = append(last.Params, Param{Name: name, Value: strings.TrimLeft(value, " \t")})
			continue
		}
		c := Challenge{Scheme: name}
		if rest = strings.TrimSpace(rest); rest != "" {
			c.Params = []Param{firstParam(rest)}
		}
		list = append(list, c)
	}
	return list
}

// firstParam reads what follows a scheme.
func firstParam(s string) Param {
	name, rest := cutToken(s)
	value, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
	if !ok || strings.Trim(value, "=") == "" { // a token68, which may end in "="
		return Param{Value: s}
	}
	return Param{Name: name, Value: strings.TrimLeft(value, " \t")}
}

// cutToken cuts the token at the start of s.
func cutToken(s string) (token, rest string) {
	n := 0
	for n < len(s) && bearer.IsTokenChar(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

// splitQuoted splits s at the commas that no quoted string holds.
func splitQuoted(s string) []string {
	var items []string
	quoted, start := false, 0
	add := func(item string) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			add(s[start:i])
			start = i + 1
		}
	}
	add(s[start:])
	return items
}

// Quote quotes s for a parameter (RFC 9110 section 5.6.4). What a header
// cannot carry is left out.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c < ' ' || c > '~':
			continue
		case c == '"' || c == '\\':
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	b.WriteByte('"')
	return b.String()
}
