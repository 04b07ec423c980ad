package cognitotest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// ignoredBy are the parameters without an effect in the newest call of op.
func ignoredBy(t *testing.T, pool *cognitotest.Pool, op string) string {
	t.Helper()
	events := pool.Events(cognitotest.Event{Op: op})
	if len(events) == 0 {
		t.Fatalf("no event of %s", op)
	}
	return strings.Join(events[len(events)-1].Ignored, " ")
}

// What Terraform, CDK and Amplify set for a pool and has no effect here is kept,
// given back and named in the log. UpdateUserPool without it forgets it.
func TestAdmin_PoolSettingsWithoutEffect(t *testing.T) {
	server, a := newServerAdmin(t)
	set := object{
		"LambdaConfig":                object{"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f", "PreTokenGenerationConfig": object{"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:g"}},
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []string{"email"}},
		"VerificationMessageTemplate": object{"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Go {##there##}", "EmailSubjectByLink": "A link"},
	}
	create := object{"PoolName": "p", "AliasAttributes": []string{"email", "preferred_username"}}
	maps.Copy(create, set)
	a, made := a.newPool(create)
	const want = "VerificationMessageTemplate.EmailMessageByLink VerificationMessageTemplate.EmailSubjectByLink"
	if got := ignoredBy(t, server.Pools()[0], "CreateUserPool"); got != want+" AliasAttributes.preferred_username LambdaConfig.PreSignUp LambdaConfig.PreTokenGeneration" {
		t.Errorf("CreateUserPool ignored %q, want %q and the alias", got, want)
	}
	if !slices.Equal(made.AliasAttributes, []string{"email", "preferred_username"}) {
		t.Errorf("AliasAttributes = %v, want both", made.AliasAttributes)
	}
	described := func() map[string]string {
		var d struct{ UserPool map[string]json.RawMessage }
		a.must("DescribeUserPool", nil, &d)
		all := make(map[string]string)
		for name := range set {
			all[name] = string(d.UserPool[name])
		}
		return all
	}
	check := func(op string) {
		t.Helper()
		for name, value := range set {
			want, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if got := described()[name]; !sameJSON(t, got, string(want)) {
				t.Errorf("after %s: %s = %s, want %s", op, name, got, want)
			}
		}
	}
	check("CreateUserPool")
	var list struct {
		UserPools []struct {
			Id           string
			LambdaConfig map[string]any
		}
	}
	a.must("ListUserPools", object{"MaxResults": 60}, &list)
	for _, p := range list.UserPools {
		if p.LambdaConfig == nil || (p.Id == made.Id) != (len(p.LambdaConfig) == 2) {
			t.Errorf("ListUserPools = %+v, want the functions of the new pool alone, and an object for each", p)
		}
	}
	a.must("UpdateUserPool", nil, nil)
	if got := described(); got["LambdaConfig"] != "{}" || got["UserAttributeUpdateSettings"] != "" {
		t.Errorf("after an empty UpdateUserPool: %v, want no functions and no rule for updates", got)
	}
	if got := ignoredBy(t, server.Pool(made.Id), "UpdateUserPool"); got != "" {
		t.Errorf("an empty UpdateUserPool ignored %q", got)
	}
	a.must("UpdateUserPool", set, nil)
	check("UpdateUserPool")
	if got := ignoredBy(t, server.Pool(made.Id), "UpdateUserPool"); got != want+" LambdaConfig.PreSignUp LambdaConfig.PreTokenGeneration" {
		t.Errorf("UpdateUserPool ignored %q, want %q and the function", got, want)
	}
	a.refuse("UpdateUserPool", object{"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []string{"name"}}},
		"InvalidParameterException: 1 validation error detected: Value '[name]' at 'userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdate' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]")
}

// sameJSON reports whether two texts are the same value.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	canonical := func(s string) string {
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			return "bad: " + s
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return canonical(a) == canonical(b)
}

