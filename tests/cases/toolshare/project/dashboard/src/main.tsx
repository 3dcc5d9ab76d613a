import { createRoot } from 'react-dom/client'
import { Shelf } from './Shelf'
import { SessionProvider } from './session'

createRoot(document.getElementById('root')!).render(
  <SessionProvider>
    <Shelf />
  </SessionProvider>,
)
