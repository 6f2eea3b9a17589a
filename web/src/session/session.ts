/** Who sits at this desk, and the house's clock. */
import { computed, ref, shallowRef } from 'vue'
import { read, surroundings, write } from '@/api/client'
import { forgetFeed } from '@/api/feed'
import { Refused } from '@/api/problem'
import type { HouseInfo, SessionInfo } from '@/api/types'
import { forgetDirectory, loadDirectory } from '@/words/directory'
import { language } from '@/words/i18n'

export const house = shallowRef<HouseInfo>()
export const session = shallowRef<SessionInfo>()
/** The session ended while a page was open: the page stays, and asks for the password over it. */
export const expired = ref(false)

/** Business time less the computer's own, whose clock may be wrong. */
const ahead = ref(0)
const beat = ref(Date.now())
window.setInterval(() => (beat.value = Date.now()), 1000)

/** The business time, in milliseconds since 1970. */
export const now = computed(() => beat.value + ahead.value)

surroundings.language = () => language.value
surroundings.loggedOut = () => (expired.value = session.value !== undefined)

function setClock(at: string): void {
  ahead.value = Date.parse(at) - Date.now()
  beat.value = Date.now()
}

export async function loadHouse(): Promise<void> {
  house.value = await read('/api/v1/house')
  setClock(house.value.now)
}
// A simulated clock may run at another pace, and a computer's own drifts.
window.setInterval(() => session.value && void loadHouse().catch(() => {}), 30_000)

/** Whether this browser logged in and not out; the cookie itself is hidden from scripts. */
const ENTERED = 'yipan.entered'

/** Finds the session that the cookie carries, if there is one. */
export async function findSession(): Promise<boolean> {
  if (session.value) return true
  if (!localStorage.getItem(ENTERED)) return false
  try {
    session.value = await read('/api/v1/session')
    setClock(session.value.now)
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.unauthenticated) {
      localStorage.removeItem(ENTERED)
      return false
    }
    throw thrown
  }
  void loadDirectory().catch(() => {})
  return true
}

export async function logIn(login: string, password: string): Promise<void> {
  const before = session.value?.login
  await write('POST', '/api/v1/session', { login, password })
  localStorage.setItem(ENTERED, '1')
  // Somebody else took the desk: nothing of the first one's pages stays on the screen.
  if (before && before !== login) return window.location.assign('/')
  session.value = await read('/api/v1/session')
  expired.value = false
  void loadDirectory().catch(() => {})
}

export async function logOut(): Promise<void> {
  await write('DELETE', '/api/v1/session').catch(() => {})
  localStorage.removeItem(ENTERED)
  session.value = undefined
  expired.value = false
  forgetFeed()
  forgetDirectory()
}

export function setFirstPassword(token: string, password: string): Promise<void> {
  return write('POST', '/api/v1/session/link', { token, password })
}
