package model

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Check refuses parameters of an operation that break a rule of Cognito's, with
// all violations in one message. What is not a JSON object is left to the decoder.
// So is an operation that the model lacks.
func Check(serviceName, operation string, body []byte) error {
	s := services()[serviceName]
	name, known := s.Operations[operation]
	var params map[string]any
	if !known || json.Unmarshal(body, &params) != nil {
		return nil
	}
	c := &checker{shapes: s.Shapes}
	c.structure(s.Shapes[name], params, "")
	switch {
	case c.mistyped:
		return refusal.New("SerializationException", "a parameter has another type")
	case len(c.broken) == 1:
		return refusal.New(refusal.InvalidParameterException, "1 validation error detected: "+c.broken[0])
	case len(c.broken) > 1:
		return refusal.New(refusal.InvalidParameterException, fmt.Sprintf("%d validation errors detected: %s", len(c.broken), strings.Join(c.broken, "; ")))
	}
	return nil
}

// A checker collects what is wrong with parameters.
type checker struct {
	shapes   map[string]*shape
	broken   []string
	mistyped bool
}

// structure checks the members of a structure at a path.
func (c *checker) structure(s *shape, members map[string]any, path string) {
	for _, m := range s.Members {
		name, at := m[0], strings.TrimPrefix(path+"."+lower(m[0]), ".")
		value := members[name]
		if value == nil { // absent, or null
			if slices.Contains(s.Required, name) {
				c.broken = append(c.broken, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", at))
			}
			continue
		}
		c.value(c.shapes[m[1]], value, at)
	}
}

// value checks a value and what it consists of.
func (c *checker) value(s *shape, v any, at string) {
	if !s.fits(v) {
		c.mistyped = true
		return
	}
	if s.Document {
		return
	}
	for _, constraint := range c.violated(s, v) {
		c.broken = append(c.broken, describe(at, s, v, constraint))
	}
	switch v := v.(type) {
	case map[string]any:
		if s.Type == "structure" {
			c.structure(s, v, at)
		} else if value := c.shapes[s.Value]; value != nil && value.isComposite() {
			for _, key := range slices.Sorted(maps.Keys(v)) {
				c.value(value, v[key], at+"."+key+".member")
			}
		}
	case []any:
		element := c.shapes[s.Member]
		for i, e := range v {
			if e != nil && element.isComposite() {
				c.value(element, e, fmt.Sprintf("%s.%d.member", at, i+1))
			}
		}
	}
}

// isComposite reports whether a value consists of others, which are checked one
// by one.
func (s *shape) isComposite() bool {
	return s.Type == "structure" || s.Type == "list" || s.Type == "map"
}

// fits reports whether a value has the JSON type of a shape.
func (s *shape) fits(v any) bool {
	if s.Document {
		return true
	}
	var ok bool
	switch s.Type {
	case "structure", "map":
		_, ok = v.(map[string]any)
	case "list":
		_, ok = v.([]any)
	case "string", "blob":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "integer", "long", "double", "float":
		_, ok = v.(float64)
	default: // times, and documents of any type
		ok = true
	}
	return ok
}

// violated are the constraints of a shape that a value breaks.
func (c *checker) violated(s *shape, v any) (all []string) {
	switch v := v.(type) {
	case string:
		return s.violatedByText(v)
	case float64:
		if all = s.outside(v, "Member must have value"); len(all) == 0 && v != float64(int64(v)) && (s.Type == "integer" || s.Type == "long") {
			c.mistyped = true
		}
		return all
	case []any:
		all = s.outside(float64(len(v)), "Member must have length")
		if element := c.shapes[s.Member]; !element.isComposite() && slices.ContainsFunc(v, func(e any) bool { return c.breaks(element, e) }) {
			all = append(all, "Member must satisfy constraint: ["+strings.Join(element.constraints(), ", ")+"]")
		}
	case map[string]any:
		if s.Type != "map" {
			return nil
		}
		all = s.outside(float64(len(v)), "Member must have length")
		key, value := c.shapes[s.Key], c.shapes[s.Value]
		for name := range v {
			if c.breaks(key, name) {
				all = append(all, "Map keys must satisfy constraint: ["+strings.Join(key.constraints(), ", ")+"]")
				break
			}
		}
		for _, e := range v {
			if !value.isComposite() && c.breaks(value, e) {
				all = append(all, "Map value must satisfy constraint: ["+strings.Join(value.constraints(), ", ")+"]")
				break
			}
		}
	}
	return all
}

// breaks reports whether a value in a list or map breaks a constraint.
func (c *checker) breaks(s *shape, v any) bool {
	if v == nil {
		return false
	}
	if !s.fits(v) {
		c.mistyped = true
		return false
	}
	return len(c.violated(s, v)) > 0
}

func (s *shape) violatedByText(v string) (all []string) {
	length := utf8.RuneCountInString(v)
	if s.isBlob() {
		bytes, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return nil // the decoder refuses it
		}
		length = len(bytes)
	}
	all = s.outside(float64(length), "Member must have length")
	if s.pattern != nil && !s.pattern.MatchString(v) {
		all = append(all, s.patternConstraint())
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		all = append(all, s.enumConstraint())
	}
	return all
}

// outside are the bounds of a shape that a number or a length is outside of.
func (s *shape) outside(n float64, what string) (all []string) {
	if s.Max != nil && n > *s.Max {
		all = append(all, fmt.Sprintf("%s less than or equal to %.0f", what, *s.Max))
	}
	if s.Min != nil && n < *s.Min {
		all = append(all, fmt.Sprintf("%s greater than or equal to %.0f", what, *s.Min))
	}
	return all
}

// constraints are all that a shape demands, as messages about a list's elements
// tell them.
func (s *shape) constraints() (all []string) {
	what := "Member must have length"
	if s.Type != "string" {
		what = "Member must have value"
	}
	if s.Max != nil {
		all = append(all, fmt.Sprintf("%s less than or equal to %.0f", what, *s.Max))
	}
	if s.Min != nil {
		all = append(all, fmt.Sprintf("%s greater than or equal to %.0f", what, *s.Min))
	}
	if s.Pattern != "" {
		all = append(all, s.patternConstraint())
	}
	if s.Enum != nil {
		all = append(all, s.enumConstraint())
	}
	return all
}

func (s *shape) patternConstraint() string {
	return "Member must satisfy regular expression pattern: " + s.Pattern
}

func (s *shape) enumConstraint() string {
	return "Member must satisfy enum value set: [" + strings.Join(s.Enum, ", ") + "]"
}

// describe is a violation in Cognito's words. A sensitive value is not in it.
func describe(at string, s *shape, v any, constraint string) string {
	var value string
	switch v := v.(type) {
	case string:
		value = v
	case []any:
		var texts []string
		for _, e := range v {
			texts = append(texts, fmt.Sprint(e))
		}
		value = "[" + strings.Join(texts, ", ") + "]"
	case float64:
		value = fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", at, constraint)
	}
	if s.Sensitive || s.isBlob() {
		return fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", at, constraint)
	}
	return fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", refusal.Clip(value, 256), at, constraint)
}
