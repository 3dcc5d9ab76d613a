// Cello's widget and attribution, as far as the rest of the app needs to know of them.

type BootOptions = {
  productId: string;
  token: string;
  productUserDetails: { email: string; firstName: string; lastName: string };
  language?: string;
  onTokenExpiring?: () => void;
  onTokenExpired?: () => void;
};

type ReferralSession =
  | { enabled: false }
  | {
      enabled: true;
      productId: string;
      token: string;
      details: { email: string; firstName: string; lastName: string };
    };

declare global {
  interface Window {
    cello?: { cmd: Array<(cello: { boot(options: BootOptions): Promise<void> }) => void> };
    Cello?: (command: string, ...args: unknown[]) => Promise<unknown>;
    CelloAttribution?: (command: string, ...args: unknown[]) => Promise<unknown>;
  }
}

const ASSETS = import.meta.env.VITE_CELLO_ASSETS;
const API = import.meta.env.VITE_API_URL;

async function fetchSession(): Promise<ReferralSession> {
  const response = await fetch(`${API}/v1/me/referral-session`, { credentials: 'include' });
  if (!response.ok) return { enabled: false };
  return response.json();
}

let booting: Promise<void> | undefined;

/** Shows the referral button. Safe to call again: only the first call does anything. */
export function startReferrals(): Promise<void> {
  booting ??= boot().catch((error) => {
    console.warn('referrals are not available', error);
    booting = undefined;
  });
  return booting;
}

async function boot(): Promise<void> {
  const session = await fetchSession();
  if (!session.enabled) return;
  await loadScript(`${ASSETS}/app/latest/cello.js`);
  const refresh = async () => {
    const next = await fetchSession();
    if (next.enabled) await window.Cello?.('updateToken', next.token);
  };
  await new Promise<void>((resolve, reject) => {
    window.cello = window.cello || { cmd: [] };
    window.cello.cmd.push(async (cello) => {
      try {
        await cello.boot({
          productId: session.productId,
          token: session.token,
          productUserDetails: session.details,
          onTokenExpiring: refresh,
          onTokenExpired: refresh,
        });
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

export async function stopReferrals(): Promise<void> {
  if (!booting) return;
  booting = undefined;
  await window.Cello?.('shutdown');
}

/** The code of the link that led here. The library may be blocked, so nobody waits for it for long. */
export async function referralCode(): Promise<string | undefined> {
  const fromUrl = new URLSearchParams(window.location.search).get('ucc') ?? undefined;
  for (let waited = 0; waited < 2000 && !window.CelloAttribution; waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (!window.CelloAttribution) return fromUrl;
  const code = (await window.CelloAttribution('getUcc').catch(() => undefined)) as string | undefined;
  return code || fromUrl;
}

function loadScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.async = true;
    script.src = src;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`could not load ${src}`));
    document.head.appendChild(script);
  });
}
