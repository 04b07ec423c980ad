// Package model has what Cognito demands of the parameters of each operation:
// which are required, and the lengths, patterns and values that they may have.
// inputs.json comes from the service models of the AWS SDK for Python;
// inputs.py writes that file. amended.json has newer operations, and rules that
// AWS was seen to apply in addition to its models.
package model

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The services.
const (
	UserPools     = "cognito-idp"
	IdentityPools = "cognito-identity"
)

//go:embed inputs.json
var inputs []byte

//go:embed amended.json
var amended []byte

// A service has the parameters of its operations.
type service struct {
	Operations map[string]string // names of the shapes of their parameters
	Shapes     map[string]*shape
}

// A shape is what a value has to be like.
type shape struct {
	Type      string
	Required  []string
	Members   []member // of a structure, in the order in which faults are told
	Member    string   // shape of a list's elements
	Key       string   // shapes of a map's
	Value     string
	Min, Max  *float64
	Pattern   string
	Enum      []string
	Sensitive bool
	Document  bool     // any JSON
	More      []member // of amended.json: members beside those of inputs.json

	pattern *regexp.Regexp
}

// A member is a name and the name of its shape.
type member [2]string

// services are both files, read once.
var services = sync.OnceValue(func() map[string]service {
	all := read(inputs)
	for name, more := range read(amended) {
		for op, shape := range more.Operations {
			all[name].Operations[op] = shape
		}
		for shape, s := range more.Shapes {
			all[name].Shapes[shape] = all[name].Shapes[shape].amendedBy(s)
		}
	}
	return all
})

func read(text []byte) (all map[string]service) {
	if err := json.Unmarshal(text, &all); err != nil {
		panic("cognitotest: " + err.Error())
	}
	for _, s := range all {
		for _, shape := range s.Shapes {
			if shape.Pattern != "" {
				shape.pattern = regexp.MustCompile(`^(?:` + shape.Pattern + `)$`)
			}
		}
	}
	return all
}

// amendedBy is a shape with the members that another adds or replaces, and with
// the required ones of both. If the other is a whole shape, it replaces s.
func (s *shape) amendedBy(other *shape) *shape {
	if s == nil || other.Type != "" {
		return other
	}
	for _, m := range other.More {
		s.Members = slices.DeleteFunc(s.Members, func(old member) bool { return old[0] == m[0] })
		s.Members = append(s.Members, m)
	}
	s.Required = append(s.Required, other.Required...)
	return s
}

// isBlob reports whether a value is bytes in base64.
func (s *shape) isBlob() bool { return s.Type == "blob" }

// lower is the name of a member as Cognito's messages write it.
func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }
