// Package programs holds programs that sign a user in with the Hosted UI, each
// with another library, to compare the size of what they link. They are built
// and measured, not run. Each reads its settings from the environment.
package programs
