/** Notices to a unit: of which kind of dossier they tell, and in which order they are read. */
import type { Kind } from '../commands'

interface Notice {
  at: string
  what: string
  urgent: boolean
}

/** `losses.asked` tells of losses. */
export function kindOf(what: string): Kind {
  return what.slice(0, what.indexOf('.')) as Kind
}

/** Urgent ones first, the newest of each at the head. */
export function inOrder<N extends Notice>(notices: readonly N[]): N[] {
  return [...notices].sort((a, b) => Number(b.urgent) - Number(a.urgent) || Date.parse(b.at) - Date.parse(a.at))
}
