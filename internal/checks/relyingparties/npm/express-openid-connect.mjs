// express-openid-connect as its documentation shows it: an Express app whose
// pages want a signed-in user. Sign-out with Cognito needs logoutParams, as
// its /logout knows no post_logout_redirect_uri. The last line it prints is
// {"sub": …, "email": …}.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import express from 'express';
import oidc from 'express-openid-connect';
import { Browser, expectLoginPage, settings, signIn } from './browser.mjs';

const { appURL } = settings;

function newApp() {
  const app = express();
  app.get('/signed-out', (_, response) => response.send('signed out'));
  app.use(
    oidc.auth({
      issuerBaseURL: settings.issuer,
      baseURL: appURL,
      clientID: settings.clientID,
      clientSecret: settings.clientSecret,
      secret: 'a long random value that seals the cookies',
      authorizationParams: { response_type: 'code', scope: 'openid email' },
      idpLogout: true,
      logoutParams: { client_id: settings.clientID, logout_uri: `${appURL}/signed-out` },
    }),
  );
  app.get('/account', async (request, response) => {
    const { sub, email } = request.oidc.user;
    const info = await request.oidc.fetchUserInfo();
    response.json({ sub, email, userInfo: { sub: info.sub, email: info.email } });
  });
  return app;
}

async function run() {
  const browser = new Browser();
  const { page, status } = await signIn(browser, `${appURL}/account`);
  assert.equal(status, 200, page);
  const { userInfo, ...account } = JSON.parse(page);
  assert.deepEqual(userInfo, account);

  const ended = await browser.open(`${appURL}/logout`);
  assert.equal(ended.url, `${appURL}/signed-out`);
  assert.equal(ended.page, 'signed out');
  await expectLoginPage(browser, `${appURL}/account`);
  return account;
}

const { hostname, port } = new URL(appURL);
const server = newApp().listen(Number(port), hostname);
await once(server, 'listening');
try {
  console.log(JSON.stringify(await run()));
} finally {
  server.close();
  server.closeAllConnections();
}
