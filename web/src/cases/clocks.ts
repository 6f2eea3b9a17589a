/** Names of clocks: `sign`, `handle`, `milestone:fence`, `term:review`, `sheet:1`. */
import { t } from '@/words/i18n'

export function clockName(clock: string): string {
  const [kind = '', of = ''] = clock.split(':')
  switch (kind) {
    case 'milestone':
      return t('clock.milestone', { name: of })
    case 'term':
      return t(`clock.term_${of}`)
    case 'sheet':
      return t('clock.sheet', { no: of })
    default:
      return t(`clock.${kind}`)
  }
}