// An app client keeps analytics, and the implicit grant beside code. Neither has
// an effect: response_type=token is refused as before.
func TestAdmin_ClientSettingsWithoutEffect(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := webClient()
	in["AllowedOAuthFlows"] = []string{"code", "implicit"}
	in["AnalyticsConfiguration"] = object{"ApplicationId": "1"}
	id := a.newClient(in).ClientId
	check := func(op string) {
		t.Helper()
		if got, want := ignoredBy(t, pool, op), "AnalyticsConfiguration AllowedOAuthFlows.implicit"; got != want {
			t.Errorf("%s ignored %q, want %q", op, got, want)
		}
		var d struct {
			UserPoolClient struct {
				AllowedOAuthFlows      []string
				AnalyticsConfiguration map[string]string
			}
		}
		a.must("DescribeUserPoolClient", object{"ClientId": id}, &d)
		if c := d.UserPoolClient; !slices.Equal(c.AllowedOAuthFlows, []string{"code", "implicit"}) || c.AnalyticsConfiguration["ApplicationId"] != "1" {
			t.Errorf("after %s: %+v, want both flows and the analytics", op, c)
		}
	}
	check("CreateUserPoolClient")
	in["ClientId"] = id
	a.must("UpdateUserPoolClient", in, nil)
	check("UpdateUserPoolClient")
	delete(in, "AnalyticsConfiguration")
	in["AllowedOAuthFlows"] = []string{"code"}
	a.must("UpdateUserPoolClient", in, nil)
	if got := ignoredBy(t, pool, "UpdateUserPoolClient"); got != "" {
		t.Errorf("UpdateUserPoolClient without them ignored %q", got)
	}
}

// Tags are those of the pool whose ARN is given, whichever pool it is, and the
// same as UserPoolTags.
//
// op: TagResource
// op: UntagResource
// op: ListTagsForResource
func TestAdmin_Tags(t *testing.T) {
	server, a := newServerAdmin(t)
	a.poolID = server.Pools()[0].ID()
	other := a.describe()
	a, made := a.newPool(object{"PoolName": "p", "UserPoolTags": object{"team": "blue"}})
	byARN := admin{t: t, client: a.client} // names no pool but by its ARN
	tags := func(arn string) map[string]string {
		t.Helper()
		var list struct{ Tags map[string]string }
		byARN.must("ListTagsForResource", object{"ResourceArn": arn}, &list)
		return list.Tags
	}
	byARN.must("TagResource", object{"ResourceArn": made.Arn, "Tags": object{"team": "red", "cost": "low"}}, nil)
	if want := map[string]string{"team": "red", "cost": "low"}; !maps.Equal(tags(made.Arn), want) || !maps.Equal(a.describe().UserPoolTags, want) {
		t.Errorf("tags = %v and UserPoolTags = %v, want %v", tags(made.Arn), a.describe().UserPoolTags, want)
	}
	if got := tags(other.Arn); got == nil || len(got) != 0 {
		t.Errorf("tags of the other pool = %v, want none", got)
	}
	byARN.must("UntagResource", object{"ResourceArn": made.Arn, "TagKeys": []string{"team", "shoe"}}, nil)
	if want := map[string]string{"cost": "low"}; !maps.Equal(tags(made.Arn), want) || !maps.Equal(a.describe().UserPoolTags, want) {
		t.Errorf("after UntagResource: %v, want %v", tags(made.Arn), want)
	}
	many := object{}
	for i := range 50 {
		many[strings.Repeat("k", i+1)] = ""
	}
	a.refuse("TagResource", object{"ResourceArn": made.Arn, "Tags": many}, "InvalidParameterException: A user pool has at most 50 tags.")
	a.refuse("TagResource", object{"ResourceArn": made.Arn, "Tags": object{"aws:x": "1"}}, "InvalidParameterException: Invalid tag aws:x: a key has 1 to 128 characters and does not start with aws:, a value has at most 256.")
	for _, op := range []string{"TagResource", "UntagResource", "ListTagsForResource"} {
		a.refuse(op, object{"ResourceArn": made.Arn + "x", "Tags": object{}, "TagKeys": []string{}}, "ResourceNotFoundException: Resource "+made.Arn+"x does not exist.")
	}
}

