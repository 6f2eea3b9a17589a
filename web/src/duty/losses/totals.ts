/** The table of losses as it is opened: the whole, its counties, and the towns of those that are open. */
export type Basis = 'reported' | 'signed'

export interface Tally {
  reported: Record<string, number>
  signed: Record<string, number>
  asked: number
  heard: number
  current: number
  covered: number
}

interface Town {
  area: string
  name: string
  unit: string
  tally: Tally
}

interface County<T extends Town> {
  area: string
  name: string
  tally: Tally
  towns: T[]
}

export interface TotalsRow<T extends Town = Town, C extends County<T> = County<T>> {
  level: 0 | 1 | 2
  area: string
  name: string
  tally: Tally
  /** Towns whose figures are in the row, of those that were asked. */
  counted: number
  open: boolean
  county?: C
  town?: T
}

export function rows<T extends Town, C extends County<T>>(
  totals: { area: string; name: string; tally: Tally; counties: C[] },
  opened: ReadonlySet<string>,
  basis: Basis,
): TotalsRow<T, C>[] {
  const counted = (tally: Tally) => (basis === 'signed' ? tally.covered : tally.heard)
  const row = (level: 0 | 1 | 2, one: { area: string; name: string; tally: Tally }, open: boolean) => ({
    level,
    area: one.area,
    name: one.name,
    tally: one.tally,
    counted: counted(one.tally),
    open,
  })
  return [
    row(0, totals, true),
    ...totals.counties.flatMap(county => {
      const open = opened.has(county.area)
      const towns = open ? county.towns.map(town => ({ ...row(2, town, false), town })) : []
      return [{ ...row(1, county, open), county }, ...towns]
    }),
  ]
}

/** A cell: empty, not nought, where no town has spoken. */
export function cell(row: TotalsRow, field: string, basis: Basis): number | undefined {
  return row.counted ? (row.tally[basis][field] ?? 0) : undefined
}
