/** What was said and written of an urgent matter, the newest first. */
import { unitName } from '@/words/directory'
import { t } from '@/words/i18n'
import type { States, TextRef } from '../dossiers'
import type { LogEntry } from '../LogEntries.vue'

type Said = (reference: TextRef | null | undefined) => string

export function writings(urgent: States['urgent'], words: Said): LogEntry[] {
  const found: LogEntry[] = []
  const add = (key: string, one: { at: string; staff: string; text: TextRef }, unit: string, said: string) =>
    found.push({ key, at: one.at, staff: one.staff, unit: unitName(unit), words: said, text: words(one.text) })
  urgent.hops.forEach((hop, i) => {
    hop.calls?.forEach(call =>
      add(
        `call/${call.seq}`,
        { at: call.at, staff: call.staff, text: call.spoken_with },
        hop.unit,
        t('duty_happened.telephoned', { to: unitName(call.to) }),
      ),
    )
    // The first centre writes the report; those after it send it on with a word of their own.
    if (hop.written)
      add(
        `written/${hop.written.seq}`,
        hop.written,
        hop.unit,
        t(i ? 'duty_happened.forwarded' : 'duty_happened.written'),
      )
  })
  urgent.follow_ups?.forEach(one => add(`follow-up/${one.seq}`, one, urgent.unit, t('duty_happened.followed_up')))
  if (urgent.final_report) add('final', urgent.final_report, urgent.unit, t('duty_happened.final'))
  urgent.readings?.forEach(one =>
    found.push({
      key: `read/${one.staff}`,
      at: one.at,
      staff: one.staff,
      unit: unitName(one.unit),
      words: t('duty_happened.read'),
    }),
  )
  return found.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
}
