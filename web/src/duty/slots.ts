/** The usual halves of a day on duty, for whoever is on no roster: 08:30 to 20:30 and the night between. */

/** The half in which a moment of the city lies, such as `2026-11-24T11:00:00+08:00`. */
export function slot(present: string): [from: string, to: string] {
  const [date = '', time = ''] = present.split('T')
  const at = (day: number, clock: string) => {
    const shifted = new Date(Date.parse(`${date}T00:00:00Z`) + day * 86_400_000).toISOString().slice(0, 10)
    return `${shifted}T${clock}:00+08:00`
  }
  const clock = time.slice(0, 5)
  if (clock >= '08:30' && clock < '20:30') return [at(0, '08:30'), at(0, '20:30')]
  return clock < '08:30' ? [at(-1, '20:30'), at(0, '08:30')] : [at(0, '20:30'), at(1, '08:30')]
}
