package suite

var clients = []Story{
	{Name: "client", User: None, Requests: []Request{
		{Name: "describe", Op: "DescribeUserPoolClient", Body: `"ClientId":"{public}"`},
		{Name: "describe-secret", Op: "DescribeUserPoolClient", Body: `"ClientId":"{secret}"`},
		{Name: "describe-unknown", Op: "DescribeUserPoolClient", Body: `"ClientId":"0unknown0client0a1b2c3d4e5"`},
		{Name: "create-bad-scope", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["no/scope"],"CallbackURLs":["{callback}"]`},
		{Name: "create-bad-callback", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"CallbackURLs":["no url"]`},
		{Name: "create-http-callback", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"CallbackURLs":["http://app.example.com/"]`},
		{Name: "create-bad-flow", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","ExplicitAuthFlows":["NO_SUCH"]`},
		{Name: "create-mixed-flows", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","USER_PASSWORD_AUTH"]`},
		{Name: "create-unknown-provider", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","SupportedIdentityProviders":["Nobody"]`},
		{Name: "create-short-lifetime", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","AccessTokenValidity":1,"TokenValidityUnits":{"AccessToken":"minutes"}`},
		{Name: "create-code-and-client-credentials", Op: "CreateUserPoolClient", Body: `"ClientName":"{prefix}-x","GenerateSecret":true,"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code","client_credentials"],"AllowedOAuthScopes":["openid"],"CallbackURLs":["{callback}"]`},
		{Name: "create-without-name", Op: "CreateUserPoolClient"},
		{Name: "secrets-of-public", Op: "ListUserPoolClientSecrets", Body: `"ClientId":"{public}"`},
		{Name: "delete-unknown", Op: "DeleteUserPoolClient", Body: `"ClientId":"0unknown0client0a1b2c3d4e5"`},
		{Name: "list-limit", Op: "ListUserPoolClients", Body: `"MaxResults":61`},
	}},
	{Name: "pool", User: None, Requests: []Request{
		{Name: "describe", Op: "DescribeUserPool"},
		{Name: "describe-unknown", Op: "DescribeUserPool", Body: `"UserPoolId":"{region}_0000Nobody"`},
		{Name: "list-without-limit", Op: "ListUserPools"},
		{Name: "resource-server-none", Op: "DescribeResourceServer", Body: `"Identifier":"{prefix}-none"`},
		{Name: "resource-server-create", Op: "CreateResourceServer", Body: `"Identifier":"{prefix}-api","Name":"{prefix}-api","Scopes":[{"ScopeName":"read","ScopeDescription":"read"}]`},
		{Name: "resource-server-again", Op: "CreateResourceServer", Body: `"Identifier":"{prefix}-api","Name":"{prefix}-api"`},
		{Name: "resource-server-bad-scope", Op: "CreateResourceServer", Body: `"Identifier":"{prefix}-api2","Name":"x","Scopes":[{"ScopeName":"a b","ScopeDescription":"x"}]`},
		{Name: "resource-server-describe", Op: "DescribeResourceServer", Body: `"Identifier":"{prefix}-api"`},
		{Name: "resource-server-delete", Op: "DeleteResourceServer", Body: `"Identifier":"{prefix}-api"`},
		{Name: "domain-unknown", Op: "DescribeUserPoolDomain", Body: `"Domain":"{prefix}-none"`},
		{Name: "csv-header", Op: "GetCSVHeader"},
		{Name: "add-attribute-bad-name", Op: "AddCustomAttributes", Body: `"CustomAttributes":[{"Name":"a b c d","AttributeDataType":"String"}]`},
		{Name: "tags-bad-arn", Op: "ListTagsForResource", Body: `"ResourceArn":"no arn"`},
	}},
}

var federation = []Story{
	{Name: "provider", Requests: []Request{
		{Name: "describe-none", Op: "DescribeIdentityProvider", Body: `"ProviderName":"{prefix}-none"`},
		{Name: "by-identifier-none", Op: "GetIdentityProviderByIdentifier", Body: `"IdpIdentifier":"{prefix}-none"`},
		{Name: "create-bad-type", Op: "CreateIdentityProvider", Body: `"ProviderName":"{prefix}-none","ProviderType":"Nobody","ProviderDetails":{}`},
		{Name: "create-without-details", Op: "CreateIdentityProvider", Body: `"ProviderName":"{prefix}-none","ProviderType":"OIDC","ProviderDetails":{}`},
		{Name: "link-unknown-provider", Op: "AdminLinkProviderForUser", Body: `"DestinationUser":{"ProviderName":"Cognito","ProviderAttributeValue":"{user}"},"SourceUser":{"ProviderName":"{prefix}-none","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"1"}`},
	}},
}
