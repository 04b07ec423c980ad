module github.com/seed75762126/cognito-go/internal/checks/wycheproof

go 1.26.4

replace github.com/seed75762126/cognito-go => ../../..

require (
	github.com/c2sp/wycheproof v0.0.0-20260902155932-3fa63dd0344a
	github.com/seed75762126/cognito-go v0.0.0
)
