package record

import (
	"encoding/json"
	"fmt"
	"maps"
)

// maxParameter bounds a challenge parameter that is JSON, in bytes. The
// largest that Cognito can send are 50 custom attributes of 2,048 characters.
const maxParameter = 256 << 10

// DecodeParameter decodes a challenge parameter that is JSON. One that is
// absent leaves v as it is.
func (t *Turn) DecodeParameter(name string, v any) error {
	text := t.Params[name]
	if text == "" {
		return nil
	}
	if len(text) > maxParameter {
		return fmt.Errorf("the challenge parameter %s has %d bytes, of %d at most", name, len(text), maxParameter)
	}
	if json.Unmarshal([]byte(text), v) != nil { // its error may quote the text
		return fmt.Errorf("the challenge parameter %s is not the JSON it should be", name)
	}
	return nil
}

// List decodes a parameter that is a JSON array of strings.
func (t *Turn) List(name string) ([]string, error) {
	var items []string
	err := t.DecodeParameter(name, &items)
	return items, err
}

// Attributes decodes a parameter that is a JSON object of attributes. Values
// are strings; of any other kind the JSON is kept.
func (t *Turn) Attributes(name string) (map[string]string, error) {
	var raw map[string]json.RawMessage
	if err := t.DecodeParameter(name, &raw); err != nil {
		return nil, err
	}
	all := make(map[string]string, len(raw))
	for key, value := range raw {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		all[key] = text
	}
	return all, nil
}

// Public is the parameters without those that Cognito itself adds.
func (t *Turn) Public() map[string]string {
	p := maps.Clone(t.Params)
	maps.DeleteFunc(p, func(name, _ string) bool { return name == "USERNAME" || name == "USER_ID_FOR_SRP" })
	return p
}