// UpdateIdentityProvider changes what it is given and leaves the rest. The
// change counts at once: the new identifier leads to the provider's page.
//
// op: UpdateIdentityProvider
// op: GetIdentityProviderByIdentifier
func TestAdmin_UpdateIdentityProvider(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	type provider struct {
		ProviderName                      string
		ProviderDetails, AttributeMapping map[string]string
		IdpIdentifiers                    []string
		CreationDate, LastModifiedDate    seconds
	}
	var made, updated, replaced, found struct{ IdentityProvider provider }
	a.must("CreateIdentityProvider", object{
		"ProviderName": "corp", "ProviderType": "OIDC", "AttributeMapping": object{"email": "mail"}, "IdpIdentifiers": []string{"old.example.com"},
		"ProviderDetails": oidcDetails("x"),
	}, &made)
	pool.Advance(time.Hour)
	a.must("UpdateIdentityProvider", object{"ProviderName": "corp", "IdpIdentifiers": []string{"new.example.com"}}, &updated)
	p := updated.IdentityProvider
	if p.ProviderDetails["client_id"] != "x" || p.AttributeMapping["email"] != "mail" || !slices.Equal(p.IdpIdentifiers, []string{"new.example.com"}) {
		t.Errorf("UpdateIdentityProvider = %+v, want other identifiers alone", p)
	}
	if p.CreationDate != made.IdentityProvider.CreationDate || p.LastModifiedDate.at().Sub(p.CreationDate.at()) < 59*time.Minute {
		t.Errorf("UpdateIdentityProvider = made %v, changed %v; want an hour between", p.CreationDate.at(), p.LastModifiedDate.at())
	}
	a.must("GetIdentityProviderByIdentifier", object{"IdpIdentifier": "new.example.com"}, &found)
	if found.IdentityProvider.ProviderName != "corp" {
		t.Errorf("GetIdentityProviderByIdentifier = %+v, want corp", found.IdentityProvider)
	}
	a.refuse("GetIdentityProviderByIdentifier", object{"IdpIdentifier": "old.example.com"}, "ResourceNotFoundException: Identity provider does not exist.")
	a.refuse("UpdateIdentityProvider", object{"ProviderName": "none"}, "ResourceNotFoundException: Identity provider does not exist.")

	a.must("UpdateIdentityProvider", object{
		"ProviderName": "corp", "ProviderDetails": oidcDetails("y"), "AttributeMapping": object{"name": "cn"}, "IdpIdentifiers": []string{},
	}, &replaced)
	p = replaced.IdentityProvider
	if p.ProviderDetails["client_id"] != "y" || !maps.Equal(p.AttributeMapping, map[string]string{"name": "cn"}) || len(p.IdpIdentifiers) != 0 {
		t.Errorf("UpdateIdentityProvider = %+v, want everything replaced", p)
	}
}

