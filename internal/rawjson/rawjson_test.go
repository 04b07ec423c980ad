package rawjson_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

func walk(s string) (map[string]string, error) {
	got := map[string]string{}
	err := rawjson.Object(s, func(name string, v rawjson.Value) error {
		got[name] = string(v)
		return nil
	})
	return got, err
}

func TestObject(t *testing.T) {
	tests := []struct {
		in   string
		want map[string]string
		err  error
	}{
		{in: `{}`, want: map[string]string{}},
		{in: ` { "a" : 1 , "b":[ "x", {"a":2} ] } `, want: map[string]string{"a": "1", "b": `[ "x", {"a":2} ]`}},
		{in: `{"\u0061ud":"x","AUD":"y"}`, want: map[string]string{"aud": `"x"`, "AUD": `"y"`}},
		{in: `{"aud":1,"\u0061ud":2}`, err: rawjson.ErrDuplicate},
		{in: `{"":1,"":2}`, err: rawjson.ErrDuplicate},
		{in: `{"sub":1,"pub":2,"":3}`, want: map[string]string{"sub": "1", "pub": "2", "": "3"}}, // alike in length and middle
		{in: `{"sub":1,"pub":2,"sub":3}`, err: rawjson.ErrDuplicate},
		{in: `{"sub":1,"pub":2,"pub":3}`, err: rawjson.ErrDuplicate},
		{in: `{"a":1,}`, err: rawjson.ErrSyntax},
		{in: `{"a":01}`, err: rawjson.ErrSyntax},
		{in: `{"a":1}x`, err: rawjson.ErrSyntax},
		{in: `["a"]`, err: rawjson.ErrSyntax},
		{in: "{\"a\":\"\xff\"}", err: rawjson.ErrSyntax},
		{in: `{a:1}`, err: rawjson.ErrSyntax},
		{in: `{1:1}`, err: rawjson.ErrSyntax},
		{in: `{"a":{b:1}}`, err: rawjson.ErrSyntax},
		{in: "{\"a\":\"\x01\"}", err: rawjson.ErrSyntax},
		{in: "{\"a\":\"\n\"}", err: rawjson.ErrSyntax},
		{in: "{\"a\x1f\":1}", err: rawjson.ErrSyntax},
		{in: `{"a":"\u123x"}`, err: rawjson.ErrSyntax},
		{in: `{"a":"\u00g0"}`, err: rawjson.ErrSyntax},
		{in: `{"a":"\uzzzz"}`, err: rawjson.ErrSyntax},
		{in: `{"a":"\u12"}`, err: rawjson.ErrSyntax},
		{in: `{"a":"\x41"}`, err: rawjson.ErrSyntax},
		{in: `{"a":"\`, err: rawjson.ErrSyntax},
		{in: `{"\u00ff\u00FA\u0099\u0a0A":1}`, want: map[string]string{"\u00ff\u00fa\u0099\u0a0a": "1"}},
		{in: `{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, want: map[string]string{"a": strings.Repeat("[", 200) + strings.Repeat("]", 200)}},
		{in: `{"a":` + strings.Repeat("[", 201) + strings.Repeat("]", 201) + `}`, err: rawjson.ErrSyntax},
	}
	for _, tt := range tests {
		got, err := walk(tt.in)
		if !errors.Is(err, tt.err) || tt.err == nil && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Object(%.60s) = %v, %v, want %v, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestObjectRefusesDuplicatesAmongMany(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{`)
	for i := range 100 {
		b.WriteString(`"n` + strings.Repeat("x", i) + `":0,`)
	}
	if _, err := walk(b.String() + `"m":0}`); err != nil {
		t.Errorf("Object(101 names) = %v, want nil", err)
	}
	for _, again := range []string{"n", "nx", "n" + strings.Repeat("x", 99)} {
		if _, err := walk(b.String() + `"` + again + `":0}`); !errors.Is(err, rawjson.ErrDuplicate) {
			t.Errorf("Object(%.9q twice) = %v, want ErrDuplicate", again, err)
		}
	}
}

// TestStrings: only a well-formed array of strings is one.
func TestStrings(t *testing.T) {
	for in, want := range map[rawjson.Value][]string{
		`[]`: nil, `["a"]`: {"a"}, `[ "a" , "b" ]`: {"a", "b"}, `["\u00ff"]`: {"\u00ff"},
	} {
		if got, ok := in.Strings(); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("Value(%s).Strings() = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []rawjson.Value{"", `"a"`, `{}`, `[1]`, `["a",1]`, `["a" "b"]`, `["a",]`, `[,"a"]`, `["a"`, `["a"]x`, `["\x"]`, `[a]`, `[["a"]]`} {
		if got, ok := in.Strings(); ok {
			t.Errorf("Value(%s).Strings() = %q, %v, want none", in, got, ok)
		}
	}
}

// TestDate: seconds in the years 1970 to 9999, with or without a fraction.
func TestDate(t *testing.T) {
	for in, want := range map[rawjson.Value]int64{"1": 1, "1.9": 1, "1.7e9": 1700000000, "253402300799": rawjson.MaxDate} {
		if got, ok := in.Date(); !ok || got != want {
			t.Errorf("Value(%s).Date() = %d, %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []rawjson.Value{"", "0", "0.9", "-1", "-1.5", "253402300800", "1e300", "-1e300", "1e999", `"1"`, "true", "null", "[1]"} {
		if got, ok := in.Date(); ok {
			t.Errorf("Value(%s).Date() = %d, want none", in, got)
		}
	}
}

// TestObject_Allocs: an object with as many members as a token has costs no
// memory to walk.
func TestObject_Allocs(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 31 {
		b.WriteString(`"n` + strings.Repeat("x", i) + `":0,`)
	}
	doc := b.String() + `"m":0}`
	visit := func(string, rawjson.Value) error { return nil }
	if n := testing.AllocsPerRun(100, func() { _ = rawjson.Object(doc, visit) }); n != 0 {
		t.Errorf("Object(32 members) allocates %v times, want 0", n)
	}
}

// FuzzObject holds Object against encoding/json. Whatever we accept it accepts,
// with the same members. Whatever it accepts we accept, unless a name repeats,
// the text is not UTF-8 or nests too deep.
func FuzzObject(f *testing.F) {
	for _, s := range []string{
		`{"iss":"https:\/\/cognito-idp.eu-west-1.amazonaws.com\/eu-west-1_a","exp":1700000000,"email_verified":true}`,
		`{"cognito:groups":["a","b\u00e9\ud83d\ude00"],"x":{"y":[1.5e-3,null,false]}}`,
		`{"a":"\ud800"}`, `{"a":"\\\/\b\f\n\r\t\"x\u0041\ud83d\ude00\/"}`, `{"a\/b":1,"a/b":2}`, `{"a":-0,"b":9223372036854775808,"c":1.0,"d":1e3}`, `{"a":-0.0E+1}`, `{"a" : [ ] , "b" : { } }`, `{"":""}`, `{"a":1,"a":2}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		names := map[string]rawjson.Value{}
		err := rawjson.Object(s, func(name string, v rawjson.Value) error {
			names[name] = v
			return nil
		})
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal([]byte(s), &want)
		if wantErr == nil && want == nil {
			wantErr = errors.New("null")
		}
		if err != nil {
			tolerable := errors.Is(err, rawjson.ErrDuplicate) || !utf8.ValidString(s) || strings.Count(s, "[")+strings.Count(s, "{") > rawjson.MaxDepth
			if wantErr == nil && !tolerable {
				t.Fatalf("Object(%q) = %v, but encoding/json accepts it", s, err)
			}
			return
		}
		if wantErr != nil {
			t.Fatalf("Object(%q) = nil, but encoding/json says %v", s, wantErr)
		}
		if len(names) != len(want) {
			t.Fatalf("Object(%q) saw %d names, encoding/json %d", s, len(names), len(want))
		}
		for name, v := range names {
			if string(want[name]) != string(v) {
				t.Fatalf("Object(%q)[%q] = %s, encoding/json has %s", s, name, v, want[name])
			}
			compareScalars(t, v)
		}
	})
}

