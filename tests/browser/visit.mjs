// A person in Chromium at an application that runs: comes by a referral link, signs up, out, and in again; and somebody
// whose browser blocks Cello. `node tests/browser/visit.mjs FOLDER-FOR-SCREENSHOTS < recipe.json`; fails with what it saw.
// Only Cello's hosts are played (by interception, so that the policy and the addresses are the application's own).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attribution, widget } from './stub.mjs';

const { chromium } = createRequire(new URL('../page/', import.meta.url))('playwright-core');

const CELLO = /^https:\/\/([a-z-]+\.)+cello\.so\//;
const FILES = {
  '/attribution/latest/cello-attribution.js': ['text/javascript', attribution],
  '/app/latest/cello.js': ['text/javascript', widget],
  '/launcher.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  '/widget.css': ['text/css', '#cello-widget-app { position: fixed; right: 1em; bottom: 1em; outline: 3px solid seagreen }'],
  '/frame.html': ['text/html', '<!doctype html>The widget'],
  '/api': ['application/json', '{}'],
};
const answer = (route) => {
  const [contentType, body] = FILES[new URL(route.request().url()).pathname] ?? [];
  const headers = { 'access-control-allow-origin': '*' };
  return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ contentType, body, headers });
};
// Long enough for what a page does by itself, and should not.
const settle = () => new Promise((resolve) => setTimeout(resolve, 400));

/** The claims of a token that the product's secret signed. */
function verified(token, { productId, secret }) {
  const [header, claims, signature] = token.split('.');
  const own = createHmac('sha512', secret).update(`${header}.${claims}`).digest('base64url');
  assert.equal(signature, own, 'the token is signed with the product secret');
  const read = JSON.parse(Buffer.from(claims, 'base64url'));
  assert.equal(read.productId, productId);
  return read;
}

/** A browser of somebody's own, with notes of all that a page says went wrong. */
async function somebody(browser, recipe, cello) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const wrong = [];
  const codes = [];
  await context.route(CELLO, cello);
  await context.exposeBinding('violated', (_, what) => wrong.push(what));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      window.violated(`policy: ${event.violatedDirective} against ${event.blockedURI}`));
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => wrong.push(`error: ${error}`));
  page.on('console', (message) => {
    const text = `${message.text()} (${message.location().url})`;
    // A page without an icon is asked for one all the same.
    if (text.includes('/favicon.ico')) return;
    if (message.type() === 'error' || text.includes('[cello]')) wrong.push(`console: ${text}`);
  });
  page.on('request', (request) => {
    const [address, query] = request.url().split('?');
    if (address === recipe.token) codes.push(new URLSearchParams(query).get('ucc'));
  });
  return { context, page, wrong, codes };
}

const widgets = (page) => page.evaluate(() => document.querySelectorAll('#cello-widget-app').length);

/** Fills in a form of the application and sends it. */
async function fill(page, recipe, form, values) {
  await page.goto(recipe.origin + form.path);
  for (const [name, value] of Object.entries(form.fields)) {
    await page.locator(`[name="${name}"]`).fill(value.replace('EMAIL', values.email));
  }
  // A front end that stays loaded keeps what was seen before.
  await page.evaluate(() => window.seen && (window.seen.boots.length = window.seen.updates.length = 0));
  await page.getByRole('button', { name: form.button, exact: true }).click();
  await page.getByText(recipe.signedIn).first().waitFor();
}

/** One widget, of one boot, whose token is renewed once it expires; gives the user's id. */
async function boots(page, recipe) {
  await page.waitForFunction(() => window.seen?.updates.length, null, { timeout: 6000 }).catch(() => assert.fail('no token was renewed'));
  await settle();
  const { boots, updates } = await page.evaluate(() => window.seen);
  assert.deepEqual([boots.length, updates.length, await widgets(page)], [1, 1, 1], 'boots, renewals, widgets');
  const ids = [...boots, ...updates].map((token) => verified(token, recipe).productUserId);
  assert.ok(typeof ids[0] === 'string' && ids[0] !== '' && ids[0] === ids[1], `the same user: ${ids}`);
  return ids[0];
}

async function referred(browser, recipe, picture) {
  const { context, page, wrong, codes } = await somebody(browser, recipe, answer);
  await page.goto(`${recipe.origin}${recipe.landing}?productId=test&ucc=test`);
  const come = () => document.cookie.includes('cello-referral');
  await page.waitForFunction(come, null, { timeout: 6000 }).catch(() => {});
  const cookies = Object.fromEntries((await context.cookies()).map(({ name, value }) => [name, value]));
  assert.deepEqual([cookies['cello-referral'], cookies['cello-product-id']], ['test', 'test'], `cookies; ${wrong}`);
  await settle();
  assert.equal(await widgets(page), 0, 'no widget for a visitor');
  await picture(page, 'visit');

  const email = `${recipe.name}-ada@example.org`;
  codes.length = 0;
  await fill(page, recipe, recipe.signUp, { email });
  const id = await boots(page, recipe).catch((error) => assert.fail(`${error.message}; ${wrong}`));
  assert.ok(codes.includes('test'), `the token was asked for with the code: ${codes}`);
  await picture(page, 'signed-up');

  await page.getByRole('button', { name: recipe.signOut, exact: true }).click();
  await page.getByText(recipe.signedOut).first().waitFor();
  await settle();
  assert.equal(await widgets(page), 0, 'no widget after the log-out');
  await picture(page, 'signed-out');
  // It may come back as it was left, or be loaded anew and lead elsewhere.
  await page.evaluate(() => history.back());
  for (let looks = 0; looks < 3; looks++) await settle();
  assert.equal(await widgets(page), 0, 'no widget after Back');
  await picture(page, 'back');

  await fill(page, recipe, recipe.signIn, { email });
  assert.equal(await boots(page, recipe), id, 'the same user after signing in');
  assert.deepEqual(wrong, []);
  await context.close();
  return { id, email };
}

async function blocked(browser, recipe, picture) {
  const { context, page, wrong, codes } = await somebody(browser, recipe, (route) => route.abort('blockedbyclient'));
  await page.goto(`${recipe.origin}${recipe.landing}?productId=test&ucc=test`);
  const email = `${recipe.name}-bob@example.org`;
  codes.length = 0;
  await fill(page, recipe, recipe.signUp, { email });
  for (let tries = 0; codes.length === 0 && tries < 40; tries++) await settle();
  assert.deepEqual(codes, [null], 'the token is asked for without waiting forever');
  await settle();
  assert.equal(await widgets(page), 0, 'no widget can be there');
  await picture(page, 'blocked');
  const own = wrong.filter((what) => !what.includes('ERR_BLOCKED_BY_CLIENT'));
  assert.deepEqual(own, [], 'nothing else goes wrong');
  await context.close();
  return { email };
}

/** Goes the whole way; gives who was there. */
export async function visit(recipe, folder) {
  if (folder) mkdirSync(folder, { recursive: true });
  const picture = async (page, name) =>
    folder && (await page.screenshot({ path: join(folder, `${recipe.name}-${name}.png`) }));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
    // People's browsers keep pages for Back as they were left.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    return { referred: await referred(browser, recipe, picture), blocked: await blocked(browser, recipe, picture) };
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await visit(JSON.parse(readFileSync(0, 'utf8')), process.argv[2])));
}
