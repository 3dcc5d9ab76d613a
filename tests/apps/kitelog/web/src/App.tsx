import { useEffect, useState } from 'react';
import { call, type User } from './api';
import { AccountForm } from './AccountForm';

export function App() {
  const [path, setPath] = useState(location.pathname);
  const [user, setUser] = useState<User | null>(null);

  useEffect(() => {
    call<User | null>('GET', '/api/session').then(setUser, () => setUser(null));
  }, []);

  const enter = async (method: string, to: string, form: object) => {
    setUser(await call<User>(method, to, form));
  };
  const leave = async () => {
    await call('DELETE', '/api/session');
    setUser(null);
    history.pushState(null, '', '/');
    setPath('/');
  };

  if (user) {
    return (
      <main>
        <h1>Flights of {user.name}</h1>
        <p>None yet. The wind will come.</p>
        <button onClick={leave}>Log out</button>
      </main>
    );
  }
  switch (path) {
    case '/signup':
      return <AccountForm fields={['name', 'email', 'password']} label="Begin" onSend={(form) => enter('POST', '/api/pilots', form)} />;
    case '/login':
      return <AccountForm fields={['email', 'password']} label="Log in" onSend={(form) => enter('POST', '/api/session', form)} />;
    default:
      return (
        <main>
          <h1>Every flight, written down.</h1>
          <a href="/signup">Begin a log</a> or <a href="/login">log in</a>.
        </main>
      );
  }
}
