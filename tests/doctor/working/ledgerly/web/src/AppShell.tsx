import { useEffect } from 'react';
import { startReferrals, stopReferrals } from './referral/cello';

export function AppShell({ children }: { children: React.ReactNode }) {
  useEffect(() => {
    void startReferrals();
  }, []);

  async function logout() {
    await fetch(`${import.meta.env.VITE_API_URL}/v1/logout`, { method: 'POST', credentials: 'include' });
    await stopReferrals();
    window.location.assign('/');
  }

  return (
    <>
      <header>
        <button onClick={logout}>Log out</button>
      </header>
      {children}
    </>
  );
}
