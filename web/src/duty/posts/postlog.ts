/** The log of a command post in words, the newest first. */
import { unitName } from '@/words/directory'
import { t } from '@/words/i18n'
import { span } from '@/words/times'
import type { States, TextRef } from '../dossiers'
import type { LogEntry } from '../LogEntries.vue'

type Entry = States['post']['log'][number]
type Said = (reference: TextRef | null | undefined) => string

export function postLog(post: States['post'], words: Said): LogEntry[] {
  return post.log
    .map((one, key) => ({
      key,
      at: one.at,
      staff: one.staff,
      unit: unitName(one.unit),
      words: told(one.happened),
      ...('text' in one.happened ? { text: words(one.happened.text) } : {}),
    }))
    .reverse()
}

function told(happened: Entry['happened']): string {
  switch (happened.what) {
    case 'raised':
    case 'level_changed':
      return t(`duty_happened.${happened.what}`, { level: t(`duty_choice.level_${happened.level}`) })
    case 'note':
      return t('duty_happened.noted')
    case 'order':
      return t('duty_happened.ordered', { to: unitName(happened.to) })
    case 'cycle_set':
      return t('duty_happened.cycle_set', {
        report: t(`duty_choice.report_${happened.report}`),
        every: span(happened.every_minutes * 60_000),
      })
    case 'cycle_closed':
      return t(happened.missing ? 'duty_happened.cycle_missing' : 'duty_happened.cycle_whole', {
        report: t(`duty_choice.report_${happened.report}`),
        n: happened.missing,
      })
    case 'unacknowledged':
      return t('duty_happened.unacknowledged', { n: happened.missing })
    case 'stood_down':
      return t('duty_happened.stood_down')
  }
}
