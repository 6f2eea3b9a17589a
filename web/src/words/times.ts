/** Times as people read them: civil time of the city, 24 hours. */
import { language, t } from './i18n'

const ZONE = 'Asia/Shanghai'

function format(at: string | number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: ZONE,
    hourCycle: 'h23',
    ...options,
  }).format(new Date(at))
}

/** `11-23 20:52` in lists; other years are told in full by `full`. */
export function short(at: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    hourCycle: 'h23',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(at))
  const part = (type: string) => parts.find(p => p.type === type)?.value ?? ''
  return `${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** `2026年11月23日 20:52`. */
export function full(at: string): string {
  return format(at, { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' })
}

/** The clock of the top bar, with seconds. */
export function ticking(at: number): string {
  return format(at, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}

/** `2026-11-23`, the day in the city. */
export function day(at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(new Date(at))
}

/** A day so many days later. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** A stretch of time in its two largest units. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  if (days) return hours ? t('time.days_hours', { days, hours }) : t('time.days', { days })
  if (hours) return rest ? t('time.hours_minutes', { hours, minutes: rest }) : t('time.hours', { hours })
  return t('time.minutes', { minutes: rest })
}

const UNITS: Record<string, string> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  wh: 'working_hours',
  wmin: 'working_minutes',
  uh: 'urgent_hours',
  umin: 'urgent_minutes',
  wd: 'working_days',
}

/** A term such as `5wd` in words. */
export function term(code: string): string {
  const [, count, unit] = /^(\d+)(\w+)$/.exec(code) ?? []
  const name = unit && UNITS[unit]
  return name ? t(`term.${name}`, { n: Number(count) }) : code
}

/** `2026-11-23T20:52`, the city's time as the browser's own field of a time knows it. */
export function wall(at: string | number): string {
  return new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(0, 16)
}

/** The day of the week of a date, short. */
export function weekday(date: string): string {
  return format(`${date}T12:00:00+08:00`, { weekday: 'short' })
}
