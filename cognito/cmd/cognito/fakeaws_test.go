package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A fakeAWS stands in for what the emulator is not: IAM, the operations that
// make identity pools, and Secrets Manager. It keeps what it is given, and
// refuses every operation that it does not know, those that delete above all.
type fakeAWS struct {
	t  *testing.T
	mu sync.Mutex

	pools    map[string]map[string]any    // identity pools by id
	given    map[string]map[string]string // roles by identity pool
	roles    map[string]url.Values        // the calls of CreateRole by name
	policies map[string]string            // by role and name
	secrets  map[string]string
	changes  []string // operations that changed something
}

// fakeServices starts one, and points the SDK and the AWS CLI to it.
func fakeServices(t *testing.T) *fakeAWS {
	t.Helper()
	f := &fakeAWS{
		t: t, pools: map[string]map[string]any{}, given: map[string]map[string]string{},
		roles: map[string]url.Values{}, policies: map[string]string{}, secrets: map[string]string{},
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	for _, service := range []string{"IAM", "COGNITO_IDENTITY", "SECRETS_MANAGER"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, server.URL)
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return f
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Error(err)
	}
	if _, operation, found := strings.Cut(r.Header.Get("X-Amz-Target"), "."); found {
		in := map[string]any{}
		if err := json.Unmarshal(body, &in); err != nil {
			f.t.Errorf("%s: %v", operation, err)
		}
		f.answerJSON(w, operation, in)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		f.t.Error(err)
	}
	f.answerIAM(w, form)
}

func (f *fakeAWS) answerJSON(w http.ResponseWriter, operation string, in map[string]any) {
	id, _ := in["IdentityPoolId"].(string)
	name, _ := in["SecretId"].(string)
	var out any
	switch operation {
	case "ListIdentityPools":
		var list []any
		for _, each := range slices.Sorted(maps.Keys(f.pools)) {
			list = append(list, map[string]any{"IdentityPoolId": each, "IdentityPoolName": f.pools[each]["IdentityPoolName"]})
		}
		out = map[string]any{"IdentityPools": list}
	case "DescribeIdentityPool":
		out = f.pools[id]
	case "CreateIdentityPool":
		id = fmt.Sprintf("eu-west-1:00000000-0000-0000-0000-%012d", len(f.pools)+1)
		in["IdentityPoolId"] = id
		f.pools[id], out = in, in
		f.changes = append(f.changes, operation)
	case "UpdateIdentityPool":
		f.pools[id], out = in, in
		f.changes = append(f.changes, operation)
	case "GetIdentityPoolRoles":
		out = map[string]any{"IdentityPoolId": id, "Roles": f.given[id]}
	case "SetIdentityPoolRoles":
		given := map[string]string{}
		roles, _ := in["Roles"].(map[string]any)
		for kind, arn := range roles {
			given[kind], _ = arn.(string)
		}
		f.given[id], out = given, map[string]any{}
		f.changes = append(f.changes, operation)
	case "GetSecretValue":
		text, there := f.secrets[name]
		if !there {
			w.WriteHeader(http.StatusBadRequest)
			out = map[string]any{"__type": "ResourceNotFoundException", "message": "Secrets Manager can't find the specified secret."}
			break
		}
		out = map[string]any{"Name": name, "SecretString": text}
	case "CreateSecret":
		name, _ = in["Name"].(string)
		f.secrets[name], _ = in["SecretString"].(string)
		out = map[string]any{"Name": name}
		f.changes = append(f.changes, operation)
	case "PutSecretValue":
		f.secrets[name], _ = in["SecretString"].(string)
		out = map[string]any{"Name": name}
		f.changes = append(f.changes, operation)
	default:
		f.t.Errorf("the operation %s is not expected", operation)
		w.WriteHeader(http.StatusBadRequest)
		out = map[string]any{"__type": "UnknownOperationException"}
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		f.t.Error(err)
	}
}

func (f *fakeAWS) answerIAM(w http.ResponseWriter, form url.Values) {
	action, name := form.Get("Action"), form.Get("RoleName")
	result := ""
	switch action {
	case "CreateRole":
		f.roles[name] = form
		f.changes = append(f.changes, action)
		result = f.roleXML(name)
	case "GetRole":
		if f.roles[name] == nil {
			f.noSuchEntity(w)
			return
		}
		result = f.roleXML(name)
	case "PutRolePolicy":
		f.policies[name+"/"+form.Get("PolicyName")] = form.Get("PolicyDocument")
		f.changes = append(f.changes, action)
	case "GetRolePolicy":
		document, there := f.policies[name+"/"+form.Get("PolicyName")]
		if !there {
			f.noSuchEntity(w)
			return
		}
		escaped := strings.ReplaceAll(url.QueryEscape(document), "+", "%20") // as IAM does
		result = "<RoleName>" + name + "</RoleName><PolicyName>" + form.Get("PolicyName") + "</PolicyName><PolicyDocument>" + escaped + "</PolicyDocument>"
	default:
		f.t.Errorf("the operation %s of IAM is not expected", action)
	}
	fmt.Fprintf(w, `<%[1]sResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%[1]sResponse>`, action, result)
}

func (f *fakeAWS) noSuchEntity(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>It cannot be found.</Message></Error><RequestId>1</RequestId></ErrorResponse>`)
}

// roleXML is a role as IAM describes it.
func (f *fakeAWS) roleXML(name string) string {
	form := f.roles[name]
	var text strings.Builder
	escape := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s))
		return b.String()
	}
	fmt.Fprintf(&text, `<Role><Path>/</Path><RoleName>%[1]s</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::123456789012:role/%[1]s</Arn><CreateDate>2026-11-29T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%[2]s</AssumeRolePolicyDocument><Tags>`,
		name, url.QueryEscape(form.Get("AssumeRolePolicyDocument")))
	for i := 1; form.Has(fmt.Sprintf("Tags.member.%d.Key", i)); i++ {
		fmt.Fprintf(&text, "<member><Key>%s</Key><Value>%s</Value></member>", escape(form.Get(fmt.Sprintf("Tags.member.%d.Key", i))), escape(form.Get(fmt.Sprintf("Tags.member.%d.Value", i))))
	}
	return text.String() + "</Tags></Role>"
}
