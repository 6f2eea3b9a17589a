/** The routing rules' suggestion as the form of a dispatch takes it. */
import type { Suggestion, Warning } from '@/api/types'
import { areaName, unitName } from '@/words/directory'
import { t } from '@/words/i18n'
import type { Values } from './commands'

/** On what a dispatch rests that follows the suggestion; a person's judgement where it names nothing. */
export function basisOf(suggestion: Suggestion): Record<string, unknown> {
  const by = suggestion.by
  switch (by?.source) {
    case 'rule':
      return { basis: 'rule', rule: by.rule, version: by.version }
    case 'catalogue':
      return { basis: 'rule', rule: by.entry, version: by.version }
    case 'precedent':
      return { basis: 'ruling', reference: by.number }
    case 'line':
      return { basis: 'duty_list', line: by.line }
    default:
      return { basis: 'judgement' }
  }
}

/** The form filled in as suggested. */
export function valuesOf(suggestion: Suggestion): Values {
  return {
    main: suggestion.main ?? '',
    assistants: suggestion.assistants,
    copies: suggestion.copies,
    basis: basisOf(suggestion),
  }
}

export function warned(warning: Warning): string {
  switch (warning.warning) {
    case 'near_boundary':
      return t('warning.near_boundary', { metres: Math.round(warning.metres), area: areaName(warning.neighbour) })
    case 'ambiguous':
      return t('warning.ambiguous', { number: warning.number, unit: unitName(warning.unit) })
    case 'safety_word':
      return t('warning.safety_word', { words: warning.words.join(' ') })
    case 'not_on_duty_list':
      return t('warning.not_on_duty_list', { unit: unitName(warning.unit), line: warning.line })
    default:
      return t(`warning.${warning.warning}`)
  }
}
