package idpapi

// A PoolRef names the pool that an operation is about.
type PoolRef struct {
	UserPoolId string
}

// A ClientRef names an app client.
type ClientRef struct {
	ClientId string
}

// A UserRef names a user of a pool: by username, alias or sub.
type UserRef struct {
	PoolRef
	Username string
}

// A TokenRef is the access token of the user whom an operation is about.
type TokenRef struct {
	AccessToken string
}
