/** Clocks that count down: how they stand at a moment, and how much is left. Times in milliseconds. */
export interface Running {
  since: string
  due: string
  done_at?: string | null | undefined
}

export interface Reading {
  standing: 'green' | 'yellow' | 'red' | 'done'
  /** Until the end, or since it. */
  over: boolean
  /** Whole seconds, without sign. */
  seconds: number
}

/** Green below 80 % of the term, yellow to its end, red beyond; what is done tells whether it was in time. */
export function reading(clock: Running, now: number): Reading {
  const [since, due] = [Date.parse(clock.since), Date.parse(clock.due)]
  const at = clock.done_at ? Date.parse(clock.done_at) : now
  const over = at > due
  const seconds = Math.floor(Math.abs(due - at) / 1000)
  if (clock.done_at) return { standing: over ? 'red' : 'done', over, seconds }
  const near = (at - since) * 100 >= (due - since) * 80
  return { standing: over ? 'red' : near ? 'yellow' : 'green', over, seconds }
}

/** `9:05` below an hour, `1:09:05` below a day; longer stretches are told in words elsewhere. */
export function ticks(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