// Configurations without an effect are kept, through UpdateUserPool and a
// snapshot too, and the log names them.
//
// op: SetLogDeliveryConfiguration
// op: GetLogDeliveryConfiguration
// op: SetRiskConfiguration
// op: DescribeRiskConfiguration
func TestAdmin_KeptConfigurations(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	logs := object{"LogConfigurations": []object{{"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": object{"LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:x"}}}}
	logsKept := func(a admin) (level, group string) {
		t.Helper()
		var d struct {
			LogDeliveryConfiguration struct {
				UserPoolId        string
				LogConfigurations []struct {
					LogLevel                    string
					CloudWatchLogsConfiguration struct{ LogGroupArn string }
				}
			}
		}
		a.must("GetLogDeliveryConfiguration", nil, &d)
		if d.LogDeliveryConfiguration.UserPoolId != a.poolID || d.LogDeliveryConfiguration.LogConfigurations == nil {
			t.Fatalf("GetLogDeliveryConfiguration = %+v, want the pool's, with a list", d)
		}
		for _, l := range d.LogDeliveryConfiguration.LogConfigurations {
			level, group = l.LogLevel, l.CloudWatchLogsConfiguration.LogGroupArn
		}
		return level, group
	}
	if level, _ := logsKept(a); level != "" {
		t.Errorf("GetLogDeliveryConfiguration before there is one = %q", level)
	}
	a.must("SetLogDeliveryConfiguration", logs, nil)
	if got := ignoredBy(t, pool, "SetLogDeliveryConfiguration"); got != "LogConfigurations" {
		t.Errorf("SetLogDeliveryConfiguration ignored %q, want LogConfigurations", got)
	}
	a.refuse("SetLogDeliveryConfiguration", object{"LogConfigurations": []object{{"LogLevel": "ERROR"}}},
		"InvalidParameterException: 1 validation error detected: Value null at 'logConfigurations.1.member.eventSource' failed to satisfy constraint: Member must not be null")

	risk := object{"CompromisedCredentialsRiskConfiguration": object{"Actions": object{"EventAction": "BLOCK"}}}
	off := "UserPoolAddOnNotEnabledException: Threat protection is off: UserPoolAddOns.AdvancedSecurityMode of the user pool turns it on."
	a.refuse("SetRiskConfiguration", risk, off)
	a.refuse("DescribeRiskConfiguration", nil, off)
	a.must("UpdateUserPool", object{"UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT"}}, nil)
	a.must("SetRiskConfiguration", risk, nil)
	if got := ignoredBy(t, pool, "SetRiskConfiguration"); got != "CompromisedCredentialsRiskConfiguration" {
		t.Errorf("SetRiskConfiguration ignored %q, want the rules", got)
	}
	a.refuse("SetRiskConfiguration", object{"ClientId": "none"}, "ResourceNotFoundException: User pool client none does not exist.")
	riskKept := func(a admin, clientID string) string {
		t.Helper()
		var d struct {
			RiskConfiguration struct {
				UserPoolId, ClientId                    string
				CompromisedCredentialsRiskConfiguration struct{ Actions struct{ EventAction string } }
				LastModifiedDate                        *seconds
			}
		}
		in := object{}
		if clientID != "" {
			in["ClientId"] = clientID
		}
		a.must("DescribeRiskConfiguration", in, &d)
		r := d.RiskConfiguration
		action := r.CompromisedCredentialsRiskConfiguration.Actions.EventAction
		if r.UserPoolId != a.poolID || r.ClientId != clientID || (r.LastModifiedDate != nil) != (action != "") {
			t.Errorf("DescribeRiskConfiguration = %+v, want the pool, the client, and a date if there are rules", r)
		}
		return action
	}
	data, err := pool.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored := newPool(t)
	if err := restored.Restore(data); err != nil {
		t.Fatal(err)
	}
	for _, a := range []admin{a, newAdmin(t, restored)} {
		if level, group := logsKept(a); level != "ERROR" || !strings.HasSuffix(group, ":x") {
			t.Errorf("GetLogDeliveryConfiguration = %q, %q; want what was set", level, group)
		}
		if got := riskKept(a, ""); got != "BLOCK" {
			t.Errorf("DescribeRiskConfiguration of the pool = %q, want BLOCK", got)
		}
		if got := riskKept(a, "client1"); got != "" {
			t.Errorf("DescribeRiskConfiguration of a client = %q, want none of its own", got)
		}
	}
}

// op: GetCSVHeader
func TestAdmin_CSVHeader(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p", "Schema": []object{{"Name": "tenant"}}})
	var d struct {
		UserPoolId string
		CSVHeader  []string
	}
	a.must("GetCSVHeader", nil, &d)
	if h := d.CSVHeader; d.UserPoolId != a.poolID || len(h) != 22 || h[0] != "name" || !slices.Equal(h[19:], []string{"custom:tenant", "cognito:mfa_enabled", "cognito:username"}) {
		t.Errorf("GetCSVHeader = %v, want the standard attributes, the custom one and the two of Cognito", h)
	}
}
