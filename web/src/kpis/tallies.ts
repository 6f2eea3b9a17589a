/** What stands beside a figure or was taken out of it. */
import type { Readout } from '@/api/types'
import { said } from '@/words/i18n'

export interface NamedTally {
  id: string
  name: string
  count: number
  /** By which its cases are asked for. */
  part: string
}

/** In the order of the figure's definition, zeros included. */
export function tallies(readout: Readout, kind: 'exclusions' | 'beside'): NamedTally[] {
  const part = kind === 'exclusions' ? 'exclusion' : 'beside'
  return readout.figure[kind].map(({ id, count }, i) => ({
    id,
    count,
    name: said({ zh: readout.zh[kind][i]?.name ?? id, en: readout.en[kind][i]?.name ?? id }),
    part: `${part}:${id}`,
  }))
}
