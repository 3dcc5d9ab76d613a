// Cello's two scripts as far as the client script relies on them, and pages to try it on.

export const attribution = `
  const given = new URLSearchParams(location.search);
  for (const [name, cookie] of [['ucc', 'cello-referral'], ['productId', 'cello-product-id']]) {
    if (given.get(name)) document.cookie = cookie + '=' + given.get(name) + '; path=/; max-age=7776000';
  }
  const ucc = () => /cello-referral=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  const answer = async (command) => {
    if (command === 'getReferral') throw new Error('removed');
    if (/^(allow|delete)Cookies$/.test(command)) return void (window.heard ??= []).push(command);
    if (command === 'getReferrerName') return atob(given.get('celloN') ?? '');
    if (command === 'getCampaignConfig') return { newUserDiscountPercentage: 0.1, newUserDiscountMonth: 12 };
    return command === 'getUcc' ? ucc() : undefined;
  };
  const waiting = window.CelloAttributionCmd ?? [];
  window.CelloAttribution = (command) => answer(command);
  for (const { command, resolve, reject } of waiting) answer(command).then(resolve, reject);
`;

// It brings what the real one does, so that every directive of the policy is needed: a picture, a style sheet, a frame,
// a call to its own host.
export const widget = `
  const own = new URL('/', import.meta.url);
  const seen = (window.seen ??= { boots: [], updates: [] });
  const cello = {
    boot: async ({ token, onTokenExpiring, language, customLauncherSelector, hideDefaultLauncher }) => {
      if (document.getElementById('cello-widget-app')) throw new Error('booted twice');
      seen.boots.push(token);
      const app = document.createElement('div');
      app.id = 'cello-widget-app';
      app.lang = language ?? '';
      // It looks for the launcher once.
      const launcher = customLauncherSelector && document.querySelector(customLauncherSelector);
      app.dataset.button = hideDefaultLauncher ? 'none' : 'own';
      launcher?.addEventListener('click', () => (app.dataset.open = 'yes'));
      launcher?.append(Object.assign(document.createElement('i'), { className: 'badge' }));
      const add = (tag, fields) => app.append(Object.assign(document.createElement(tag), fields));
      add('img', { src: own + 'launcher.svg' });
      add('link', { rel: 'stylesheet', href: own + 'widget.css' });
      add('iframe', { src: own + 'frame.html' });
      document.body.append(app);
      await fetch(own + 'api');
      setTimeout(onTokenExpiring, 50);
    },
  };
  window.Cello = async (command, value) => {
    if (command === 'shutdown') document.getElementById('cello-widget-app')?.remove();
    if (command === 'getLabels') return { customLauncher: 'Earn 1000 EUR' };
    if (command === 'updateToken') seen.updates.push(value);
  };
  const queue = window.cello?.cmd ?? [];
  window.cello = { cmd: { push: (run) => run(cello) } };
  for (const run of queue) run(cello);
`;

// What every page notes of itself; the last thing of it that goes wrong is the first to be seen in a report.
export const probe = `
  window.noted = { violations: [], errors: [] };
  addEventListener('securitypolicyviolation', (event) => noted.violations.push(event.violatedDirective + ' ' + event.blockedURI));
  addEventListener('error', (event) => event.message && noted.errors.push(event.message));
  addEventListener('unhandledrejection', (event) => noted.errors.push(String(event.reason)));
  window.widgets = () => document.querySelectorAll('#cello-widget-app').length;
  window.until = async (fits, what) => {
    for (let tries = 0; tries < 200; tries++) {
      if (fits()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('never: ' + what);
  };
  window.report = (name, found) =>
    fetch('/report', { method: 'POST', body: JSON.stringify({ name, ...found, ...noted, cookie: document.cookie }) });
`;
