// Cello: attribution on every page, the referral widget for whoever is signed in.
// Served by the application with its settings; `?manual` leaves start and stop to the front end.
const assets = '__ASSETS__';

const load = (path) =>
  document.head.append(
    Object.assign(document.createElement('script'), { type: 'module', async: true, src: assets + path }),
  );

// Until Cello's script has come, calls wait in the queue which it empties.
window.CelloAttribution ??= (command, ...args) => {
  if (command === 'getReferral') throw new Error('getReferral was removed: use getUcc');
  return new Promise((resolve, reject) => {
    (window.CelloAttributionCmd ??= []).push({ command, args, resolve, reject });
  });
};

// A blocked script never answers, so waiting for the referral code has an end.
const uccQuery = async () => {
  const answer = (async () => window.CelloAttribution('getUcc'))();
  const timeout = new Promise((resolve) => setTimeout(resolve, 2000));
  const ucc = await Promise.race([answer, timeout]).catch(() => null);
  return ucc ? `?ucc=${encodeURIComponent(ucc)}` : '';
};

const fromThisHost = async (query) => {
  const url = new URL(`token${query}`, import.meta.url);
  const reply = await fetch(url, { cache: 'no-store', credentials: 'include' });
  return reply.status === 200 ? reply.json() : null;
};

// Whatever isn't a clear yes (an error, a log-in page, no network) means that nobody is signed in.
const bootConfig = async (fetchToken, query) => {
  const reply = await Promise.resolve(query).then(fetchToken).catch(() => null);
  return reply?.enabled === true ? reply.bootConfig : null;
};

// Cello's script hands itself to the queue once; booting again on the same page needs what it gave.
let script;
const cello = () =>
  (script ??= new Promise((resolve) => {
    (window.cello ??= { cmd: [] }).cmd.push((widget) => resolve((options) => widget.boot(options)));
    load('/app/latest/cello.js');
  }));

const boot = (config, fetchToken) => {
  const session = { ended: false };
  const renew = async () => {
    const next = await bootConfig(fetchToken, '');
    if (next && !session.ended) await window.Cello?.('updateToken', next.token);
  };
  cello()
    .then((boot) => session.ended || boot({ ...config, onTokenExpiring: renew, onTokenExpired: renew }))
    .catch((error) => console.warn('[cello] not booted:', error));
  return session;
};

// Starting and stopping take turns, so that the widget is never booted twice.
let turn = Promise.resolve(null);
const next = (step) => (turn = turn.then(step).catch(() => null));

export const start = (fetchToken = fromThisHost) =>
  next(async (session) => {
    if (session) return session;
    const config = await bootConfig(fetchToken, await uccQuery());
    return config && boot(config, fetchToken);
  });

export const stop = () =>
  next(async (session) => {
    if (!session) return;
    session.ended = true;
    await window.Cello?.('shutdown');
  });

load('/attribution/latest/cello-attribution.js');
if (!new URL(import.meta.url).searchParams.has('manual')) {
  start();
  const again = () => (stop(), start());
  // A page which comes back as it was left may be from before a log-out: look again who is there.
  addEventListener('pageshow', (event) => event.persisted && again());
  // So may a body which htmx or Turbo put in place of another, and with that the widget was taken out.
  addEventListener('htmx:afterSwap', (event) => event.target === document.body && again());
  addEventListener('htmx:historyRestore', again);
  addEventListener('turbo:render', (event) => event.detail?.isPreview || again());
}