func compareScalars(t *testing.T, v rawjson.Value) {
	var any any
	if err := json.Unmarshal([]byte(v), &any); err != nil && !strings.Contains(err.Error(), "cannot unmarshal number") {
		t.Fatalf("member %s: %v", v, err)
	}
	s, isString := any.(string)
	if got, ok := v.String(); ok != isString || got != s {
		t.Fatalf("Value(%s).String() = %q, %v, want %q, %v", v, got, ok, s, isString)
	}
	n, isNumber := any.(float64)
	if got, ok := v.Number(); ok != isNumber || got != n {
		t.Fatalf("Value(%s).Number() = %v, %v, want %v, %v", v, got, ok, n, isNumber)
	}
	var whole int64
	isWhole := isNumber && json.Unmarshal([]byte(v), &whole) == nil
	if got, ok := v.Integer(); ok != isWhole || ok && got != whole {
		t.Fatalf("Value(%s).Integer() = %v, %v, want %v, %v", v, got, ok, whole, isWhole)
	}
	b, isBool := any.(bool)
	if got, ok := v.Bool(); ok != isBool || got != b {
		t.Fatalf("Value(%s).Bool() = %v, %v, want %v, %v", v, got, ok, b, isBool)
	}
	var list []string
	isList := v[0] == '[' && json.Unmarshal([]byte(v), &list) == nil && !strings.Contains(string(v), "null")
	if got, ok := v.Strings(); isList && (!ok || len(got) != len(list) || len(got) > 0 && !reflect.DeepEqual(got, list)) {
		t.Fatalf("Value(%s).Strings() = %q, %v, want %q", v, got, ok, list)
	}
}
