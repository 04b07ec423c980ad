module github.com/seed75762126/cognito-go/cognito/cmd/cognito

go 1.26.0

require github.com/seed75762126/cognito-go v0.1.0

require (
	filippo.io/bigmod v0.1.0 // indirect
	github.com/coreos/go-oidc/v3 v3.21.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
	golang.org/x/sys v0.11.0 // indirect
)
