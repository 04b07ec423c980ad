package cognitotest_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
)

// answers.json has the shapes of the API's answers as the AWS SDK knows them. A
// test of internal writes it.
//
//go:embed testdata/answers.json
var answersJSON []byte

// sdkAnswers are the shapes by operation.
var sdkAnswers = func() (shapes map[string]any) {
	if err := json.Unmarshal(answersJSON, &shapes); err != nil {
		panic(err)
	}
	return shapes
}()

// checkShape holds an answer to the SDK's model: every member has a name there,
// and its type. Every answer that a test gets goes through here.
func checkShape(t testing.TB, op string, answer []byte) {
	t.Helper()
	shape, known := sdkAnswers[op]
	if !known || len(answer) == 0 {
		return
	}
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Errorf("%s: %v", op, err)
		return
	}
	for _, problem := range misshapen(v, shape, op) {
		t.Error(problem)
	}
}

// misshapen says where v, decoded from JSON, does not have the shape.
func misshapen(v, shape any, path string) (problems []string) {
	if v == nil {
		return []string{path + " is null, which AWS leaves out"}
	}
	ok := false
	switch shape := shape.(type) {
	case map[string]any:
		if elem, is := shape["list"]; is {
			var list []any
			list, ok = v.([]any)
			for i, e := range list {
				problems = append(problems, misshapen(e, elem, fmt.Sprintf("%s[%d]", path, i))...)
			}
			break
		}
		var members map[string]any
		members, ok = v.(map[string]any)
		known, _ := shape["members"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			member, is := shape["map"]
			if !is {
				member, is = known[name]
			}
			if !is {
				problems = append(problems, path+" has no member "+name)
				continue
			}
			problems = append(problems, misshapen(members[name], member, path+"."+name)...)
		}
	case string:
		switch shape {
		case "any":
			ok = true
		case "bool":
			_, ok = v.(bool)
		case "time":
			_, ok = v.(float64)
		case "int":
			var n float64
			n, ok = v.(float64)
			ok = ok && n == math.Trunc(n)
		case "text":
			_, ok = v.(string)
		}
	}
	if !ok {
		problems = append(problems, fmt.Sprintf("%s is %v, want %v", path, v, shape))
	}
	return problems
}

// What AWS sends always is there always, also where nothing was set.
func TestAdmin_MembersThatAreAlwaysThere(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p"})
	members := func(op string, in object, path ...string) map[string]any {
		t.Helper()
		var out map[string]any
		a.must(op, in, &out)
		for _, name := range path {
			out, _ = out[name].(map[string]any)
		}
		return out
	}
	want := func(what string, got map[string]any, names ...string) {
		t.Helper()
		for _, name := range names {
			if _, there := got[name]; !there {
				t.Errorf("%s has no %s: %v", what, name, slices.Sorted(maps.Keys(got)))
			}
		}
	}
	pool := members("DescribeUserPool", nil, "UserPool")
	want("DescribeUserPool", pool, "Id", "Name", "Arn", "Policies", "DeletionProtection", "LambdaConfig", "LastModifiedDate", "CreationDate", "SchemaAttributes",
		"VerificationMessageTemplate", "MfaConfiguration", "EstimatedNumberOfUsers", "EmailConfiguration", "UserPoolTags", "AdminCreateUserConfig", "UserPoolTier")
	for _, attribute := range pool["SchemaAttributes"].([]any) {
		a := attribute.(map[string]any)
		want("SchemaAttributes", a, "Name", "AttributeDataType", "DeveloperOnlyAttribute", "Mutable", "Required")
		bounds, _ := a["StringAttributeConstraints"].(map[string]any)
		switch wantBounds := map[string]string{"sub": "1 2048", "birthdate": "10 10", "email": "0 2048"}[a["Name"].(string)]; {
		case wantBounds == "":
		case fmt.Sprint(bounds["MinLength"], " ", bounds["MaxLength"]) != wantBounds:
			t.Errorf("%s has the bounds %v, want %s", a["Name"], bounds, wantBounds)
		}
	}
	want("AdminCreateUserConfig", pool["AdminCreateUserConfig"].(map[string]any), "AllowAdminCreateUserOnly", "UnusedAccountValidityDays")
	want("PasswordPolicy", pool["Policies"].(map[string]any)["PasswordPolicy"].(map[string]any),
		"MinimumLength", "RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols", "TemporaryPasswordValidityDays")
	user := []string{"Username", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"}
	want("AdminCreateUser", members("AdminCreateUser", object{"Username": "jane"}, "User"), append(user, "Attributes")...)
	want("AdminGetUser", members("AdminGetUser", object{"Username": "jane"}), append(user, "UserAttributes")...)
	for op, list := range map[string]string{
		"ListGroups": "Groups", "ListIdentityProviders": "Providers", "ListResourceServers": "ResourceServers", "ListUserPoolClients": "UserPoolClients", "ListTerms": "Terms",
	} {
		in := object{}
		if op == "ListResourceServers" {
			in["MaxResults"] = 10
		}
		if got := members(op, in); fmt.Sprint(got[list]) != "[]" {
			t.Errorf("%s of an empty pool = %v, want an empty list", op, got)
		}
	}
}
