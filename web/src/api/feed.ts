/** The live feed of cases: one connection for the whole page, open while anybody listens. */
import { onScopeDispose, ref } from 'vue'
import { read } from './client'
import type { CaseChange } from './types'

/** How the link stands: `off` while nobody listens. */
export const link = ref<'off' | 'connecting' | 'live' | 'lost'>('off')

type Listener = (change: CaseChange) => void

const listeners = new Set<Listener>()
const resumed = new Set<() => void>()
let source: EventSource | undefined
let retry: number | undefined
/** The place in the ledger up to which everything was heard. */
let heard = ''

/** Hears of every change in the asker's scope until the calling component goes; `caughtUp` after a lost link. */
export function followCases(listener: Listener, caughtUp: () => void = () => {}): void {
  listeners.add(listener)
  resumed.add(caughtUp)
  if (!source) connect()
  onScopeDispose(() => {
    listeners.delete(listener)
    resumed.delete(caughtUp)
    if (!listeners.size) disconnect()
  })
}

function connect(): void {
  window.clearTimeout(retry)
  const lost = link.value === 'lost'
  if (!lost) link.value = 'connecting'
  const opened = new EventSource(heard ? `/api/v1/feed/cases?after=${encodeURIComponent(heard)}` : '/api/v1/feed/cases')
  source = opened
  opened.onopen = () => {
    const again = link.value === 'lost'
    link.value = 'live'
    if (again) resumed.forEach(tell => tell())
  }
  opened.addEventListener('case', event => {
    heard = event.lastEventId || heard
    const change = JSON.parse(event.data) as CaseChange
    listeners.forEach(listener => listener(change))
  })
  opened.onerror = () => {
    link.value = 'lost'
    // The browser tries again by itself, except where the server refused: then every five seconds.
    if (opened.readyState !== EventSource.CLOSED) return
    retry = window.setTimeout(connect, 5000)
    // It may have refused because the session ended: asking for it says so on the page.
    void read('/api/v1/session').catch(() => {})
  }
}

function disconnect(): void {
  window.clearTimeout(retry)
  source?.close()
  source = undefined
  link.value = 'off'
}

/** Forgets the place in the ledger: whoever logs in next has a feed of their own. */
export function forgetFeed(): void {
  heard = ''
  disconnect()
}
