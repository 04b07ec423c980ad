// Cognito-emulator is an Amazon Cognito user pool on this machine, as a program
// for apps in any language. It serves the OAuth endpoints, the hosted pages,
// discovery and keys, and the user-pool API of package [cognitotest] on one
// port.
//
//	go run ./cognito/cognitotest/cmd/cognito-emulator -user jane:Correct-horse-1 -group admins=jane
//
// It prints the settings that an app needs, one NAME=value line each, and then
// the line READY. From then on it answers requests:
//
//	COGNITO_USER_POOL_ID=eu-west-1_Emulator1
//	COGNITO_CLIENT_ID=1emulator0client0a1b2c3d4e
//	COGNITO_CLIENT_SECRET=
//	COGNITO_DOMAIN=http://127.0.0.1:9229
//	COGNITO_ISSUER=http://127.0.0.1:9229/eu-west-1_Emulator1
//	COGNITO_ENDPOINT=http://127.0.0.1:9229
//	COGNITO_EMULATOR_HOST=
//	COGNITO_IDENTITY_POOL_ID=
//	APP_URL=http://localhost:8080
//	SESSION_KEYS=…
//	READY
//
// These are the names that hostedui.ConfigFromEnv reads. SESSION_KEYS is a new
// key in each run. With -o dotenv the lines are NAME="value" and READY is a
// comment. With -o json the settings are one JSON object on one line.
//
// The app client is public and made for an app on http://localhost:8080, with
// the callback URL /auth/callback and the sign-out URL /auth/signed-out. These
// flags change it: -app-url, -client-id, -client-secret, -callback, -logout and
// -auth-flow. These flags change the pool: -identity-pool, -custom-domain,
// -auto-verify, -immutable, -first-factor, -mfa and -mfa-factor. To sign in by
// InitiateAuth with a password, set -auth-flow USER_PASSWORD_AUTH.
//
// With -trigger NAME=URL, the emulator calls a function in another program, in
// any language, when Cognito would call Lambda. NAME is a trigger, such as
// PreSignUp, or the ARN of a function that LambdaConfig names.
// docs/emulator-triggers.md has an example.
//
// With -events-url URL, the emulator posts events to the app, as EventBridge
// does. These are the events that CloudTrail would record: AdminDisableUser,
// DeleteUser, GlobalSignOut and others. Put the receiver's key into
// -events-header. docs/emulator-events.md describes the events.
//
// The page http://127.0.0.1:9229/ lists pools, app clients, users and links for
// a sign-in. It also shows the outbox: the codes and links that Cognito would
// have sent. With -codes the program also prints them, on lines that begin with
// CODE. Standard error has a line for each request, without secrets.
//
// GET /health answers 200 as soon as the program is ready.
//
// # TLS
//
// With -tls-cert and -tls-key it speaks https. With -tls-self-signed DIR it
// makes a certificate for localhost, 127.0.0.1 and the hosts of -url and
// -allow-host. It keeps the certificate in DIR for later runs, and prints its
// path as COGNITO_EMULATOR_CERT. Clients must trust this certificate. Set
// NODE_EXTRA_CA_CERTS for Node, SSL_CERT_FILE for Go programs on Linux, and
// REQUESTS_CA_BUNDLE for Python's requests. Amplify's hosted-UI sign-in needs
// https, because it builds only https URLs.
//
// # Containers
//
// The program listens only on loopback addresses, because it shows its codes to
// every visitor. In a network of containers it must listen on another address:
// -insecure-expose allows this. Do not let others into that network. -url is
// the URL under which other containers reach the program; settings and tokens
// name it. The index page opens only under loopback names such as localhost,
// the host of -url and the hosts of -allow-host.
//
//	cognito-emulator -addr 0.0.0.0:9229 -insecure-expose -url http://cognito:9229
//
// An app in Go then has COGNITO_EMULATOR_HOST=cognito among its settings, which
// lets package cognito use plain http on that host. docs/emulator-containers.md
// shows how to use the Dockerfile, a compose file and testcontainers.
//
// # Ending
//
// On SIGINT and SIGTERM the program finishes running requests, saves its state
// and exits with 0. After a mistake in the flags or the set-up it exits with 2,
// and after any other failure with 1.
//
// # A set-up file
//
// With -config the set-up comes from a file, which may have several pools. Its
// fields are those of types in package cognitotest, and mean the same:
// AppClient, User, Group, Provider, ResourceServer, MFA, DeviceTracking,
// PasswordPolicy and IdentityPool. The first word of a field is in lower case,
// and times have a unit. Lines that begin with // are comments. A field that is
// unknown, appears twice or has the wrong type is an error, which names the
// line. The flags -user and -group add to the first pool.
//
//	{
//		"pools": [
//			{
//				"id": "eu-west-1_Emulator1",
//				// The settings that are printed are those of the first client.
//				"clients": [
//					{
//						"id": "web",
//						"secret": "keep0this0to0yourself",
//						"callbackURLs": ["http://localhost:8080/auth/callback"],
//						"logoutURLs": ["http://localhost:8080/auth/signed-out"],
//						"accessTokenValidity": "15m",
//						"refreshTokenRotation": true,
//						"retryGracePeriod": "10s"
//					},
//					// For programs: their tokens have no user, only scopes of the resource servers.
//					{"id": "jobs", "secret": "another0secret", "flows": ["client_credentials"]}
//				],
//				"users": [
//					{
//						"username": "jane",
//						"password": "Correct-horse-1",
//						"email": "jane@example.com",
//						"emailVerified": true,
//						"attributes": {"name": "Jane", "custom:team": "blue"},
//						"groups": ["admins"]
//					},
//					// Has to choose another password at the first sign-in.
//					{"username": "sam", "password": "For-now-123", "email": "sam@example.com", "status": "FORCE_CHANGE_PASSWORD"}
//				],
//				"groups": [{"name": "admins", "precedence": 1}],
//				// Played by the emulator: its pages offer these users.
//				"providers": [{"type": "Google", "users": [{"id": "1001", "email": "max@example.com", "name": "Max"}]}],
//				"resourceServers": [{"identifier": "orders", "scopes": ["read", "write"]}],
//				"mfa": {"mode": "OPTIONAL", "totp": true, "email": true},
//				// For sign-ins through the user-pool API.
//				"firstAuthFactors": ["PASSWORD", "EMAIL_OTP"],
//				"deviceTracking": {"challengeRequiredOnNewDevice": true},
//				// Replaces Cognito's policy as a whole.
//				"passwordPolicy": {"minimumLength": 12, "requireNumbers": true},
//				"requiredAttributes": ["name"],
//				"verificationLinks": true,
//				// Functions in place of Lambda triggers.
//				"triggers": {"PreSignUp": "http://127.0.0.1:9000/"}
//			}
//		]
//	}
//
// # State
//
// With -state the program keeps users, groups, sign-ins and keys in a file, so
// that the tokens of one run are valid in the next. It writes the file when it
// ends. If something has changed, it also writes the file every five seconds.
// It always replaces the whole file in one step.
//
// Providers and policies come from the set-up, and so do the settings of the
// app clients that it names. If a user is already in the file, the set-up does
// not change the user's attributes or password. App clients and users that the
// set-up no longer names stay until the file is deleted.
//
// The file also keeps the pools, app clients and settings that the user-pool
// API made or changed. These override the set-up. If the API has deleted a pool
// or client of the set-up, it exists again in the next run.
//
// A damaged file is never overwritten: the program says what is wrong and ends.
// The file holds private keys and secrets. Only its owner can read it.
//
// # A sign-in with curl
//
// Put the settings into the environment, for example with
//
//	cognito-emulator -user jane:Correct-horse-1 >settings &
//	until grep -q READY settings; do sleep 0.1; done
//	export $(grep = settings)
//
// Then these lines go through the whole code flow. A test runs them.
//
//	app=http://localhost:8080
//	jar=$(mktemp)
//	verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
//	challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
//	query="response_type=code&client_id=$COGNITO_CLIENT_ID&redirect_uri=$app/auth/callback"
//	query="$query&scope=openid+email&state=s1&nonce=n1&code_challenge=$challenge&code_challenge_method=S256"
//	# authorize leads to the sign-in page, whose form has a CSRF token
//	login=$(curl -s -c $jar -b $jar -o /dev/null -w '%{redirect_url}' "$COGNITO_DOMAIN/oauth2/authorize?$query")
//	csrf=$(curl -s -c $jar -b $jar "$login" | sed -n 's/.*name="_csrf" value="\([^"]*\)".*/\1/p')
//	# the form leads back to the app, with a code
//	back=$(curl -s -c $jar -b $jar -o /dev/null -w '%{redirect_url}' "$login" \
//		-d "_csrf=$csrf" -d username=jane -d password=Correct-horse-1)
//	code=$(echo "$back" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
//	# exchange the code for tokens; a code works only once
//	tokens=$(curl -s "$COGNITO_DOMAIN/oauth2/token" -d grant_type=authorization_code -d "client_id=$COGNITO_CLIENT_ID" \
//		-d "code=$code" -d "redirect_uri=$app/auth/callback" -d "code_verifier=$verifier")
//	access=$(echo "$tokens" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
//	refresh=$(echo "$tokens" | sed 's/.*"refresh_token":"\([^"]*\)".*/\1/')
//	curl -s -H "Authorization: Bearer $access" "$COGNITO_DOMAIN/oauth2/userInfo"
//	curl -s "$COGNITO_DOMAIN/oauth2/token" -d grant_type=refresh_token -d "client_id=$COGNITO_CLIENT_ID" -d "refresh_token=$refresh"
//	# after a revocation, the refresh token no longer works
//	curl -s "$COGNITO_DOMAIN/oauth2/revoke" -d "client_id=$COGNITO_CLIENT_ID" -d "token=$refresh"
//	curl -s "$COGNITO_DOMAIN/oauth2/token" -d grant_type=refresh_token -d "client_id=$COGNITO_CLIENT_ID" -d "refresh_token=$refresh"
//	# after a sign-out, the browser has to sign in again
//	curl -s -c $jar -b $jar -w '%{redirect_url}\n' "$COGNITO_DOMAIN/logout?client_id=$COGNITO_CLIENT_ID&logout_uri=$app/auth/signed-out"
//	curl -s -c $jar -b $jar -o /dev/null -w '%{redirect_url}\n' "$COGNITO_DOMAIN/oauth2/authorize?$query"
//
// # The user-pool API
//
// The user-pool API is at POST /. Give the SDK a region, and this endpoint
// instead of https://cognito-idp.<region>.amazonaws.com. Operations for
// administrators accept any credentials. CreateUserPool adds more pools.
// docs/emulator-operations.md lists the operations.
//
// These commands of the AWS CLI set up a pool, and go through a sign-up and a
// sign-in. Start the emulator with -codes and put the settings into a file, as
// above. A test runs these commands, and the following ones.
//
//	idp() { aws --endpoint-url "$COGNITO_ENDPOINT" --region eu-west-1 cognito-idp "$@"; }
//	export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_PAGER=
//	# what an administrator does
//	pool=$(idp create-user-pool --pool-name customers --auto-verified-attributes email \
//		--query UserPool.Id --output text)
//	client=$(idp create-user-pool-client --user-pool-id $pool --client-name web \
//		--explicit-auth-flows ALLOW_USER_PASSWORD_AUTH ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH \
//		--query UserPoolClient.ClientId --output text)
//	idp admin-create-user --user-pool-id $pool --username jane --message-action SUPPRESS \
//		--query User.UserStatus --output text
//	idp admin-set-user-password --user-pool-id $pool --username jane --password Correct-horse-1 --permanent
//	idp admin-initiate-auth --user-pool-id $pool --client-id $client --auth-flow ADMIN_USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=jane,PASSWORD=Correct-horse-1 --query AuthenticationResult.TokenType --output text
//	# what an app does
//	idp sign-up --client-id $client --username sam --password Correct-horse-1 \
//		--user-attributes Name=email,Value=sam@example.com --query CodeDeliveryDetails.Destination --output text
//	code=$(sed -n 's/^CODE \([0-9]*\) to=sam@example.com .*/\1/p' settings)
//	idp confirm-sign-up --client-id $client --username sam --confirmation-code $code >/dev/null
//	token=$(idp initiate-auth --client-id $client --auth-flow USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=sam,PASSWORD=Correct-horse-1 --query AuthenticationResult.AccessToken --output text)
//	idp get-user --access-token $token --query Username --output text
//	# An error occurred (NotAuthorizedException) ... Incorrect username or password.
//	idp initiate-auth --client-id $client --auth-flow USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=sam,PASSWORD=wrong 2>&1 || true
//
// The same with boto3:
//
//	import os, re, boto3
//	idp = boto3.client("cognito-idp", endpoint_url=os.environ["COGNITO_ENDPOINT"], region_name="eu-west-1",
//	                   aws_access_key_id="any", aws_secret_access_key="any")
//	pool = idp.create_user_pool(PoolName="customers", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
//	client = idp.create_user_pool_client(
//	    UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
//	)["UserPoolClient"]["ClientId"]
//	idp.sign_up(ClientId=client, Username="sam", Password="Correct-horse-1",
//	            UserAttributes=[{"Name": "email", "Value": "sam@example.com"}])
//	login = dict(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
//	             AuthParameters={"USERNAME": "sam", "PASSWORD": "Correct-horse-1"})
//	try:
//	    idp.initiate_auth(**login)
//	except idp.exceptions.UserNotConfirmedException as e:
//	    print(e.response["Error"]["Message"])
//	try:
//	    idp.confirm_sign_up(ClientId=client, Username="sam", ConfirmationCode="000000x")
//	except idp.exceptions.CodeMismatchException as e:
//	    print(e.response["Error"]["Message"])
//	code = re.findall(r"^CODE (\d+) to=sam@example.com", open("settings").read(), re.MULTILINE)[-1]
//	idp.confirm_sign_up(ClientId=client, Username="sam", ConfirmationCode=code)
//	token = idp.initiate_auth(**login)["AuthenticationResult"]["AccessToken"]
//	print(idp.get_user(AccessToken=token)["Username"])
//	try:
//	    idp.get_user(AccessToken="no.token")
//	except idp.exceptions.NotAuthorizedException as e:
//	    print(e.response["Error"]["Message"])
//
// Other clients take the endpoint as follows. They are tested in
// internal/checks/relyingparties; the client for Go is tested in package
// userpool.
//
//	new CognitoIdentityProviderClient({ endpoint, region, credentials })          // @aws-sdk/client-cognito-identity-provider
//	new CognitoUserPool({ UserPoolId, ClientId, endpoint: endpoint + "/" })       // amazon-cognito-identity-js
//	Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: endpoint } } })
//	cognitoidentityprovider.New(cognitoidentityprovider.Options{Region: "eu-west-1", BaseEndpoint: &endpoint})
//
// Amplify and amazon-cognito-identity-js sign in with SRP. Every app client
// allows SRP unless its explicitAuthFlows say otherwise. To send passwords in
// the request, add ALLOW_USER_PASSWORD_AUTH.
package main
