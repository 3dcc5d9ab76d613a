// What the visit would not let pass: an application in this file, well-behaved or with one fault.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { visit } from './visit.mjs';

const ASSETS = 'https://assets.sandbox.cello.so';
const client = readFileSync(new URL('../../templates/app/client.js', import.meta.url), 'utf8').replace('__ASSETS__', ASSETS);
const product = { productId: 'visited', secret: 'known to this test' };
const POLICY = ['script-src', 'connect-src', 'img-src', 'style-src', 'frame-src']
  .reduce((policy, name) => `${policy}; ${name} 'self' https://*.cello.so`, "default-src 'self'");

const signed = (userId, secret) => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS512', typ: 'JWT' })}.${part({ productId: product.productId, productUserId: userId })}`;
  return `${text}.${createHmac('sha512', secret).update(text).digest('base64url')}`;
};

/** The application: whoever has the cookie is signed in. */
function application(fault) {
  const form = (path, button) =>
    `<form method="post" action="${path}"><input name="email"><button>${button}</button></form>`;
  const page = (body) =>
    `<!doctype html><head>${fault === 'no script' ? '' : '<script type="module" src="/api/cello/client.js"></script>'}
     ${fault === 'boots twice' ? '<script type="module" src="/twice.js"></script>' : ''}</head><body>${body}</body>`;
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://a');
    const signedIn = /user=1/.test(request.headers.cookie);
    const html = (body) => {
      const policy = fault === 'policy' ? POLICY.replace("connect-src 'self' https://*.cello.so", "connect-src 'self'") : POLICY;
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(page(body));
    };
    const go = (location, cookie) => response.writeHead(303, { location, 'set-cookie': cookie }).end();
    const script = (body) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(body);
    const known = fault === 'knows who left' && /left=1/.test(request.headers.cookie);
    switch (`${request.method} ${pathname}`) {
      case 'GET /': return html('Welcome');
      case 'GET /in': return html(form('/in', 'Log in'));
      case 'GET /up': return html(form('/in', 'Sign up'));
      case 'POST /in': return go('/home', 'user=1; path=/');
      case 'POST /out': return go('/', ['user=; path=/; max-age=0', 'left=1; path=/']);
      case 'GET /home': return html(`Home ${form('/out', 'Log out')}`);
      case 'GET /api/cello/client.js': return script(client);
      case 'GET /twice.js': return script(`setTimeout(() => cello.cmd.push((widget) => widget.boot({ token: 'a.b.c' })), 300);`);
      case 'GET /api/cello/token': {
        if (fault === 'fails without a code' && !searchParams.get('ucc')) return response.writeHead(500).end();
        const token = signed('7', fault === 'another secret' ? 'guessed' : product.secret);
        const body = signedIn || known ? { enabled: true, bootConfig: { productId: product.productId, token } } : { enabled: false };
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      }
      default: return response.writeHead(404).end();
    }
  });
}

async function visited(fault) {
  const app = await new Promise((resolve) => {
    const server = application(fault).listen(0, '127.0.0.1', () => resolve(server));
  });
  const form = (path, button) => ({ path, button, fields: { email: 'EMAIL' } });
  const origin = `http://127.0.0.1:${app.address().port}`;
  const recipe = {
    ...product,
    name: 'small',
    origin,
    token: `${origin}/api/cello/token`,
    landing: '/',
    signUp: form('/up', 'Sign up'),
    signIn: form('/in', 'Log in'),
    signOut: 'Log out',
    signedIn: 'Home',
    signedOut: 'Welcome',
  };
  try {
    return await visit(recipe);
  } finally {
    app.close();
    app.closeAllConnections();
  }
}

describe('a visit', { concurrency: 4 }, () => {
  test('an application that does all of it right', async () => {
    assert.equal((await visited('')).referred.id, '7');
  });

  for (const [fault, said] of [
    ['no script', /cookies/],
    ['policy', /policy: connect-src/],
    ['boots twice', /booted twice/],
    ['another secret', /signed with the product secret/],
    ['knows who left', /no widget after the log-out/],
    ['fails without a code', /no token was renewed/],
  ]) {
    test(`not let pass: ${fault}`, () => assert.rejects(visited(fault), said));
  }
});
