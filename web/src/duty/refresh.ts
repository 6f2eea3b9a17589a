/** Pages of the duty room are read again every twenty seconds, and whenever somebody comes back to them. */
import { onScopeDispose } from 'vue'

const EVERY = 20_000
/** Whoever only glanced away is not made to wait for a new reading, in milliseconds. */
const FRESH = 2_000

/** Reads now and then again, until the calling component goes. */
export function refreshed(load: () => Promise<void>): void {
  let last = 0
  const again = () => {
    if (document.hidden) return
    last = Date.now()
    void load()
  }
  const back = () => Date.now() - last > FRESH && again()
  const timer = window.setInterval(again, EVERY)
  window.addEventListener('focus', back)
  document.addEventListener('visibilitychange', back)
  onScopeDispose(() => {
    window.clearInterval(timer)
    window.removeEventListener('focus', back)
    document.removeEventListener('visibilitychange', back)
  })
  last = Date.now()
  void load()
}
