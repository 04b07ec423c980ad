// Package hosts knows the names and addresses of Amazon Cognito: user-pool
// ids, regions, the DNS names of every AWS partition, user-pool domains and
// base URLs.
package hosts
