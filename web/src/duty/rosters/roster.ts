/** A roster in the shape in which it is read: a row for each day, an assignment on the day it begins. */
interface Assignment {
  no: number
  from: string
  to: string
}

interface Stretch {
  from: string
  to: string
}

/** What of some stretches lies on a day of the city's, in its clock times; a whole day is 00:00 to 24:00. */
export function onDay(stretches: readonly Stretch[], day: string): { from: string; to: string }[] {
  const begin = Date.parse(`${day}T00:00:00+08:00`)
  const end = begin + 86_400_000
  const clock = (at: number) => (at >= end ? '24:00' : new Date(at + 8 * 3_600_000).toISOString().slice(11, 16))
  return stretches
    .map(({ from, to }) => [Math.max(Date.parse(from), begin), Math.min(Date.parse(to), end)] as const)
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ from: clock(from), to: clock(to) }))
}

export interface DutyDay<A extends Assignment> {
  day: string
  assignments: A[]
}

/** The days from `first` on, so many of them, each with what begins on it or runs into it. `dayOf` is the city's day. */
export function days<A extends Assignment>(
  assignments: readonly A[],
  first: string,
  count: number,
  dayOf: (at: number) => string,
): DutyDay<A>[] {
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(`${first}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10)
    const begins = (one: A) => dayOf(Date.parse(one.from)) === day
    // What began the day before the first is shown where the table begins.
    const runs = (one: A) => index === 0 && dayOf(Date.parse(one.from)) < day && dayOf(Date.parse(one.to) - 1) >= day
    return { day, assignments: assignments.filter(one => begins(one) || runs(one)) }
  })
}
