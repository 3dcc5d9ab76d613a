// The client script in a page made by hand: `node --test client.test.mjs`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../../templates/app/client.js', import.meta.url), 'utf8')
  .replace('__ASSETS__', 'https://assets.test')
  .replaceAll('import.meta.url', 'moduleUrl')
  .replaceAll('export const', 'const');
// As a function, since modules in a context of their own are still an experiment of Node's.
const script = new vm.Script(`(() => { 'use strict';\n${source}\nreturn { start, stop }; })()`);
const ATTRIBUTION = 'https://assets.test/attribution/latest/cello-attribution.js';
const WIDGET = 'https://assets.test/app/latest/cello.js';
const signedIn = (token = 'one') => ({ enabled: true, bootConfig: { productId: 'p', token } });
const json = (body, status = 200) => ({ status, json: async () => body });
const html = (status = 200) => ({ status, json: async () => JSON.parse('<!doctype html>') });

// A page, its clock turned by hand; `answers` are what the token endpoint says, the last one for ever.
async function page({ answers = [json(signedIn())], query = '', attribution } = {}) {
  const timers = [];
  const listeners = {};
  const seen = { scripts: [], fetched: [], booted: [], commands: [], warnings: [] };
  const window = { CelloAttribution: attribution };
  const globals = {
    window,
    URL,
    moduleUrl: `https://app.test/api/cello/client.js${query}`,
    document: {
      createElement: () => ({}),
      head: { append: (tag) => seen.scripts.push(tag) },
      body: 'the body',
    },
    fetch: async (url, options) => {
      seen.fetched.push(`${url.pathname}${url.search}`);
      seen.options = options;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    setTimeout: (run, after) => timers.push({ run, after }),
    addEventListener: (name, listener) => (listeners[name] = listener),
    console: { warn: (...what) => seen.warnings.push(what.join(' ')) },
  };
  const { start, stop } = script.runInNewContext(globals);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  return {
    window, seen, start, stop, settle, listeners, timers,
    timeOut: async () => (timers.splice(0).forEach(({ run }) => run()), settle()),
    // What Cello's attribution script does when it comes: empty the queue.
    attribute: async (ucc) => {
      for (const { resolve } of window.CelloAttributionCmd.splice(0)) resolve(ucc);
      window.CelloAttribution = async () => ucc;
      await settle();
    },
    // What Cello's widget script does when it comes: once, however often its tag is there.
    come: async (boot = async () => {}) => {
      const cello = {
        boot: (options) => (seen.booted.push(options), boot(options)),
      };
      window.Cello = async (...command) => void seen.commands.push(command);
      for (const run of window.cello.cmd.splice(0)) run(cello);
      await settle();
    },
    loaded: () => seen.scripts.map(({ src }) => src),
  };
}

test('loads attribution on every page, as an asynchronous module', async () => {
  const { seen } = await page({ answers: [json({ enabled: false })] });
  assert.deepEqual({ ...seen.scripts[0] }, { type: 'module', async: true, src: ATTRIBUTION });
});

test('the stub queues calls with a promise each, and refuses what was removed', async () => {
  const { window } = await page();
  const name = window.CelloAttribution('getReferrerName', 1);
  const { command, args, resolve } = window.CelloAttributionCmd.at(-1);
  assert.deepEqual([command, [...args]], ['getReferrerName', [1]]);
  resolve('Lukas');
  assert.equal(await name, 'Lukas');
  assert.throws(() => window.CelloAttribution('getReferral'), /getUcc/);
});

test('the stub does not replace the library', async () => {
  const library = async () => 'abc';
  const { window, seen, settle } = await page({ attribution: library });
  await settle();
  assert.equal(window.CelloAttribution, library);
  assert.deepEqual(seen.fetched, ['/api/cello/token?ucc=abc']);
});

test('passes the code on and boots with what the endpoint says', async () => {
  const it = await page();
  await it.attribute('a_b-C');
  assert.deepEqual(it.seen.fetched, ['/api/cello/token?ucc=a_b-C']);
  assert.equal(it.seen.options.cache, 'no-store');
  await it.come();
  assert.equal(it.seen.booted.length, 1);
  assert.equal(it.seen.booted[0].token, 'one');
  assert.equal(it.seen.booted[0].productId, 'p');
});

test('a blocked attribution script delays the widget and no more', async () => {
  const it = await page();
  await it.settle();
  assert.deepEqual(it.seen.fetched, []);
  assert.equal(it.timers[0].after, 2000);
  await it.timeOut();
  assert.deepEqual(it.seen.fetched, ['/api/cello/token']);
  await it.come();
  assert.equal(it.seen.booted.length, 1);
});

test('a failing attribution library is as good as none', async () => {
  for (const attribution of [async () => Promise.reject(new Error()), () => { throw new Error(); }]) {
    const it = await page({ attribution });
    await it.settle();
    assert.deepEqual(it.seen.fetched, ['/api/cello/token']);
  }
});

for (const [what, answer] of Object.entries({
  'signed out': json({ enabled: false }),
  'refused, with JSON': json(signedIn(), 401),
  'refused, with a page': html(401),
  'a log-in page after a redirect': html(),
  'another 2xx': json(signedIn(), 204),
  'JSON of another kind': json(null),
  'a text for yes': json({ enabled: 'true', bootConfig: {} }),
  'no network': new TypeError('Failed to fetch'),
})) {
  test(`is off: ${what}`, async () => {
    const it = await page({ answers: [answer] });
    await it.attribute('');
    assert.deepEqual(it.loaded(), [ATTRIBUTION]);
    assert.equal(it.window.cello, undefined);
  });
}

test('boots once, however often and however early it is started', async () => {
  const it = await page();
  it.start();
  it.start();
  await it.attribute('');
  await it.come();
  await it.start();
  assert.deepEqual(it.seen.fetched, ['/api/cello/token']);
  assert.deepEqual(it.loaded(), [ATTRIBUTION, WIDGET]);
  assert.equal(it.seen.booted.length, 1);
});

test('a start which found nobody may be tried again', async () => {
  const it = await page({ answers: [json({ enabled: false }), json(signedIn())] });
  await it.attribute('');
  await it.start();
  await it.come();
  assert.equal(it.seen.booted.length, 1);
});

test('renews the token when Cello asks, before and after it expires', async () => {
  const answers = ['one', 'two', 'three'].map((token) => json(signedIn(token)));
  const it = await page({ answers });
  await it.attribute('abc');
  await it.come();
  await it.seen.booted[0].onTokenExpiring();
  await it.seen.booted[0].onTokenExpired();
  assert.deepEqual(it.seen.commands, [['updateToken', 'two'], ['updateToken', 'three']]);
  assert.equal(it.seen.fetched[1], '/api/cello/token');
});

test('renews nothing for somebody who is signed out by then', async () => {
  const it = await page({ answers: [json(signedIn()), html(401)] });
  await it.attribute('');
  await it.come();
  await it.seen.booted[0].onTokenExpiring();
  assert.deepEqual(it.seen.commands, []);
});

test('a page which comes back from before a log-out asks again', async () => {
  const it = await page({ answers: [json(signedIn()), json({ enabled: false })] });
  await it.attribute('');
  await it.come();
  it.listeners.pageshow({ persisted: false });
  await it.settle();
  assert.equal(it.seen.fetched.length, 1);
  it.listeners.pageshow({ persisted: true });
  await it.settle();
  assert.deepEqual(it.seen.commands, [['shutdown']]);
  assert.equal(it.seen.fetched.length, 2);
  assert.equal(it.seen.booted.length, 1);
});

test('a body swapped by htmx or Turbo asks again, a part of one does not', async () => {
  const answers = [json(signedIn('one')), json(signedIn('two')), json(signedIn('three')), json({ enabled: false })];
  const { seen, attribute, come, listeners, settle } = await page({ answers });
  await attribute('');
  await come();
  listeners['htmx:afterSwap']({ target: 'a list' });
  listeners['turbo:render']({ detail: { isPreview: true } });
  await settle();
  assert.deepEqual([seen.fetched.length, seen.booted.length], [1, 1]);
  listeners['htmx:afterSwap']({ target: 'the body' });
  await settle();
  listeners['turbo:render']({ detail: { isPreview: false } });
  await settle();
  assert.deepEqual(seen.commands, [['shutdown'], ['shutdown']]);
  assert.deepEqual(seen.booted.map(({ token }) => token), ['one', 'two', 'three']);
  // Signed out over there: the widget is gone.
  listeners['htmx:historyRestore']({});
  await settle();
  assert.deepEqual([seen.commands.length, seen.booted.length], [3, 3]);
});

test('stops, and boots again on the same page without loading anything twice', async () => {
  const it = await page({ answers: [json(signedIn('one')), json(signedIn('two'))] });
  await it.attribute('');
  await it.come();
  await it.stop();
  assert.deepEqual(it.seen.commands, [['shutdown']]);
  await it.start();
  await it.settle();
  assert.deepEqual(it.seen.booted.map(({ token }) => token), ['one', 'two']);
  assert.deepEqual(it.loaded(), [ATTRIBUTION, WIDGET]);
  await it.seen.booted[0].onTokenExpired();
  assert.deepEqual(it.seen.commands, [['shutdown']], 'the first session renews no more');
});

test('a stop before Cello\'s script has come is not forgotten', async () => {
  const it = await page();
  await it.attribute('');
  await it.stop();
  await it.come();
  assert.equal(it.seen.booted.length, 0);
});

test('a stop and a start which overlap end started', async () => {
  const it = await page();
  await it.attribute('');
  await it.come();
  it.stop();
  await it.start();
  await it.settle();
  assert.equal(it.seen.booted.length, 2);
});

test('stopping what never started is nothing', async () => {
  const it = await page({ query: '?manual' });
  await it.stop();
  assert.deepEqual(it.seen.commands, []);
});

test('left to the front end, it waits for start and asks as it is told', async () => {
  const it = await page({ query: '?manual' });
  await it.settle();
  assert.deepEqual(it.loaded(), [ATTRIBUTION]);
  assert.deepEqual(it.seen.fetched, []);
  assert.equal(it.listeners.pageshow, undefined);
  const asked = [];
  it.start(async (query) => (asked.push(query), signedIn('own')));
  await it.settle();
  await it.attribute('abc');
  await it.come();
  assert.deepEqual(asked, ['?ucc=abc']);
  assert.deepEqual(it.seen.fetched, []);
  assert.equal(it.seen.booted[0].token, 'own');
});

test('a front end\'s failure is off, and can be repeated', async () => {
  const it = await page({ query: '?manual', attribution: async () => '' });
  for (const broken of [() => { throw new Error(); }, async () => undefined, async () => Promise.reject(new Error())]) {
    assert.equal(await it.start(broken) ?? null, null);
  }
  await it.start(async () => signedIn());
  await it.come();
  assert.equal(it.seen.booted.length, 1);
});

test('a widget which does not boot leaves a warning and the page as it is', async () => {
  const it = await page();
  await it.attribute('');
  await it.come(async () => Promise.reject(new Error('country')));
  assert.match(it.seen.warnings[0], /\[cello\] not booted: Error: country/);
  await it.stop();
  await it.start();
  await it.settle();
  assert.equal(it.seen.booted.length, 2);
});
