// What is off unless chosen, in Chromium under a policy: a launcher of the application's own, the page's language, a
// greeting with the referrer's name, cookies by a consent tool. Chosen for pages that have the elements, and for pages that have none.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { attribution, widget } from './stub.mjs';

const { chromium } = createRequire(new URL('../page/', import.meta.url))('playwright-core');

const TEMPLATES = new URL('../../templates/app/', import.meta.url);
const read = (path) => readFileSync(new URL(path, TEMPLATES), 'utf8');
const pictures = fileURLToPath(new URL('../../target/visits/', import.meta.url));
const POLICY = ['script-src', 'connect-src', 'img-src', 'style-src', 'frame-src']
  .reduce((policy, name) => `${policy}; ${name} 'self' https://*.cello.so`, "default-src 'self'");

/** The client script with the lines of these options, as the plan puts them in. */
function client(...options) {
  const parts = options.flatMap((name) => read(`options/${name}.js`).split('//: before ').slice(1));
  return parts.reduce((script, part) => {
    const [line, ...text] = part.split('\n');
    assert.equal(script.split(`\n${line}`).length, 2, line);
    return script.replace(`\n${line}`, (found) => `\n${text.join('\n')}${found.slice(1)}`);
  }, read('client.js')).replace('__ASSETS__', 'https://assets.sandbox.cello.so');
}

const LAUNCHER = '<button id="cello-launcher" type="button" hidden> <span data-label>Invite &amp; earn</span> </button>';
const BANNER = `<p id="cello-banner" hidden><span data-cello="name">A friend</span> invited you<span data-cello="offer"
  hidden>: <b data-cello="discount"></b> off for <b data-cello="months"></b> months</span>.</p>`;

