/** A verdict in words, with whose it is where it is not ours. */
import { unitName } from '@/words/directory'
import { t } from '@/words/i18n'

export function answerWords(answer: { verdict: string; whose?: string | null }): string {
  const verdict = t(`duty_choice.verdict_${answer.verdict}`)
  return answer.whose ? t('duty.whose', { verdict, unit: unitName(answer.whose) }) : verdict
}
