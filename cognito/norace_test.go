//go:build !race

package cognito_test

const raceEnabled = false
