// Signs jane in to an app that lives in the browser, in Chromium: sign-in,
// refresh, sign-out, sign-in again. The first argument names the app:
// spa-oidc.mjs or spa-amplify.mjs. It prints who she is, as the app knows it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { setting, settings } from './browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const bundled = await build({
  entryPoints: [join(here, process.argv[2])], bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error',
});
const script = bundled.outputFiles[0].text;
const inPage = JSON.stringify({ ...settings, endpoint: setting('COGNITO_ENDPOINT'), userPoolID: setting('COGNITO_USER_POOL_ID'), password: undefined });

// The app is one page at every path of its address.
const app = new URL(settings.appURL);
const server = createServer((request, response) => {
  if (request.url === '/app.js') {
    response.setHeader('Content-Type', 'text/javascript');
    response.end(script);
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>App</title><script>window.settings = ${inPage}</script><script type="module" src="/app.js"></script>`);
});
await new Promise((resolve) => server.listen(Number(app.port), app.hostname, resolve));

const profile = mkdtempSync(join(tmpdir(), 'spa-'));
const chromium = await puppeteer.launch({
  executablePath: setting('CHROMIUM'), headless: true, userDataDir: profile, acceptInsecureCerts: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await chromium.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => console.error('page:', error));
  page.on('console', (message) => console.error('console:', message.text()));
  page.on('requestfailed', (request) => console.error('failed:', request.method(), request.url().split('?')[0], request.failure()?.errorText));

  const ready = () => page.waitForSelector('html[data-ready=yes]');
  const user = () => page.evaluate(() => window.app.user());
  const signIn = async () => {
    await page.evaluate(() => { window.app.login(); });
    await page.waitForSelector('input[name=username]');
    assert.equal(new URL(page.url()).origin, new URL(settings.domain).origin, 'the sign-in page is the pool\'s');
    await page.type('input[name=username]', settings.username);
    await page.type('input[name=password]', settings.password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await ready();
    assert.equal(new URL(page.url()).pathname, '/callback', 'the sign-in leads back to the app');
    return user();
  };

  await page.goto(`${settings.appURL}/`);
  await ready();
  assert.equal(await user(), null, 'nobody is signed in at first');
  const first = await signIn();
  assert.ok(first?.token, 'the app has tokens');

  const refreshed = await page.evaluate(() => window.app.refresh());
  assert.equal(refreshed.sub, first.sub, 'a refresh keeps the user');
  assert.notEqual(refreshed.token, first.token, 'a refresh brings another access token');

  await page.evaluate(() => { window.app.logout(); });
  await page.waitForFunction(() => location.pathname === '/signed-out' && document.documentElement.dataset.ready === 'yes');
  assert.equal(await user(), null, 'nobody is signed in after the sign-out');

  const second = await signIn(); // the form comes up: Cognito's own session has ended, too
  assert.equal(second.sub, first.sub, 'the same user');
  console.log(JSON.stringify({ sub: second.sub, email: second.email }));
} finally {
  await chromium.close();
  server.close();
  server.closeAllConnections();
  rmSync(profile, { recursive: true, force: true });
}
