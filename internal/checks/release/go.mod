module github.com/seed75762126/cognito-go/internal/checks/release

go 1.26.0

replace github.com/seed75762126/cognito-go => ../../..

require github.com/seed75762126/cognito-go v0.1.0

require golang.org/x/mod v0.43.0

require go.yaml.in/yaml/v3 v3.0.6
