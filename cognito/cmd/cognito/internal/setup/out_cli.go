package setup

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// CLI is a shell script that creates the design with the AWS CLI. Its last
// lines print the settings of the app. It prints no secret.
func (d *Design) CLI() (string, error) {
	var b strings.Builder
	b.WriteString("#!/bin/sh\nset -eu\n\n")
	for _, r := range d.resources() {
		input, err := json.MarshalIndent(resolved(r.properties, shellMark, inlined), "", "  ")
		if err != nil {
			return "", err
		}
		command := "aws " + cmp.Or(r.service, "cognito-idp") + " " + r.operation
		if r.needsPool {
			command += ` --user-pool-id "$pool"`
		}
		if r.needsStyle {
			command += ` --client-id "$client"`
		}
		command += " --cli-input-json " + withVariables(shellQuoted(string(input)))
		switch r.name {
		case "UserPool":
			command = "pool=$(" + command + " --query UserPool.Id --output text)"
		case "AppClient":
			command = "client=$(" + command + " --query UserPoolClient.ClientId --output text)"
		case "IdentityPool":
			command = `provider="cognito-idp.${pool%%_*}.` + hosts.Suffix(cmp.Or(d.Wish.Region, "us-east-1")) + `/$pool"` + "\nidentities=$(" + command + " --query IdentityPoolId --output text)"
		case "UserRole":
			command = "role=$(" + command + " --query Role.Arn --output text)"
		default:
			command += " --output text >/dev/null"
		}
		b.WriteString(command + "\n\n")
	}
	identities := ""
	if d.Identities != nil {
		identities = `echo "COGNITO_IDENTITY_POOL_ID=$identities"` + "\n"
	}
	fmt.Fprintf(&b, `echo "COGNITO_USER_POOL_ID=$pool"
echo "COGNITO_CLIENT_ID=$client"
echo "COGNITO_DOMAIN=%s"
echo APP_URL=%s
%s# The secret: aws cognito-idp describe-user-pool-client --user-pool-id "$pool" --client-id "$client" --query UserPoolClient.ClientSecret --output text
`, d.Wish.Domain, shellQuoted(d.Wish.App), identities)
	return b.String(), nil
}

// shellVariables hold what AWS gives, by the reference to it.
var shellVariables = map[reference]string{
	{"UserPool", "provider"}: "provider", {"AppClient", "id"}: "client", {"IdentityPool", "id"}: "identities", {"UserRole", "arn"}: "role",
}

// shellMark marks a variable until the text is quoted.
func shellMark(r reference) any { return "@@" + shellVariables[r] + "@@" }

// inlined is a document as text, as the AWS CLI takes it.
func inlined(d document) any {
	text, err := json.Marshal(resolved(d.content, shellMark, inlined))
	if err != nil {
		return ""
	}
	return string(text)
}

// withVariables is a quoted word with variables in place of their marks.
func withVariables(word string) string {
	for _, name := range shellVariables {
		word = strings.ReplaceAll(word, "@@"+name+"@@", `'"$`+name+`"'`)
	}
	return word
}

// shellQuoted is one word of a POSIX shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
