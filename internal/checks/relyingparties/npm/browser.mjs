// A browser for the scripts beside this one, made of fetch and a cookie jar,
// and the settings that they share.
//
// A test in Go runs the scripts. By hand, with npm install done here, they run
// against the emulator as a program, which prints the settings they read:
//
//   cognito-emulator -user jane:Correct-horse-1 -client-secret 5ecret0000000000000000000 \
//     -callback http://127.0.0.1:8080/callback -logout http://127.0.0.1:8080/signed-out >settings &
//   until grep -q READY settings; do sleep 0.1; done
//   export $(grep = settings) APP_URL=http://127.0.0.1:8080
//   node openid-client.mjs
//   node express-openid-connect.mjs
import assert from 'node:assert/strict';

/** setting reads an environment variable that has to be there. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** The pool, the app, and the user to sign in. */
export const settings = {
  issuer: setting('COGNITO_ISSUER'),
  domain: setting('COGNITO_DOMAIN'),
  clientID: setting('COGNITO_CLIENT_ID'),
  clientSecret: process.env.COGNITO_CLIENT_SECRET ?? '',
  appURL: setting('APP_URL'),
  username: process.env.USER_NAME ?? 'jane',
  password: process.env.USER_PASSWORD ?? 'Correct-horse-1',
};

/** Browser keeps cookies by host, as browsers do, and follows redirects. */
export class Browser {
  #jar = new Map(); // host name → Map of cookie name → {value, path}

  /**
   * open goes to a URL and follows redirects until there is a page, or until
   * the next URL begins with stopAt. It returns where it ended, and the page.
   */
  async open(url, { form, stopAt } = {}) {
    for (let hops = 0; hops < 20; hops++) {
      const response = await this.#send(url, form);
      const location = response.headers.get('location');
      if (!location) return { url, status: response.status, page: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url).href;
      form = undefined;
      if (stopAt && url.startsWith(stopAt)) return { url };
    }
    throw new Error(`too many redirects, the last one to ${url}`);
  }

  /** submit fills in the form of a page that has a field of that name. */
  async submit({ url, page }, fields, options = {}) {
    const { action, hidden } = findForm(page, Object.keys(fields)[0]);
    return this.open(new URL(action, url).href, { ...options, form: { ...hidden, ...fields } });
  }

  #send(url, form) {
    const headers = { accept: 'text/html', cookie: this.#cookies(url) };
    const init = { redirect: 'manual', headers };
    if (form) {
      Object.assign(init, { method: 'POST', body: new URLSearchParams(form) });
      headers.origin = new URL(url).origin;
    }
    return fetch(url, init).then((response) => {
      for (const line of response.headers.getSetCookie()) this.#keep(url, line);
      return response;
    });
  }

  #cookies(url) {
    const { hostname, pathname } = new URL(url);
    const all = this.#jar.get(hostname) ?? new Map();
    return [...all]
      .filter(([, cookie]) => pathname.startsWith(cookie.path))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ');
  }

  #keep(url, line) {
    const [pair, ...rest] = line.split(/;\s*/);
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attributes = Object.fromEntries(rest.map((a) => a.split('=')).map(([k, v = '']) => [k.toLowerCase(), v]));
    const { hostname } = new URL(url);
    if (!this.#jar.has(hostname)) this.#jar.set(hostname, new Map());
    const gone = attributes['max-age'] === '0' || Number(attributes['max-age']) < 0 || Date.parse(attributes.expires) < Date.now();
    if (gone) this.#jar.get(hostname).delete(name);
    else this.#jar.get(hostname).set(name, { value, path: attributes.path ?? '/' });
  }
}

/** findForm reads the action and the hidden fields of a form. */
function findForm(page, field) {
  for (const [, tag, inner] of page.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    if (!inner.includes(`name="${field}"`)) continue;
    const hidden = {};
    for (const [input] of inner.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
      hidden[attribute(input, 'name')] = attribute(input, 'value');
    }
    return { action: attribute(tag, 'action'), hidden };
  }
  throw new Error(`no form with a field ${field} on the page: ${page.slice(0, 200)}`);
}

function attribute(tag, name) {
  const raw = tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '';
  const names = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return raw.replace(/&(?:#(\d+)|(\w+));/g, (_, code, word) => (code ? String.fromCodePoint(Number(code)) : names[word]));
}

/** signIn opens a page of the app and fills in the pool's form. */
export async function signIn(browser, startURL, options) {
  const login = await browser.open(startURL);
  assert.equal(new URL(login.url).origin + new URL(login.url).pathname, `${settings.domain}/login`);
  return browser.submit(login, { username: settings.username, password: settings.password }, options);
}

/** expectLoginPage checks that a page of the app leads to the pool's form. */
export async function expectLoginPage(browser, startURL) {
  const { url } = await browser.open(startURL);
  assert.equal(new URL(url).origin + new URL(url).pathname, `${settings.domain}/login`, 'the browser is still signed in');
}
