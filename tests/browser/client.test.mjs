// The client script in Chromium, under a policy as the plan writes it, with stand-ins for Cello's scripts on another
// origin: `node --test tests/browser/client.test.mjs`. One browser goes through the pages by itself; each reports what it saw.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { attribution, probe, widget } from './stub.mjs';

const template = readFileSync(new URL('../../templates/app/client.js', import.meta.url), 'utf8');
const listen = (handler) =>
  new Promise((resolve) => {
    const server = createServer(handler).listen(0, '127.0.0.1', () => resolve(server));
  });
const port = (server) => server.address().port;

// What a page does once it is loaded, by its path, and where it goes then.
const PAGES = {
  // Somebody comes by a referral link.
  '/visit': `
    await until(() => document.cookie.includes('cello-referral'), 'cookies');
    await until(() => performance.getEntriesByName(location.origin + '/api/cello/token?ucc=test').length, 'token');
    await report('visit', { widgets: widgets() });
    location = '/in';`,
  // Signed in: boots once, renews the token, stops, starts again.
  '/in': `
    if (sessionStorage.back) return;
    await until(() => widgets() === 1 && seen.updates.length === 1, 'widget and renewal');
    const { start, stop } = await import('/api/cello/client.js');
    await start();
    const first = { widgets: widgets(), boots: seen.boots.length, update: seen.updates[0] };
    await stop();
    const stopped = widgets();
    await start();
    await until(() => widgets() === 1, 'widget again');
    await report('in', { first, stopped, again: seen.boots.length });
    sessionStorage.back = 1;
    addEventListener('pageshow', (event) => event.persisted && window.afterBack());
    location = '/out';`,
  '/out': `
    await report('out', { widgets: widgets() });
    history.back();`,
  // Cello's scripts can't be had; what the page does for itself goes on.
  '/blocked': `
    const signUp = await fetch('/sign-up', { method: 'POST' });
    await until(() => performance.getEntriesByName(location.origin + '/api/cello/token').length, 'token without a code');
    await report('blocked', { widgets: widgets(), signUp: signUp.status });`,
};
// After Back the page may be kept as it was, or loaded anew: there must be no widget either way.
const AFTER_BACK = `
  window.afterBack = async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await report('back', { widgets: widgets() });
    location = '/blocked';
  };
  if (sessionStorage.back && location.pathname === '/in') afterBack();`;

test('the client script in a browser, under a policy', { timeout: 50_000 }, async () => {
  const assets = await listen((request, response) => {
    const { pathname } = new URL(request.url, 'http://a');
    const [type, body] = {
      '/attribution/latest/cello-attribution.js': ['text/javascript', attribution],
      '/app/latest/cello.js': ['text/javascript', widget],
      '/launcher.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      '/widget.css': ['text/css', 'a { color: red }'],
      '/frame.html': ['text/html', '<!doctype html>'],
    }[pathname] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);
  });
  const cello = `http://127.0.0.1:${port(assets)}`;
  const sources = ['script-src', 'connect-src', 'img-src', 'style-src', 'font-src', 'frame-src'];
  const policy = `default-src 'none'; ${sources.map((name) => `${name} 'self' ${cello}`).join('; ')}`;

  const reports = new Map();
  const asked = [];
  let signedIn = false;
  let finished;
  const done = new Promise((resolve) => (finished = resolve));
  const app = await listen((request, response) => {
    const { pathname, search } = new URL(request.url, 'http://a');
    const page = PAGES[pathname];
    if (page) {
      signedIn = pathname === '/in' && !asked.includes('left');
      if (pathname === '/out') asked.push('left');
      const client = pathname === '/blocked' ? '/blocked/client.js' : '/api/cello/client.js';
      const html = `<!doctype html><head><link rel="icon" href="${cello}/launcher.svg"><script src="/probe.js"></script>
        <script type="module" src="${client}"></script><script src="/steps.js?${pathname}" defer></script></head><body></body>`;
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
      return response.end(html);
    }
    const script = (body) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(body);
    if (pathname === '/probe.js') return script(probe);
    if (pathname === '/steps.js') {
      const steps = PAGES[search.slice(1)];
      return script(`${AFTER_BACK}\n(async () => {${steps}})().catch((error) => report('failed', { error: String(error) }));`);
    }
    if (pathname === '/api/cello/client.js') return script(template.replace('__ASSETS__', cello));
    // Nothing listens there.
    if (pathname === '/blocked/client.js') {
      return script(template.replace('__ASSETS__', 'http://127.0.0.1:9').replace('import.meta.url', 'new URL("/api/cello/client.js", location)'));
    }
    if (pathname === '/api/cello/token') {
      asked.push(search);
      const token = `token ${asked.length}`;
      const body = signedIn ? { enabled: true, bootConfig: { productId: 'test', token } } : { enabled: false };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
    if (pathname === '/report') {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        const found = JSON.parse(body);
        reports.set(found.name, found);
        response.end();
        if (['blocked', 'failed'].includes(found.name)) finished();
      });
      return undefined;
    }
    return response.writeHead(pathname === '/sign-up' ? 201 : 404).end();
  });

  const profile = mkdtempSync(join(tmpdir(), 'cello-browser-'));
  const start = `http://127.0.0.1:${port(app)}/visit?productId=test&ucc=test`;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
  const chromium = spawn('chromium', [...flags, start], { stdio: 'ignore' });
  const failed = new Promise((_, reject) => chromium.on('error', reject));
  const late = new Promise((resolve) => setTimeout(resolve, 40_000).unref());
  await Promise.race([done, failed, late]);
  const over = new Promise((resolve) => chromium.on('exit', resolve));
  chromium.kill();
  await over;
  app.close();
  assets.close();
  app.closeAllConnections();
  assets.closeAllConnections();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });

  assert.equal(reports.get('failed'), undefined);
  assert.deepEqual([...reports.keys()], ['visit', 'in', 'out', 'back', 'blocked']);
  for (const name of ['visit', 'in', 'out', 'back']) {
    const { violations, errors } = reports.get(name);
    assert.deepEqual({ name, violations, errors }, { name, violations: [], errors: [] });
  }
  const { visit, in: signed, out, back, blocked } = Object.fromEntries(reports);
  assert.match(visit.cookie, /cello-referral=test/);
  assert.match(visit.cookie, /cello-product-id=test/);
  assert.equal(visit.widgets, 0);
  assert.equal(asked[0], '?ucc=test');
  assert.deepEqual([signed.first.widgets, signed.first.boots, signed.stopped, signed.again], [1, 1, 0, 2]);
  assert.match(signed.first.update, /^token \d+$/);
  assert.deepEqual([out.widgets, back.widgets, blocked.widgets], [0, 0, 0]);
  assert.deepEqual([blocked.signUp, blocked.errors], [201, []]);
});
