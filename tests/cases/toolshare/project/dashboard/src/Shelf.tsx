import { useState } from 'react'
import { useSession } from './session'

export function Shelf() {
  const { user, leave } = useSession()
  const [tool, setTool] = useState('')
  if (!user) return <p>Please sign in.</p>
  return (
    <form>
      <input value={tool} onChange={(event) => setTool(event.target.value)} />
      <button type="button" onClick={leave}>
        Leave
      </button>
    </form>
  )
}
