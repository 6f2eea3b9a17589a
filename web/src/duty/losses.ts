/** What a collection of losses owes, as its state tells. */
import type { States } from './dossiers'

type Losses = States['losses']
type Unit = Losses['units'][string]
export type Report = NonNullable<Unit['last']>

/** The report that counts: the latest that was not returned. */
export function counted(unit: Unit): Report | undefined {
  const { last, before } = unit
  return (last && last.status !== 'returned' ? last : before) ?? undefined
}

/** Units that answered the round that runs, or whose figures are verified. */
export function reportedUnits(losses: Losses): string[] {
  return unitsOf(losses, unit => {
    const report = counted(unit)
    return report !== undefined && (report.round >= losses.round || report.kind === 'verified')
  })
}

/** Units of which the house has told that they are late, and that still are. */
export function lateUnits(losses: Losses): string[] {
  return losses.stage === 'open' ? unitsOf(losses, unit => Boolean(unit.late)) : []
}

function unitsOf(losses: Losses, which: (unit: Unit) => boolean): string[] {
  return Object.entries(losses.units)
    .filter(([, unit]) => which(unit))
    .map(([id]) => id)
}
