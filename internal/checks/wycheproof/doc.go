// Package wycheproof runs the vectors of Project Wycheproof that concern
// RS256 against the code that reads keys, parses tokens and checks
// signatures:
//
//	cd internal/checks/wycheproof && GOWORK=off go test .
//
// It is a module of its own, outside go.work, because the module with the
// vectors is large.
package wycheproof
