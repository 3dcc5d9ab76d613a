import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { call, TOKEN } from './api'

type Member = { id: number; email: string; name: string }
type Session = { user: Member | null; leave: () => void }

const SessionContext = createContext<Session>({ user: null, leave: () => {} })

export function SessionProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<Member | null>(null)
  const [loading, setLoading] = useState(true)

  useEffect(() => {
    call<Member>('/api/members/me')
      .then(setUser, () => setUser(null))
      .finally(() => setLoading(false))
  }, [])

  const leave = () => {
    localStorage.removeItem(TOKEN)
    setUser(null)
  }

  if (loading) return null
  return <SessionContext.Provider value={{ user, leave }}>{children}</SessionContext.Provider>
}

export const useSession = () => useContext(SessionContext)
