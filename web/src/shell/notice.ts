/** A word of success at the foot of the page, gone after a few seconds. */
import { ref } from 'vue'

export const notice = ref('')
let gone: number | undefined

export function tell(words: string): void {
  window.clearTimeout(gone)
  notice.value = words
  gone = window.setTimeout(() => (notice.value = ''), 4000)
}
