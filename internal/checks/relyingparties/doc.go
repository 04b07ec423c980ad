// Package relyingparties tests the emulator, package cognitotest, with relying
// parties of other authors. A relying party that works with a user pool of AWS
// must work with the emulator too, without a change. The package has only
// tests, and is a module of its own, so that users of the library do not
// download the relying parties. From this folder:
//
//	GOWORK=off go test ./...
//
// Each relying party is in a small app, written as its documentation shows. A
// browser opens its page for signed-in users and fills in the pool's form. It
// must find the user's sub and e-mail address on the page. Then it signs out
// through /logout, and must find the sign-in form again. Two kinds are tested
// without a browser. The test gives tokens and keys to aws-jwt-verify, which
// signs nobody in. The clients of the user-pool API call the emulator
// themselves. All requests go over loopback sockets.
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
// CI installs and runs all of them. On other machines, those from npm and
// mod_auth_openidc are skipped if they cannot be installed. This environment
// variable makes the test fail instead:
//
//	RELYING_PARTIES=npm,apache GOWORK=off go test -v ./...
//
// The tests with npm need node 20.19 or later, npm, and its registry.
// npm/package.json has the versions of the packages; they are installed into a
// temporary folder. If NPM_PREFIX names a folder, the tests take the packages
// from it. First copy npm/package.json into this folder, and run "npm install"
// there. With -short these tests are skipped.
//
// The test with Apache needs Debian's apache2-bin and
// libapache2-mod-auth-openidc. The server is started from a folder of the
// test's own, as an ordinary process; no service is touched. If the packages
// are not installed but unpacked, set APACHE_ROOT to their folder. For example:
//
//	apt-get install --download-only apache2-bin libapache2-mod-auth-openidc
//	for package in /var/cache/apt/archives/*.deb; do dpkg -x $package root; done
//
// The scripts and the server run by hand, too, against the emulator as a
// program: npm/browser.mjs and testdata/apache/httpd.conf say how.
package relyingparties
