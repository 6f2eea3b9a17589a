/** Who sits at this desk, and the house's clock. */
import { computed, ref, shallowRef } from 'vue'
import { read, surroundings, write } from '@/api/client'
import { Refused } from '@/api/problem'
import type { HouseInfo, SessionInfo } from '@/api/types'
import { forgetDirectory, loadDirectory } from '@/words/directory'
import { language } from '@/words/i18n'
import { Reckoning } from './clock'

export const house = shallowRef<HouseInfo>()
export const session = shallowRef<SessionInfo>()
/** The session ended while a page was open: the page stays, and asks for the password over it. */
export const expired = ref(false)

const clock = new Reckoning()
const business = ref(Date.now())
/** The business time of the house, in milliseconds since 1970; never the computer's own. */
export const now = computed(() => business.value)

const tick = () => (business.value = clock.at(Date.now()))
window.setInterval(tick, 1000)

surroundings.language = () => language.value
surroundings.loggedOut = () => (expired.value = session.value !== undefined)

function setClock(at: string): void {
  clock.hear(Date.parse(at), Date.now(), house.value?.simulated ?? false)
  tick()
}

export async function loadHouse(): Promise<void> {
  house.value = await read('/api/v1/house')
  setClock(house.value.now)
}
// A simulated clock runs at a pace of its own: it is asked every three seconds; a computer's clock drifts slowly.
let beats = 0
window.setInterval(() => {
  const due = house.value?.simulated ? !document.hidden : beats++ % 10 === 0
  if (session.value && due) void loadHouse().catch(() => {})
}, 3000)

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
  forgetDirectory()
}

export function setFirstPassword(token: string, password: string): Promise<void> {
  return write('POST', '/api/v1/session/link', { token, password })
}
