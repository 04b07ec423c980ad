module github.com/seed75762126/cognito-go/internal/checks/release

go 1.26.0

replace github.com/seed75762126/cognito-go => ../../..

require github.com/seed75762126/cognito-go v0.1.0

require golang.org/x/mod v0.43.0

require go.yaml.in/yaml/v3 v3.0.6

require (
	filippo.io/bigmod v0.1.0 // indirect
	github.com/coreos/go-oidc/v3 v3.21.0 // indirect
	github.com/fxamacker/cbor/v2 v2.10.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.9 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	golang.org/x/oauth2 v0.38.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
)
