package userpool

import (
	"encoding/json"
	"fmt"
)

// maxParameter bounds a challenge parameter that is JSON, in bytes. The
// largest that Cognito can send are 50 custom attributes of 2,048 characters.
const maxParameter = 256 << 10

// decodeParameter decodes a challenge parameter that is JSON. One that is
// absent leaves v as it is.
func (t *turn) decodeParameter(name string, v any) error {
	text := t.params[name]
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

// list decodes a parameter that is a JSON array of strings.
func (t *turn) list(name string) ([]string, error) {
	var items []string
	err := t.decodeParameter(name, &items)
	return items, err
}

// attributes decodes a parameter that is a JSON object of attributes. Values
// are strings; of any other kind the JSON is kept.
func (t *turn) attributes(name string) (map[string]string, error) {
	var raw map[string]json.RawMessage
	if err := t.decodeParameter(name, &raw); err != nil {
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

// delivered is where Cognito says it has sent a code, or nil.
func (t *turn) delivered() *Delivery {
	d := Delivery{Medium: t.params["CODE_DELIVERY_DELIVERY_MEDIUM"], Destination: t.params["CODE_DELIVERY_DESTINATION"]}
	if d == (Delivery{}) {
		return nil
	}
	return &d
}
