/** How a case in a list stands against its due time. */
import type { CaseLine } from '@/api/types'
import type { Standing } from '@/shell/Lamp.vue'
import { t } from '@/words/i18n'
import { span } from '@/words/times'

/**
 * Red past the due time; yellow in the last fifth of the way from acceptance to it. A case's own page
 * shows the exact lamps of its clocks, which run in working time.
 */
export function standing(line: CaseLine, now: number): Standing {
  if (!line.due_at) return line.stage === 'closed' || line.stage === 'archived' ? 'done' : 'green'
  const [from, due] = [Date.parse(line.accepted_at), Date.parse(line.due_at)]
  if (now > due) return 'red'
  return now > due - (due - from) / 5 ? 'yellow' : 'green'
}

/** `剩 2 小时` or `超时 3 天`. */
export function left(due: string, now: number): string {
  const rest = Date.parse(due) - now
  return rest < 0 ? t('lamp.over', { span: span(rest) }) : t('lamp.left', { span: span(rest) })
}
