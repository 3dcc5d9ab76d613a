export const API = import.meta.env.VITE_API_URL ?? 'http://localhost:4300';

export interface User {
  id: number;
  email: string;
  name: string;
}

export interface Walk {
  id: number;
  title: string;
  metres: number;
}

/** Asks the API, as whoever is signed in. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${API}${path}`, { ...init, credentials: 'include' });
}

export async function me(): Promise<User | null> {
  const reply = await ask('/api/me');
  return reply.ok ? reply.json() : null;
}

export async function walks(): Promise<Walk[]> {
  const reply = await ask('/api/walks');
  return reply.ok ? reply.json() : [];
}

export async function checkout(): Promise<string> {
  const reply = await ask('/api/checkout', { method: 'POST' });
  return (await reply.json()).url;
}

export async function signOut(): Promise<void> {
  await ask('/auth/logout', { method: 'POST' });
}
