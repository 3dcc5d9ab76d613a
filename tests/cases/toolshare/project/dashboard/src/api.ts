export const API_URL = import.meta.env.VITE_API_URL ?? 'http://localhost:8080'
export const TOKEN = 'toolshare.token'

export async function call<T>(path: string): Promise<T> {
  const token = localStorage.getItem(TOKEN)
  const reply = await fetch(`${API_URL}${path}`, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  })
  if (!reply.ok) throw new Error(reply.statusText)
  return reply.json()
}
