// Package wycheproof runs the vectors of Project Wycheproof that concern
// RS256 against the code that reads keys, parses tokens and checks
// signatures:
//
//	cd internal/checks/wycheproof && GOWORK=off go test .
//
// It is a module of its own, because the vectors are a large one, and stays out
// of go.work for the same reason.
package wycheproof
