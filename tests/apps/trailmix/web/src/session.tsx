import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { me, signOut } from './api';
import type { User } from './api';

interface Session {
  user: User | null;
  leave: () => Promise<void>;
}

const SessionContext = createContext<Session>({ user: null, leave: async () => {} });

export function SessionProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<User | null>(null);

  useEffect(() => {
    me().then(setUser);
  }, []);

  async function leave() {
    await signOut();
    setUser(null);
  }

  return <SessionContext.Provider value={{ user, leave }}>{children}</SessionContext.Provider>;
}

export function useSession() {
  return useContext(SessionContext);
}
