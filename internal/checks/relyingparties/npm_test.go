package relyingparties

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestOpenIDClient runs npm/openid-client.mjs with every way of client
// authentication that a client of Cognito may use.
func TestOpenIDClient(t *testing.T) {
	for name, secret := range map[string]cognito.Secret{"public client": "", "confidential client": secret} {
		t.Run(name, func(t *testing.T) {
			pool := checkScript(t, "openid-client.mjs", "http://"+freeAddress(t), secret)
			checkPKCE(t, pool, true)
		})
	}
}

// TestExpressOpenIDConnect runs npm/express-openid-connect.mjs, an Express
// app that signs in to itself.
func TestExpressOpenIDConnect(t *testing.T) {
	pool := checkScript(t, "express-openid-connect.mjs", "http://"+freeAddress(t), secret)
	checkPKCE(t, pool, true)
}

// TestAWSJWTVerify gives tokens to AWS's own verifier, together with the pool's
// keys. It must accept those the pool issues. It must refuse swapped or changed
// tokens by the check meant for them.
func TestAWSJWTVerify(t *testing.T) {
	for name, options := range map[string][]cognitotest.Option{
		"original issuer": nil,
		"updated issuer":  {cognitotest.WithUpdatedIssuer()},
	} {
		t.Run(name, func(t *testing.T) {
			dir := npmFolder(t)
			client := cognitotest.WithClient(cognitotest.AppClient{ID: clientID})
			pool := cognitotest.NewPool(append(options, client)...)
			sub, err := pool.AddUser(cognitotest.User{Username: username, Password: password, Email: email, EmailVerified: true})
			if err != nil {
				t.Fatal(err)
			}
			input, err := json.Marshal(map[string]any{
				"userPoolId": pool.ID(), "clientId": clientID,
				"jwks":   json.RawMessage(pool.JWKS()),
				"tokens": verifierCases(pool, sub),
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(runScript(t, dir, "aws-jwt-verify.mjs", input, nil))
		})
	}
}

// A verifierCase is a token and what aws-jwt-verify has to say about it.
type verifierCase struct {
	Name  string `json:"name"`
	Use   string `json:"use"` // what it is given for
	Token string `json:"token"`
	Sub   string `json:"sub"`
	Error string `json:"error,omitempty"` // class of the refusal; "" means accepted
}

func verifierCases(pool *cognitotest.Pool, sub string) []verifierCase {
	const otherClient, otherPool = "6mallory", "eu-west-1_Mallory01"
	set := func(claim string, value any) func(cognitotest.Claims) {
		return func(c cognitotest.Claims) { c[claim] = value }
	}
	id := func(edit ...func(cognitotest.Claims)) string { return string(pool.IDToken(username, edit...)) }
	access := func(edit ...func(cognitotest.Claims)) string { return string(pool.AccessToken(username, edit...)) }
	other := cognitotest.NewPool(cognitotest.WithID(otherPool), cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	other.AddUser(cognitotest.User{Username: username, Password: password, Email: email, EmailVerified: true})
	minted := pool.Tokens(username)
	past := set("exp", pool.Now().Add(-time.Minute).Unix())
	cases := []verifierCase{
		{Name: "ID token", Use: "id", Token: id()},
		{Name: "access token", Use: "access", Token: access()},
		{Name: "ID token of a pair", Use: "id", Token: string(minted.ID)},
		{Name: "access token of a pair", Use: "access", Token: string(minted.Access)},
		{Name: "ID token as access token", Use: "access", Token: id(), Error: "CognitoJwtInvalidTokenUseError"},
		{Name: "access token as ID token", Use: "id", Token: access(), Error: "CognitoJwtInvalidTokenUseError"},
		{Name: "ID token of another client", Use: "id", Token: id(set("aud", otherClient)), Error: "CognitoJwtInvalidClientIdError"},
		{Name: "access token of another client", Use: "access", Token: access(set("client_id", otherClient)), Error: "CognitoJwtInvalidClientIdError"},
		{Name: "ID token of another pool", Use: "id", Token: string(other.IDToken(username)), Error: "ParameterValidationError"},
		{Name: "expired ID token", Use: "id", Token: id(past), Error: "JwtExpiredError"},
		{Name: "expired access token", Use: "access", Token: access(past), Error: "JwtExpiredError"},
		{Name: "ID token with a changed claim", Use: "id", Token: tamper(id(), 1), Error: "JwtInvalidSignatureError"},
		{Name: "access token with a changed claim", Use: "access", Token: tamper(access(), 1), Error: "JwtInvalidSignatureError"},
		{Name: "ID token with a changed signature", Use: "id", Token: tamper(id(), 2), Error: "JwtInvalidSignatureError"},
		{Name: "refresh token as access token", Use: "access", Token: string(minted.Refresh), Error: "JwtParseError"},
	}
	for i := range cases {
		cases[i].Sub = sub
	}
	return cases
}

// tamper changes the payload (part 1) or the signature (part 2) of a token,
// which stays well-formed.
func tamper(token string, part int) string {
	parts := strings.Split(token, ".")
	if part == 1 {
		parts[1] = changeClaim(parts[1])
		return strings.Join(parts, ".")
	}
	middle := len(parts[part]) / 2
	swapped := byte('A')
	if parts[part][middle] == 'A' {
		swapped = 'B'
	}
	parts[part] = parts[part][:middle] + string(swapped) + parts[part][middle+1:]
	return strings.Join(parts, ".")
}

// changeClaim gives a payload another token id, in base64url as before.
func changeClaim(payload string) string {
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		panic(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		panic(err)
	}
	claims["jti"] = "another"
	raw, err = json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// checkScript runs a script that signs jane in to an app at base, and out,
// and prints who she is.
func checkScript(t *testing.T, script, base string, secret cognito.Secret) *cognitotest.Pool {
	t.Helper()
	dir := npmFolder(t)
	pool, jane := newPool(t, base, secret)
	out := runScript(t, dir, script, nil, []string{
		"COGNITO_ISSUER=" + pool.Issuer(),
		"COGNITO_DOMAIN=" + pool.URL(),
		"COGNITO_CLIENT_ID=" + clientID,
		"COGNITO_CLIENT_SECRET=" + string(secret),
		"APP_URL=" + base,
		"USER_NAME=" + username,
		"USER_PASSWORD=" + password,
	})
	var got account
	if err := json.Unmarshal([]byte(out), &got); err != nil || got != jane {
		t.Fatalf("%s printed %q, want %+v", script, out, jane)
	}
	return pool
}

func runScript(t *testing.T, dir, script string, input []byte, env []string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{filepath.Join(dir, script)}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = bytes.NewReader(input)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", script, err, out, log.Bytes())
	}
	return string(out)
}

// installed is where the packages and the scripts are, or why they are not.
var installed = struct {
	once sync.Once
	dir  string
	why  string
}{}

// npmFolder is a folder with the packages of npm/package.json and the
// scripts. It ends the test if there is none.
func npmFolder(t *testing.T) string {
	t.Helper()
	installed.once.Do(func() { installed.dir, installed.why = install() })
	if installed.why != "" {
		missing(t, "npm", "relying parties from npm: %s", installed.why)
	}
	return installed.dir
}

// TestMain removes what npmFolder made.
func TestMain(m *testing.M) {
	code := m.Run()
	if installed.dir != "" {
		os.RemoveAll(installed.dir)
	}
	os.Exit(code)
}

// install copies npm/ into a temporary folder and has npm install what its
// package.json names, unless NPM_PREFIX is where that was done already.
func install() (dir, why string) {
	prefix := os.Getenv("NPM_PREFIX")
	programs := []string{"node", "npm"}
	if prefix != "" {
		programs = programs[:1]
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return "", "there is no " + program
		}
	}
	if testing.Short() && prefix == "" && !wanted("npm") {
		return "", "npm install takes its time, and this is -short"
	}
	dir, err := os.MkdirTemp("", "relyingparties")
	if err != nil {
		return "", err.Error()
	}
	if err := os.CopyFS(dir, os.DirFS("npm")); err != nil {
		return dir, err.Error()
	}
	modules := filepath.Join(dir, "node_modules")
	if prefix != "" {
		os.RemoveAll(modules) // of somebody who has run npm install in npm/
		if err := os.Symlink(filepath.Join(prefix, "node_modules"), modules); err != nil {
			return dir, err.Error()
		}
		return dir, ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return dir, fmt.Sprintf("npm install: %v\n%s", err, out)
	}
	return dir, ""
}
