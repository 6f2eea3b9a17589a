/** The forms that begin a dossier, filled with what is known: the own area, the present, the incident. */
import { now, session } from '@/session/session'
import { router } from '@/shell/router'
import { directory } from '@/words/directory'
import { wall } from '@/words/times'
import type { Asked } from './asking'
import { pageOf, type Outcome } from './dossiers'
import type { Kind, Values } from './commands'

/** Now, as forms hold it. */
export const present = (later = 0): string => `${wall(now.value + later)}:00+08:00`

const ownArea = () => directory.value.units.get(session.value?.unit ?? '')?.area

type After = (outcome: Outcome) => unknown

function begin(kind: Kind, name: string, filled: Values, after?: After): Asked {
  const show = (outcome: Outcome) => router.push(pageOf(kind, outcome.id))
  return { kind, name, filled, after: after ?? show }
}

const MINUTE = 60_000

export const beginUrgent = (incident?: string, after?: After): Asked =>
  begin('urgent', 'know', { happened_at: present(-10 * MINUTE), known_at: present(), area: ownArea(), incident }, after)

export const openIncident = (): Asked =>
  begin('incident', 'open', { areas: [ownArea()].filter(Boolean), began_at: present() })

export const askLosses = (incident?: string, area?: string, after?: After): Asked =>
  begin('losses', 'ask', { area: area ?? ownArea(), incident }, after)

export const raisePost = (incident?: string, areas?: string[], after?: After): Asked =>
  begin('post', 'raise', { plan: 'storm', areas, incident }, after)

export const draftBrief = (incident?: string, since?: string, after?: After): Asked =>
  begin(
    'brief',
    'draft',
    {
      kind: 'special',
      from: since ?? present(-24 * 60 * MINUTE),
      to: present(),
      cut_off: present(),
      figures: 0,
      incident,
    },
    after,
  )

export const askJudgement = (dossier?: string): Asked =>
  begin('judgement', dossier ? 'ask_dossier' : 'ask_case', dossier ? { 'subject.dossier': dossier } : {})
