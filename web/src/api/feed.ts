/** The live feed of cases: one connection for the whole page, open while anybody listens. */
import { onScopeDispose, ref } from 'vue'
import { read } from './client'
import type { CaseChange } from './types'

/** How the link stands: `off` while nobody listens. */
export const link = ref<'off' | 'connecting' | 'live' | 'lost'>('off')

/** How long a page waits for the link before it reads without, in milliseconds. */
const PATIENCE = 300

type Listener = (change: CaseChange) => void

const listeners = new Set<Listener>()
const readers = new Set<() => void>()
let source: EventSource | undefined
let retry: number | undefined
let patience: number | undefined
/** The place in the ledger up to which everything was heard on this link. */
let heard = ''

/**
 * Hears of every change in the asker's scope until the calling component goes. `readAll` reads what there
 * is: as soon as the link is live, so that nothing falls between the two; without it where it is dead or
 * takes its time, and then again when it is there.
 */
export function followCases(listener: Listener, readAll: () => void): void {
  listeners.add(listener)
  readers.add(readAll)
  if (!source) connect()
  else if (!patience) readAll()
  onScopeDispose(() => {
    listeners.delete(listener)
    readers.delete(readAll)
    if (!listeners.size) disconnect()
  })
}

function readEverything(): void {
  window.clearTimeout(patience)
  patience = undefined
  readers.forEach(readAll => readAll())
}

function connect(): void {
  window.clearTimeout(retry)
  if (link.value !== 'lost') {
    link.value = 'connecting'
    patience = window.setTimeout(readEverything, PATIENCE)
  }
  const opened = new EventSource(heard ? `/api/v1/feed/cases?after=${encodeURIComponent(heard)}` : '/api/v1/feed/cases')
  source = opened
  opened.onopen = () => {
    link.value = 'live'
    readEverything()
  }
  opened.addEventListener('case', event => {
    heard = event.lastEventId || heard
    const change = JSON.parse(event.data) as CaseChange
    listeners.forEach(listener => listener(change))
  })
  opened.onerror = () => {
    link.value = 'lost'
    if (patience) readEverything()
    // The browser tries again by itself, except where the server refused: then every five seconds.
    if (opened.readyState !== EventSource.CLOSED) return
    retry = window.setTimeout(connect, 5000)
    // It may have refused because the session ended: asking for it says so on the page.
    void read('/api/v1/session').catch(() => {})
  }
}

function disconnect(): void {
  window.clearTimeout(retry)
  window.clearTimeout(patience)
  patience = undefined
  source?.close()
  source = undefined
  heard = ''
  link.value = 'off'
}