describe('options of the client script', () => {
  let browser;
  before(async () => (browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })));
  after(() => browser?.close());

  /** A page of an application with this script, and what went wrong on it. */
  async function at(script, body, { signedIn = true, query = '', cello = {}, lang = 'de-AT' } = {}) {
    const context = await browser.newContext({ viewport: { width: 640, height: 320 } });
    const wrong = [];
    const files = {
      '/': ['text/html', `<!doctype html><html lang="${lang}"><head><link rel="icon" href="https://assets.sandbox.cello.so/launcher.svg">
        <script type="module" src="/api/cello/client.js"></script></head><body><h1>Shop</h1>${body}</body></html>`],
      '/api/cello/client.js': ['text/javascript', script],
      '/api/cello/token': ['application/json', JSON.stringify(
        signedIn ? { enabled: true, bootConfig: { productId: 'test', token: 'a.b.c' } } : { enabled: false })],
    };
    const hosts = {
      '/attribution/latest/cello-attribution.js': ['text/javascript', attribution],
      '/app/latest/cello.js': ['text/javascript', widget],
      '/launcher.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      '/widget.css': ['text/css', ''],
      '/frame.html': ['text/html', '<!doctype html>'],
      '/api': ['application/json', '{}'],
      ...cello,
    };
    await context.route('**', (route) => {
      const { hostname, pathname } = new URL(route.request().url());
      const [contentType, text] = (hostname === 'shop.test' ? files : hosts)[pathname] ?? [];
      if (text === undefined) return route.abort('blockedbyclient');
      const headers = { 'access-control-allow-origin': '*', 'content-security-policy': POLICY };
      return route.fulfill({ contentType, body: text, headers });
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(`error: ${error}`));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
    await page.goto(`https://shop.test/${query}`);
    return { page, wrong, close: () => context.close() };
  }
  const booted = (page) => page.waitForSelector('#cello-widget-app', { state: 'attached' });
  const picture = async (page, name) => {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `option-${name}.png`) });
  };

  test('an own launcher shows the reward and its badge, opens the widget, and goes with it', async () => {
    const { page, wrong, close } = await at(client('launcher'), LAUNCHER);
    const launcher = page.locator('#cello-launcher');
    await page.waitForFunction(() => document.querySelector('[data-label]').textContent === 'Earn 1000 EUR');
    assert.equal(await launcher.evaluate((element) => getComputedStyle(element).position), 'relative');
    assert.equal(await launcher.locator('.badge').count(), 1, 'the text took no badge away');
    assert.equal(await page.locator('#cello-widget-app').getAttribute('data-button'), 'none');
    await picture(page, 'launcher');
    await launcher.click();
    assert.equal(await page.locator('#cello-widget-app').getAttribute('data-open'), 'yes');
    await page.evaluate(async () => (await import('/api/cello/client.js')).stop());
    assert.equal(await launcher.isVisible(), false, 'signed out it is gone');
    assert.deepEqual(wrong, []);
    await close();
  });

  test('its own words stay where Cello has none, and its own position', async () => {
    const silent = widget.replace("return { customLauncher: 'Earn 1000 EUR' }", "throw new Error('no labels')");
    const placed = LAUNCHER.replace('hidden>', 'hidden class="placed">');
    const sheet = '<link rel="stylesheet" href="https://assets.sandbox.cello.so/own.css">';
    const cello = { '/app/latest/cello.js': ['text/javascript', silent], '/own.css': ['text/css', '.placed { position: absolute }'] };
    const { page, wrong, close } = await at(client('launcher'), placed + sheet, { cello });
    const launcher = page.locator('#cello-launcher');
    await launcher.waitFor();
    assert.match(await launcher.innerText(), /Invite & earn/);
    assert.equal(await launcher.evaluate((element) => getComputedStyle(element).position), 'absolute');
    assert.deepEqual(wrong, []);
    await close();
  });

  test('without the element the widget brings its own button, and for visitors there is none', async () => {
    const without = await at(client('launcher'), '');
    await booted(without.page);
    assert.equal(await without.page.locator('#cello-widget-app').getAttribute('data-button'), 'own');
    assert.deepEqual(without.wrong, []);
    await without.close();
    const visitor = await at(client('launcher'), LAUNCHER, { signedIn: false });
    await visitor.page.waitForTimeout(500);
    assert.equal(await visitor.page.locator('#cello-launcher').isVisible(), false);
    await visitor.close();
  });

  test('the widget speaks the language of the page, or its own', async () => {
    for (const [script, lang, spoken] of [
      [client('language'), 'de-AT', 'de'],
      [client('language'), '', ''],
      [client(), 'de-AT', ''],
    ]) {
      const { page, wrong, close } = await at(script, '', { lang });
      await booted(page);
      assert.equal(await page.locator('#cello-widget-app').getAttribute('lang'), spoken);
      assert.deepEqual(wrong, []);
      await close();
    }
  });

  test('who comes by a link is greeted by name, as text, with the discount', async () => {
    const name = Buffer.from('<b>Lukas</b>').toString('base64');
    const query = `?productId=test&ucc=test&celloN=${encodeURIComponent(name)}`;
    const { page, wrong, close } = await at(client('launcher', 'banner'), BANNER + LAUNCHER, { query, signedIn: false });
    const banner = page.locator('#cello-banner');
    await banner.waitFor();
    assert.equal(await banner.innerText(), '<b>Lukas</b> invited you: 10 % off for 12 months.');
    await picture(page, 'banner');
    assert.deepEqual(wrong, []);
    await close();
  });

  test('without a name, a discount, a code or Cello the greeting keeps to what is known', async () => {
    const none = attribution.replace('newUserDiscountPercentage: 0.1', 'newUserDiscountPercentage: 20');
    const cello = { '/attribution/latest/cello-attribution.js': ['text/javascript', none] };
    const nameless = await at(client('banner'), BANNER, { query: '?productId=test&ucc=test', cello });
    await nameless.page.locator('#cello-banner').waitFor();
    assert.equal(await nameless.page.locator('#cello-banner').innerText(), 'A friend invited you.');
    await nameless.close();
    const blocked = { '/attribution/latest/cello-attribution.js': [] };
    for (const options of [{}, { query: '?productId=test&ucc=test', cello: blocked }]) {
      const { page, close } = await at(client('banner'), BANNER, options);
      await page.waitForTimeout(2500);
      assert.equal(await page.locator('#cello-banner').isVisible(), false);
      await close();
    }
  });

  test('a consent tool is heard, as it was answered before and whenever that changes', async () => {
    // As the tools announce themselves, by their own documentation.
    const tools = {
      cookiebot: (given) => `window.Cookiebot = { hasResponse: ${given !== null}, consent: { marketing: ${given} } };
        dispatchEvent(new Event('${given ? 'CookiebotOnAccept' : 'CookiebotOnDecline'}'));`,
      onetrust: (given) => `window.OnetrustActiveGroups = ',C0001,${given ? 'C0004,' : ''}';
        dispatchEvent(new CustomEvent('OneTrustGroupsUpdated'));`,
    };
    for (const [name, says] of Object.entries(tools)) {
      const asked = '/tool.js';
      for (const first of [null, true, false]) {
        const cello = { [asked]: ['text/javascript', first === null ? '' : says(first)] };
        const tag = `<script src="https://assets.sandbox.cello.so${asked}"></script>`;
        const { page, wrong, close } = await at(client('banner', name), tag, { cello });
        await booted(page);
        const before = first === null ? [] : [first ? 'allowCookies' : 'deleteCookies'];
        assert.deepEqual(await page.evaluate(() => window.heard ?? []), before, name);
        await page.evaluate(says(true));
        await page.evaluate(says(false));
        assert.deepEqual(await page.evaluate(() => window.heard), [...before, 'allowCookies', 'deleteCookies'], name);
        assert.deepEqual(wrong, []);
        await close();
      }
    }
  });
});
