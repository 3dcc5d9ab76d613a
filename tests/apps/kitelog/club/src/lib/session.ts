import { writable } from 'svelte/store';
import { call } from './api';

export type User = { name: string };

export const user = writable<User | null>(null);

export async function look() {
  user.set(await call<User | null>('GET', '/api/session'));
}

export async function enter(path: string, form: FormData) {
  user.set(await call<User>('POST', path, Object.fromEntries(form)));
}

export async function leave() {
  await call('DELETE', '/api/session');
  user.set(null);
}
