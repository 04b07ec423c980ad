package cognitotest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// An inputShape is what the service model says of a value.
type inputShape struct {
	Type               string
	Required           []string
	Members            [][2]string
	Member, Key, Value string
	Min, Max           *int
	Pattern            string
	Enum               []string
	Document           bool
	More               [][2]string
}

// An inputModel has the parameters of a service's operations.
type inputModel struct {
	Operations map[string]string
	Shapes     map[string]*inputShape
}

// readInputs reads the service models that the emulator is held to.
func readInputs(t *testing.T) map[string]*inputModel {
	t.Helper()
	var all map[string]*inputModel
	for _, name := range []string{"inputs", "amended"} {
		text, err := os.ReadFile("internal/model/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var some map[string]*inputModel
		if err := json.Unmarshal(text, &some); err != nil {
			t.Fatal(err)
		}
		if all == nil {
			all = some
			continue
		}
		for service, m := range some {
			maps.Copy(all[service].Operations, m.Operations)
			for name, shape := range m.Shapes {
				known := all[service].Shapes[name]
				if shape.Type != "" || known == nil {
					all[service].Shapes[name] = shape
					continue
				}
				for _, m := range shape.More {
					known.Members = append(slices.DeleteFunc(known.Members, func(old [2]string) bool { return old[0] == m[0] }), m)
				}
				known.Required = append(known.Required, shape.Required...)
			}
		}
	}
	return all
}

// A sampler makes parameters that Cognito takes, and ones that it refuses.
type sampler struct {
	t        *testing.T
	shapes   map[string]*inputShape
	patterns map[string]*regexp.Regexp // those that were compiled
}

// words are texts of which each pattern of the model takes one.
var words = []string{
	"a", "aa", "aaa", "123456", "us-east-1_aaaaaaaaa", "us-east-1:a", "import-a", "arn:aws:iam::123456789012:role/aaaaaaa", "arn:aws:iam:::role",
	"00000000-0000-4000-8000-000000000000", "a@b", "{####}", "a{####}a", "{##a##}", "terms-of-use", "authenticated", "cognito:english",
	"us-east-1_00000000", "https://a.example.com", " ", "ä ", "-", "_", "!", "\u0000", "a b",
}

// text is a word of a shape, or one that has its length and not its pattern.
func (s sampler) text(shape *inputShape, fitting bool) (string, bool) {
	pattern := s.patterns[shape.Pattern]
	if pattern == nil {
		pattern = regexp.MustCompile(`^(?:` + cmp.Or(shape.Pattern, "(?s).*") + `)$`)
		s.patterns[shape.Pattern] = pattern
	}
	for _, word := range words {
		for shape.Min != nil && len([]rune(word)) < *shape.Min {
			word += word[len(word)-1:]
		}
		if pattern.MatchString(word) == fitting && (shape.Max == nil || len([]rune(word)) <= *shape.Max) {
			return word, true
		}
	}
	return "", false
}

// least is the smallest value of a shape that Cognito takes.
func (s sampler) least(name string) any {
	shape := s.shapes[name]
	switch shape.Type {
	case "structure":
		all := object{}
		for _, m := range shape.Members {
			if slices.Contains(shape.Required, m[0]) {
				all[m[0]] = s.least(m[1])
			}
		}
		return all
	case "list":
		list := []any{}
		for range max(1, bound(shape.Min)) {
			list = append(list, s.least(shape.Member))
		}
		return list
	case "map":
		all := object{}
		for i := range bound(shape.Min) {
			all[s.least(shape.Key).(string)+strings.Repeat("a", i)] = s.least(shape.Value)
		}
		return all
	case "string":
		if shape.Enum != nil {
			return shape.Enum[0]
		}
		word, ok := s.text(shape, true)
		if !ok {
			s.t.Fatalf("no word fits %s: add one to words", name)
		}
		return word
	case "blob":
		return "AAAA"
	case "boolean":
		return true
	}
	return bound(shape.Min)
}

func bound(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// A faultyInput is a request that breaks one rule, and what the refusal says.
type faultyInput struct {
	what  string // the member and the rule
	in    object
	parts []string // of the message
}

// faults are the requests of an operation that break one rule each. At every
// depth a member is missing, too long, too short or too many. Or it does not
// fit the pattern, or is none of the words.
func (s sampler) faults(op, root string) (all []faultyInput) {
	var walk func(name string, at []string, members []string, put func(v any) object, seen []string)
	walk = func(name string, at, members []string, put func(v any) object, seen []string) {
		shape := s.shapes[name]
		path := strings.Join(at, ".")
		add := func(rule string, v any, constraint string) {
			all = append(all, faultyInput{fmt.Sprintf("%s %s: %s", op, path, rule), put(v), []string{"at '" + path + "' failed to satisfy constraint: ", constraint}})
		}
		for _, f := range s.wrong(shape) {
			add(f.rule, f.v, f.constraint)
		}
		if slices.Contains(seen, name) || shape.Document {
			return
		}
		seen = append(slices.Clip(seen), name)
		switch shape.Type {
		case "structure":
			for _, m := range shape.Members {
				inner := strings.ToLower(m[0][:1]) + m[0][1:]
				within := func(v any) object {
					own := s.least(name).(object)
					own[m[0]] = v
					if v == nil {
						delete(own, m[0])
					}
					return put(own)
				}
				below := append(slices.Clip(at), inner)
				if slices.Contains(shape.Required, m[0]) {
					all = append(all, faultyInput{fmt.Sprintf("%s %s: missing", op, strings.Join(below, ".")), within(nil), []string{"Value null at '" + strings.Join(below, ".") + "' failed to satisfy constraint: Member must not be null"}})
				}
				walk(m[1], below, append(slices.Clip(members), m[0]), within, seen)
			}
		case "list":
			if e := s.shapes[shape.Member]; e.Type == "structure" || e.Type == "list" || e.Type == "map" {
				walk(shape.Member, append(slices.Clip(at), "1", "member"), members, func(v any) object {
					list := s.least(name).([]any)
					list[0] = v
					return put(list)
				}, seen)
				return
			}
			for _, f := range s.wrong(s.shapes[shape.Member]) {
				list := s.least(name).([]any)
				list[0] = f.v
				add("an element "+f.rule, list, "Member must satisfy constraint: [")
			}
		case "map":
			for _, f := range s.wrong(s.shapes[shape.Key]) {
				add("a key "+f.rule, object{f.v.(string): s.least(shape.Value)}, "Map keys must satisfy constraint: [")
			}
			value := s.shapes[shape.Value]
			if value.Type == "structure" {
				key := s.least(shape.Key).(string)
				walk(shape.Value, append(slices.Clip(at), key, "member"), members, func(v any) object { return put(object{key: v}) }, seen)
				return
			}
			for _, f := range s.wrong(value) {
				add("a value "+f.rule, object{s.least(shape.Key).(string): f.v}, "Map value must satisfy constraint: [")
			}
		}
	}
	walk(root, nil, nil, func(v any) object { return v.(object) }, nil)
	return all
}

type wrongValue struct {
	rule       string
	v          any
	constraint string
}

// wrong are values of a shape that break one of its rules.
func (s sampler) wrong(shape *inputShape) (all []wrongValue) {
	switch shape.Type {
	case "string":
		if shape.Enum != nil {
			return []wrongValue{{"no such word", "NO-SUCH-WORD", "Member must satisfy enum value set: [" + strings.Join(shape.Enum, ", ") + "]"}}
		}
		if shape.Max != nil && *shape.Max <= 4096 {
			all = append(all, wrongValue{"too long", strings.Repeat("a", *shape.Max+1), fmt.Sprintf("Member must have length less than or equal to %d", *shape.Max)})
		}
		if shape.Min != nil && *shape.Min > 0 {
			all = append(all, wrongValue{"too short", strings.Repeat("a", *shape.Min-1), fmt.Sprintf("Member must have length greater than or equal to %d", *shape.Min)})
		}
		if shape.Pattern != "" {
			if word, ok := s.text(shape, false); ok {
				all = append(all, wrongValue{"other pattern", word, "Member must satisfy regular expression pattern: " + shape.Pattern})
			} else if shape.Pattern != "(?s).*" {
				s.t.Errorf("every word fits the pattern %s: add one that does not", shape.Pattern)
			}
		}
	case "integer", "long":
		if shape.Max != nil {
			all = append(all, wrongValue{"too large", *shape.Max + 1, fmt.Sprintf("Member must have value less than or equal to %d", *shape.Max)})
		}
		if shape.Min != nil {
			all = append(all, wrongValue{"too small", *shape.Min - 1, fmt.Sprintf("Member must have value greater than or equal to %d", *shape.Min)})
		}
	case "list":
		if shape.Max != nil && *shape.Max <= 256 {
			list := []any{}
			for range *shape.Max + 1 {
				list = append(list, s.least(shape.Member))
			}
			all = append(all, wrongValue{"too many", list, fmt.Sprintf("Member must have length less than or equal to %d", *shape.Max)})
		}
		if shape.Min != nil && *shape.Min > 0 {
			all = append(all, wrongValue{"too few", []any{}, fmt.Sprintf("Member must have length greater than or equal to %d", *shape.Min)})
		}
	}
	return all
}

// Every operation refuses parameters that break a rule of the service model, at
// every depth, in Cognito's words. It takes the smallest that break none.
func TestAPI_InputsAreChecked(t *testing.T) {
	pool := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithIdentityPool(cognitotest.IdentityPool{Guests: true}))
	models := readInputs(t)
	a := admin{t: t, client: pool.Client()}
	user := func(op string, in object) string { return a.call(op, in, nil) }
	identity := func(op string, in object) string {
		return callIdentity(t, pool, op, in, nil, "Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=00")
	}
	checked := 0
	for service, call := range map[string]func(op string, in object) string{"cognito-idp": user, "cognito-identity": identity} {
		model := models[service]
		s := sampler{t, model.Shapes, make(map[string]*regexp.Regexp)}
		for _, op := range slices.Sorted(maps.Keys(model.Operations)) {
			least := s.least(model.Operations[op]).(object)
			refusal := call(op, least)
			if strings.HasPrefix(refusal, "UnknownOperationException") {
				continue
			}
			if strings.Contains(refusal, "validation error") || strings.HasPrefix(refusal, "SerializationException") {
				t.Errorf("%s(%v) = %s, want the parameters taken", op, least, refusal)
			}
			for _, f := range s.faults(op, model.Operations[op]) {
				got := call(op, f.in)
				checked++
				if !strings.HasPrefix(got, "InvalidParameterException: ") || !strings.Contains(got, "validation error") || slices.ContainsFunc(f.parts, func(p string) bool { return !strings.Contains(got, p) }) {
					t.Errorf("%s = %.300s, want %q", f.what, got, f.parts)
				}
			}
		}
	}
	if checked < 1500 {
		t.Errorf("%d faulty requests were made, want those of the whole model", checked)
	}
	t.Logf("%d faulty requests", checked)
}

// oidcDetails are the details of an OIDC provider with that client id.
func oidcDetails(clientID string) object {
	return object{"oidc_issuer": "https://corp.example.com", "client_id": clientID, "client_secret": "s", "authorize_scopes": "openid email", "attributes_request_method": "GET"}
}

// A provider is made and changed only with the details that its type needs.
func TestAdmin_ProviderDetails(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p"})
	without := func(details object, name string) object {
		details = maps.Clone(details)
		delete(details, name)
		return details
	}
	social := object{"client_id": "c", "client_secret": "s", "authorize_scopes": "email"}
	apple := object{"client_id": "c", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email"}
	saml := object{"MetadataURL": "https://idp.example.com/metadata"}
	for name, p := range map[string]struct {
		kind    string
		details object
	}{
		"corp": {"OIDC", oidcDetails("c")}, "idp": {"SAML", saml}, "Google": {"Google", social}, "Facebook": {"Facebook", social},
		"LoginWithAmazon": {"LoginWithAmazon", social}, "SignInWithApple": {"SignInWithApple", apple},
	} {
		in := object{"ProviderName": name, "ProviderType": p.kind}
		for detail := range p.details {
			if p.kind == "OIDC" && detail == "client_secret" {
				continue // a public client has none
			}
			in["ProviderDetails"] = without(p.details, detail)
			a.refuse("CreateIdentityProvider", in, "InvalidParameterException: ProviderDetails lacks what a provider of the type "+p.kind+" must have: "+detail)
		}
		in["ProviderDetails"] = p.details
		a.must("CreateIdentityProvider", in, nil)
		delete(in, "ProviderType")
		in["ProviderDetails"] = object{}
		if got := a.call("UpdateIdentityProvider", in, nil); !strings.HasPrefix(got, "InvalidParameterException: ProviderDetails lacks") {
			t.Errorf("UpdateIdentityProvider(%s, no details) = %q, want it refused", name, got)
		}
	}
	urls := without(oidcDetails("c"), "oidc_issuer")
	for _, name := range []string{"authorize_url", "token_url", "attributes_url", "jwks_uri"} {
		urls[name] = "https://idp.example.com/" + name
	}
	a.must("CreateIdentityProvider", object{"ProviderName": "byurl", "ProviderType": "OIDC", "ProviderDetails": urls}, nil)
}
