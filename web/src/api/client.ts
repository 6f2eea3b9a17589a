/** Requests to the server. A refusal is thrown as `Refused`; nothing else is ever thrown. */
import { Refused, refusal } from './problem'
import type { Answer, Readable } from './types'

export type Query = Record<string, string | number | boolean | undefined | null>

/** What the client asks of its surroundings; the session sets both. */
export const surroundings = {
  language: () => 'zh-CN',
  /** Called when a request finds that nobody is logged in. */
  loggedOut: () => {},
}

/** Reads a path of the description; `{number}` and the like are filled from `names`. */
export function read<P extends Readable>(
  path: P,
  names: Record<string, string> = {},
  query: Query = {},
): Promise<Answer<P>> {
  return request('GET', address(path, names, query)) as Promise<Answer<P>>
}

/** Writes; `key` makes a repeated call harmless. */
export function write<T = void>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  key?: string,
): Promise<T> {
  return request(method, path, body, key) as Promise<T>
}

export function address(path: string, names: Record<string, string> = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(name, String(value))
  }
  return search.size ? `${filled}?${search}` : filled
}

export async function request(method: string, url: string, body?: unknown, key?: string): Promise<unknown> {
  const headers: Record<string, string> = { 'Accept-Language': surroundings.language() }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  const response = await fetch(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) }).catch(
    () => null,
  )
  if (!response) throw new Refused({ status: 0, code: 'link.down', title: '', detail: '' })
  if (!response.ok) {
    const refused = await refusal(response)
    if (refused.unauthenticated) surroundings.loggedOut()
    throw refused
  }
  return response.status === 204 ? undefined : response.json()
}

/** Keys of one form's attempts: the same body keeps its key, so that a lost answer does no harm; another body gets a new one. */
export function attempts(): (body: unknown) => string {
  let [key, sent] = [newKey(), '']
  return body => {
    const text = JSON.stringify(body)
    if (sent && sent !== text) key = newKey()
    sent = text
    return key
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
