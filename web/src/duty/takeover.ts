/** Taking over: which shift, from when to when, after whom. */
import { computed, type ComputedRef } from 'vue'
import { now } from '@/session/session'
import { router } from '@/shell/router'
import type { Asked } from './asking'
import { present } from './begin'
import { list, pageOf, type Listed } from './dossiers'
import { ownStaff } from './names'
import { useReading } from './reading'
import { slot } from './slots'

/** Nobody takes over longer than this before the beginning, in milliseconds. */
const EARLIEST = 2 * 3_600_000

export function takeOver(
  centre: () => string,
  shifts: () => readonly Listed<'shift'>[],
  load: () => Promise<void>,
): { what: ComputedRef<Asked | undefined> } {
  const { found: rosters } = useReading(() => list('roster', { unit: centre() }), centre)

  /** An assignment of the reader's that has begun or begins soon. */
  const assigned = computed(() => {
    const mine = rosters.value?.items[0]?.state.assignments.filter(
      one =>
        one.staff === ownStaff.value && Date.parse(one.to) > now.value && Date.parse(one.from) - EARLIEST < now.value,
    )
    return mine?.[0]
  })
  const what = computed<Asked | undefined>(() => {
    const all = shifts()
    const awaited = all.find(({ stage }) => stage === 'expected' || stage === 'absent')
    const kept = all.find(({ stage }) => stage === 'open' || stage === 'handing_over')
    // Whoever keeps a shift takes over no second one.
    if (kept?.state.keeper?.staff === ownStaff.value && !awaited) return undefined
    const common = { kind: 'shift', name: 'take_over', after: (outcome: { id: string }) => after(outcome.id) } as const
    if (awaited) {
      const { from, to } = awaited.state
      return { ...common, id: awaited.id, given: { centre: centre(), from, to, before: kept?.id } }
    }
    const [from, to] = assigned.value ? [assigned.value.from, assigned.value.to] : slot(present())
    return { ...common, given: { centre: centre(), before: kept?.id }, filled: { from, to } }
  })
  async function after(id: string): Promise<void> {
    await load()
    await router.push(pageOf('shift', id))
  }
  return { what }
}
