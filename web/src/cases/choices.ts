/** Codes that a form offers, in words. */
import { has, t } from '@/words/i18n'

/** A house may add codes of its own, as reasons of return: those are shown as they are. */
export function choice(code: string): string {
  return has(`choice.${code}`) ? t(`choice.${code}`) : code
}
