// openid-client as its documentation shows it: discovery, PKCE, the
// authorization code grant, and then userInfo, refresh, revocation, sign-out.
// The last line it prints is {"sub": …, "email": …}.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { Browser, expectLoginPage, settings, signIn } from './browser.mjs';

const redirect_uri = `${settings.appURL}/callback`;

/** clientAuthentication is each way that a client of this pool may use. */
function clientAuthentications() {
  if (!settings.clientSecret) return { none: client.None() };
  return {
    client_secret_basic: client.ClientSecretBasic(settings.clientSecret),
    client_secret_post: client.ClientSecretPost(settings.clientSecret),
  };
}

async function run(authentication) {
  const config = await client.discovery(new URL(settings.issuer), settings.clientID, undefined, authentication, {
    // The emulator is on http, so that the ID tokens' signatures count.
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  const browser = new Browser();
  const start = await authorizationURL(config);
  const back = await signIn(browser, start.url, { stopAt: redirect_uri });
  const tokens = await client.authorizationCodeGrant(config, new URL(back.url), start.checks);
  const { sub, email } = await account(config, tokens);

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, sub);
  assert.equal((await account(config, refreshed)).email, email);

  const silent = await authorizationURL(config, { prompt: 'none' });
  const again = await browser.open(silent.url, { stopAt: redirect_uri });
  await client.authorizationCodeGrant(config, new URL(again.url), silent.checks);

  await client.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub));

  await signOut(config, browser);
  return { sub, email };
}

/** authorizationURL begins a sign-in. */
async function authorizationURL(config, more) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  return { url: url.href, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

/** account is what the ID token and userInfo say, if they agree. */
async function account(config, tokens) {
  const { sub, email } = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.deepEqual({ sub: info.sub, email: info.email }, { sub, email });
  return { sub, email };
}

/** signOut ends the page session by the endpoint from discovery, in Cognito's way. */
async function signOut(config, browser) {
  const target = `${settings.appURL}/signed-out`;
  const url = client.buildEndSessionUrl(config, { logout_uri: target });
  const { url: ended } = await browser.open(url.href, { stopAt: target });
  assert.equal(ended, target);
  await expectLoginPage(browser, (await authorizationURL(config)).url);
  const { url: refused } = await browser.open((await authorizationURL(config, { prompt: 'none' })).url, { stopAt: redirect_uri });
  assert.equal(new URL(refused).searchParams.get('error'), 'login_required');
}

let result;
for (const [name, authentication] of Object.entries(clientAuthentications())) {
  result = await run(authentication);
  console.error(`${name}: ok`);
}
console.log(JSON.stringify(result));
