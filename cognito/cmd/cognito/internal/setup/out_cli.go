package setup

import (
	"encoding/json"
	"fmt"
	"strings"
)

// CLI is a shell script that creates the design with the AWS CLI. Its last
// lines print the settings of the app. It prints no secret.
func (d *Design) CLI() (string, error) {
	var b strings.Builder
	b.WriteString("#!/bin/sh\nset -eu\n\n")
	for _, r := range d.resources() {
		input, err := json.MarshalIndent(r.properties, "", "  ")
		if err != nil {
			return "", err
		}
		command := "aws cognito-idp " + r.operation
		if r.needsPool {
			command += ` --user-pool-id "$pool"`
		}
		if r.needsStyle {
			command += ` --client-id "$client"`
		}
		command += " --cli-input-json " + shellQuoted(string(input))
		switch r.name {
		case "UserPool":
			command = "pool=$(" + command + " --query UserPool.Id --output text)"
		case "AppClient":
			command = "client=$(" + command + " --query UserPoolClient.ClientId --output text)"
		default:
			command += " --output text >/dev/null"
		}
		b.WriteString(command + "\n\n")
	}
	fmt.Fprintf(&b, `echo "COGNITO_USER_POOL_ID=$pool"
echo "COGNITO_CLIENT_ID=$client"
echo "COGNITO_DOMAIN=%s"
echo APP_URL=%s
# The secret: aws cognito-idp describe-user-pool-client --user-pool-id "$pool" --client-id "$client" --query UserPoolClient.ClientSecret --output text
`, d.Wish.Domain, shellQuoted(d.Wish.App))
	return b.String(), nil
}

// shellQuoted is one word of a POSIX shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
