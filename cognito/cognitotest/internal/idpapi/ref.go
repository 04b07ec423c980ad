package idpapi

// A PoolRef names the pool that an operation is about.
type PoolRef struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
}

// A ClientRef names an app client.
type ClientRef struct {
	ClientId string `api:"required,max=128,pattern=client"`
}

// A UserRef names a user of a pool: by username, alias or sub.
type UserRef struct {
	PoolRef
	Username string `api:"required,max=128,pattern=text"`
}

// A TokenRef is the access token of the user whom an operation is about.
type TokenRef struct {
	AccessToken string `api:"required,secret,pattern=token"`
}
