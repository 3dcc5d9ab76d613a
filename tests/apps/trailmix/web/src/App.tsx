import { useEffect, useState } from 'react';

import { API, checkout, walks } from './api';
import type { Walk } from './api';
import { useSession } from './session';

export function App() {
  const { user, leave } = useSession();
  const [list, setList] = useState<Walk[]>([]);

  useEffect(() => {
    if (user) walks().then(setList);
  }, [user]);

  if (!user) return <a href={`${API}/auth/login`}>Sign in</a>;
  return (
    <main>
      <h1>Walks of {user.name}</h1>
      <ul>
        {list.map((walk) => (
          <li key={walk.id}>
            {walk.title}, {walk.metres} m
          </li>
        ))}
      </ul>
      <button onClick={async () => location.assign(await checkout())}>More than three</button>
      <button onClick={leave}>Sign out</button>
    </main>
  );
}
