// Package relyingparties signs in on the emulator, package cognitotest, with
// relying parties that others have written and that know nothing of it. What
// signs in on a user pool of AWS has to sign in here, unmodified. It is a
// module of its own, so that none of them reaches the users of the library, and
// it has only tests. From this folder:
//
//	GOWORK=off go test ./...
//
// Each is a small app as its documentation shows one. A browser opens its page
// for signed-in users and fills in the pool's form. It must find the user's sub
// and e-mail address on the page. Then it signs out through /logout, and must
// find the sign-in form again. All goes over loopback sockets. The exceptions
// are aws-jwt-verify, which signs nobody in (it is given tokens and keys), and
// the clients of the user-pool API, which need no browser.
//
//	go-oidc with x/oauth2    gooidc_test.go    by discovery; PKCE; refresh, userInfo
//	hashicorp/cap            cap_test.go       by discovery; PKCE; userInfo
//	goth                     goth_test.go      its cognito provider; no PKCE, no nonce
//	openid-client            npm/              by discovery; PKCE; refresh, userInfo, revocation
//	express-openid-connect   npm/              by discovery; PKCE; its own /logout
//	aws-jwt-verify           npm/              accepts the tokens, refuses others
//	JavaScript SDK v3        npm/              user-pool API: password; errors; administrators
//	amazon-cognito-identity-js npm/            user-pool API: SRP, temporary password, TOTP, refresh
//	aws-amplify              npm/              user-pool API: SRP, refresh, sign-up
//	virtualwebauthn          passkey_test.go   user-pool API: passkeys, ES256 and RS256
//	oidc-client-ts           npm/              in Chromium: discovery, PKCE, refresh, sign-out
//	aws-amplify              npm/              in Chromium: hosted sign-in over https, refresh, sign-out
//	cognito-local            parity_test.go    another emulator, which cognito-parity compares
//	mod_auth_openidc         testdata/apache/  by discovery; PKCE; its own logout
//
// CI installs and runs all of them. Elsewhere those from npm and
// mod_auth_openidc are skipped where they cannot be installed, unless an
// environment variable asks for them:
//
//	RELYING_PARTIES=npm,apache GOWORK=off go test -v ./...
//
// For npm that takes node 20.19 or later, npm, and its registry.
// npm/package.json has the versions of the packages; they are installed into a
// temporary folder. They are taken from the folder NPM_PREFIX if that is set,
// in which somebody has run "npm install" with that file, and skipped with
// -short.
//
// For apache it takes Debian's apache2-bin and libapache2-mod-auth-openidc.
// The server is started from a folder of the test's own, as an ordinary
// process; no service is touched. APACHE_ROOT is where they are if they are
// not installed but unpacked, as by
//
//	apt-get install --download-only apache2-bin libapache2-mod-auth-openidc
//	for package in /var/cache/apt/archives/*.deb; do dpkg -x $package root; done
//
// The scripts and the server run by hand, too, against the emulator as a
// program: npm/browser.mjs and testdata/apache/httpd.conf say how.
package relyingparties
