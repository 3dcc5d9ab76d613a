import { useState } from 'react';
import { referralCode } from './cello';

const API = import.meta.env.VITE_API_URL;

export function SignupPage() {
  const [error, setError] = useState<string>();

  async function submit(event: React.FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    const referral_code = await referralCode();
    const response = await fetch(`${API}/v1/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'include',
      body: JSON.stringify({ ...fields, referral_code }),
    });
    if (!response.ok) setError('That did not work.');
  }

  async function google() {
    const ucc = await referralCode();
    window.location.href = `${API}/v1/oauth/google${ucc ? `?ucc=${encodeURIComponent(ucc)}` : ''}`;
  }

  return (
    <form onSubmit={submit}>
      <input name="email" type="email" />
      <input name="password" type="password" />
      <input name="given_name" />
      <input name="family_name" />
      <button>Create account</button>
      <button type="button" onClick={google}>Continue with Google</button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}
