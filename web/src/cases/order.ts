/** Which lines a list holds and in which order, as the server has it: for lines that come by the live feed. */
import type { CaseLine } from '@/api/types'
import type { Filter } from './filter'

/** Whether a list of this filter holds the line at this time, in milliseconds. */
export function fits(line: CaseLine, filter: Filter, now: number): boolean {
  const { stage, kind, channel, level, category, sort, overdue } = filter
  if (stage && line.stage !== stage) return false
  if (kind && line.kind !== kind) return false
  if (channel && line.channel !== channel) return false
  if (level && line.level !== level) return false
  // A category holds all below it.
  if (category && line.category !== category && !line.category.startsWith(`${category}.`)) return false
  if (overdue) return line.due_at != null && Date.parse(line.due_at) < now
  return sort !== 'due' || line.due_at != null
}

/** Negative where `a` stands above `b`. */
export function compare(a: CaseLine, b: CaseLine, sort: Filter['sort']): number {
  if (sort === 'due') return Date.parse(a.due_at ?? '') - Date.parse(b.due_at ?? '') || byNumber(a, b)
  return Date.parse(b.accepted_at) - Date.parse(a.accepted_at) || byNumber(b, a)
}

const byNumber = (a: CaseLine, b: CaseLine) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0)

/**
 * The lines with the news taken in: each changed line is put in its place, or left out where it no longer
 * fits. While `more` lies below the last line, what belongs there waits for its page.
 */
export function takeIn(lines: CaseLine[], news: CaseLine[], filter: Filter, now: number, more: boolean): CaseLine[] {
  const changed = new Map(news.map(line => [line.number, line]))
  const last = lines.at(-1)
  const taken = lines.filter(line => !changed.has(line.number))
  for (const line of changed.values()) {
    if (!fits(line, filter, now) || (more && last && compare(line, last, filter.sort) > 0)) continue
    const below = taken.findIndex(other => compare(line, other, filter.sort) < 0)
    taken.splice(below < 0 ? taken.length : below, 0, line)
  }
  return taken
}
