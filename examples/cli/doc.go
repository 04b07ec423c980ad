// Package cli holds four commands for the terminal. Each does one step with
// package userpool. They are signup, confirm, signin (which prints the user) and
// forgot.
//
//	export COGNITO_USER_POOL_ID=eu-west-1_aB3dE5gH7 COGNITO_CLIENT_ID=…
//	go run ./examples/cli/signup -user jane -attribute email=jane@example.com
//	go run ./examples/cli/confirm -user jane
//	go run ./examples/cli/signin -user jane
//	go run ./examples/cli/forgot -user jane
//
// They read the settings that cognito.ConfigFromEnv describes, and ask for
// passwords and codes on the terminal. Where something fails, they print the
// error and end with status 1. Without a pool of your own, start the emulator
// (go run ./cognito/cognitotest/cmd/cognito-emulator -codes) and export the
// lines that it prints.
package cli
