/** Dossiers of the duty room: reading, beginning, giving commands; what people call them. */
import { shallowReactive } from 'vue'
import { address, request, write, type Query } from '@/api/client'
import type { components } from '@/api/schema'
import { areaName, unitName } from '@/words/directory'
import { t } from '@/words/i18n'
import type { Kind } from './commands'

type Schemas = components['schemas']
export type Line = Schemas['DossierLine']
export type Outcome = Schemas['DossierOutcome']
export type TextRef = Schemas['DossierText']

export interface States {
  roster: Schemas['Opened_Roster']['state']
  shift: Schemas['Opened_Shift']['state']
  post: Schemas['Opened_CommandPost']['state']
  incident: Schemas['Opened_Incident']['state']
  losses: Schemas['Opened_Losses']['state']
  urgent: Schemas['Opened_Urgent']['state']
  brief: Schemas['Opened_DutyBrief']['state']
  judgement: Schemas['Opened_Judgement']['state']
}

export interface Opened<K extends Kind = Kind> {
  line: Line
  state: States[K]
  /** Words by the id of their reference. */
  texts: Record<string, string>
}

export type Listed<K extends Kind = Kind> = Line & { state: States[K] }

/** The part of addresses that names a kind: of the API's and of the pages'. */
const FOLDERS: Record<Kind, string> = {
  roster: 'rosters',
  shift: 'shifts',
  post: 'posts',
  incident: 'incidents',
  losses: 'losses',
  urgent: 'urgent',
  brief: 'briefs',
  judgement: 'judgements',
}

const at = (kind: Kind, id = '') => `/api/v1/duty/${FOLDERS[kind]}${id && `/${encodeURIComponent(id)}`}`

/** The page of one, or of all of a kind. */
export function pageOf(kind: Kind, id = ''): string {
  return `/duty/${FOLDERS[kind]}${id && `/${encodeURIComponent(id)}`}`
}

/** The kind of a number such as `incident-20261124-0001`; none of an id. */
export function kindOfNumber(number: string): Kind | undefined {
  const [, kind = ''] = /^([a-z]+)-\d{8}-/.exec(number) ?? []
  return kind in FOLDERS ? (kind as Kind) : undefined
}

export async function open<K extends Kind>(kind: K, id: string): Promise<Opened<K>> {
  return (await request('GET', at(kind, id))) as Opened<K>
}

export async function list<K extends Kind>(
  kind: K,
  query: Query = {},
): Promise<{ items: Listed<K>[]; next?: string | null }> {
  return (await request('GET', address(at(kind), {}, query))) as never
}

/** What the reader sees of a kind, by id and number, for as long as a page is fresh. */
const sights = new Map<Kind, { at: number; seen: Promise<Set<string>> }>()
const SIGHT = 20_000

/** Whether the reader sees a dossier, without asking for one that may be hidden. */
export async function visible(kind: Kind, of: string): Promise<boolean> {
  let sight = sights.get(kind)
  if (!sight || Date.now() - sight.at > SIGHT) {
    const seen = list(kind, { over: true, limit: 200 })
      .then(({ items }) => new Set(items.flatMap(line => [line.id, line.number])))
      .catch(() => new Set<string>())
    sights.set(kind, (sight = { at: Date.now(), seen }))
  }
  return (await sight.seen).has(of)
}

/** Begins one, or gives a command to the one of that id. A roster is begun by its first plan. */
export function give(kind: Kind, id: string | undefined, command: unknown, key: string): Promise<Outcome> {
  return write<Outcome>('POST', id === undefined ? at(kind) : `${at(kind, id)}/commands`, command, key)
}

type Said = (reference: TextRef | null | undefined) => string

const NAMES: { [K in Kind]: (state: States[K], said: Said) => string } = {
  incident: (incident, said) => said(incident.title),
  losses: (losses, said) => said(losses.name) || t('duty.losses_of', { area: areaName(losses.area) }),
  urgent: (urgent, said) => said(urgent.summary),
  brief: (brief, said) => said(brief.title),
  judgement: (judgement, said) => said(judgement.question),
  post: post => postName(post),
  shift: shift => unitName(shift.centre),
  roster: roster => unitName(roster.centre),
}

/** What people call a dossier. */
export function called<K extends Kind>(kind: K, { state, texts }: Opened<K>): string {
  return NAMES[kind](state, reference => (reference && texts[reference.id]) || '')
}

export function postName(post: States['post']): string {
  const plan = t(`duty_choice.plan_${post.plan}`)
  return t('duty.post_name', { unit: unitName(post.unit), plan, level: t(`duty_choice.level_${post.level}`) })
}

/** Names that were read, by id; a list tells of texts by reference only. Kept until the desk is left. */
const names = shallowReactive(new Map<string, { version: number; name: string }>())
const asked = new Map<string, number>()

/** What a dossier is called; empty until it is read. Read again when it is newer than what is known. */
export function nameOf(kind: Kind, id: string, version = 1): string {
  if ((asked.get(id) ?? 0) < version) {
    asked.set(id, version)
    open(kind, id)
      .then(opened => names.set(id, { version: opened.line.version, name: called(kind, opened) }))
      .catch(() => {})
  }
  return names.get(id)?.name ?? ''
}
