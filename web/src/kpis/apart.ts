/** The figure that no daily roll-up knows: it is asked for by itself, so that the page never waits for it. */
import { shallowRef } from 'vue'
import { read, type Query } from '@/api/client'
import type { Readout } from '@/api/types'

const APART = 'median_handling_time'
/** The figure it stands behind. */
const BEFORE = 'mean_handling_time'

export function useApart() {
  const readout = shallowRef<Readout>()
  let asked = ''
  let pending = false

  /** Asks for it, unless the answer to the same question is still on its way. */
  async function ask(query: Query): Promise<void> {
    const question = JSON.stringify(query)
    if (question !== asked) readout.value = undefined
    else if (pending) return
    ;[asked, pending] = [question, true]
    // The page stands without it; it is asked for again with the others.
    const found = await read('/api/v1/kpis/figures', {}, { ...query, ids: APART }).catch(() => [])
    if (question !== asked) return
    pending = false
    readout.value = found.find(({ figure }) => figure.id === APART) ?? readout.value
  }

  /** Nothing is asked any more. */
  function drop(): void {
    ;[asked, pending, readout.value] = ['', false, undefined]
  }

  /** The readouts with it at its place. */
  function among(readouts: Readout[]): Readout[] {
    if (!readout.value) return readouts
    const at = readouts.findIndex(({ figure }) => figure.id === BEFORE) + 1 || readouts.length
    return [...readouts.slice(0, at), readout.value, ...readouts.slice(at)]
  }

  return { ask, drop, among }
}
