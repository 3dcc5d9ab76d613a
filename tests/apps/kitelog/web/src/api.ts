const API_URL = import.meta.env.VITE_API_URL;

export type User = { name: string };

export async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const reply = await fetch(`${API_URL}${path}`, {
    method,
    credentials: 'include',
    headers: body && { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.status === 204 ? (undefined as T) : reply.json();
}
