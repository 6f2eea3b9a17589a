/** What happened to a case, in words: events given together are one entry. */
import type { CaseDetail, Recorded } from '@/api/types'
import { areaName, categoryName, listed, unitName, word } from '@/words/directory'
import { t } from '@/words/i18n'
import { full } from '@/words/times'
import { choice } from './choices'
import { clockName } from './clocks'

export interface Entry {
  seq: number
  at: string
  staff: string
  lines: Line[]
}

export interface Line {
  words: string
  /** Bookkeeping of the house: clocks, stages. */
  quiet: boolean
  /** Texts that came with it, as far as the asker may read them. */
  texts: string[]
}

/** Events that follow from others. */
const QUIET = new Set([
  'stage_reached',
  'term_started',
  'term_ended',
  'narrative_added',
  'marked',
  'repinned',
  'holding_withdrawn',
])

/** A draft passes its own handler's step by itself. */
const isQuiet = (event: Recorded) =>
  QUIET.has(event.event) || (event.event === 'step_passed' && event.step === 'handler')

/** Entries, the newest first. */
export function timeline(events: Recorded[], found: CaseDetail): Entry[] {
  const texts = new Map(found.texts.map(text => [text.id, text.text ?? t('case.text_gone')]))
  const entries: Entry[] = []
  for (const event of events) {
    const line: Line = { words: words(event, found), quiet: isQuiet(event), texts: textsOf(event, texts) }
    const last = entries.at(-1)
    if (last && last.at === event.at && last.staff === event.staff) last.lines.push(line)
    else entries.push({ seq: event.seq, at: event.at, staff: event.staff, lines: [line] })
  }
  return entries.reverse()
}

/** The first word of a case stands on the page already; every other text stands with its event. */
function textsOf(event: Recorded, texts: Map<string, string>): string[] {
  if (event.event === 'accepted' || event.event === 'narrative_added') return []
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      const text = texts.get(value)
      if (text) found.push(text)
    } else if (value && typeof value === 'object') Object.values(value).forEach(walk)
  }
  walk(event)
  return found
}

/** The sentence of an event: `event.NAME` with what it names. */
function words(event: Recorded, found: CaseDetail): string {
  const holding = 'holding' in event ? found.holdings?.find(h => h.no === event.holding) : undefined
  const unit = unitName(holding?.unit)
  const say = (params: Record<string, unknown> = {}, key: string = event.event) =>
    t(`event.${key}`, { unit, ...params })
  switch (event.event) {
    case 'accepted': {
      const accepted = say({
        channel: word('channel', event.intake.channel),
        kind: word('kind', event.kind),
        category: categoryName(event.category),
      })
      const { late, received_at } = event.intake
      return late
        ? [accepted, t('event.late', { form: late.form, at: full(received_at) })].join(t('event.joint'))
        : accepted
    }
    case 'dispatched': {
      const main = event.holdings.filter(h => h.role === 'main').map(h => unitName(h.unit))
      const assistants = event.holdings.filter(h => h.role !== 'main').map(h => unitName(h.unit))
      const copies = event.copies.map(([unit]) => unitName(unit))
      return [
        main.length ? say({ main: listed(main) }) : '',
        assistants.length ? say({ assistants: listed(assistants) }, 'dispatched_assistants') : '',
        copies.length ? say({ copies: listed(copies) }, 'dispatched_copies') : '',
      ]
        .filter(Boolean)
        .join(t('event.joint'))
    }
    case 'copied':
      return say({ units: listed(event.units.map(([unit]) => unitName(unit))) })
    case 'contacted':
      return say({}, event.reached ? 'contacted' : 'contact_missed')
    case 'milestone_reached':
      return say({ name: event.name })
    case 'step_passed':
    case 'step_sent_back':
      return say({ step: t(`step.${event.step}`) })
    case 'reply_drafted':
      return say({ solved: word('solved', event.reply.solved) })
    case 'return_requested':
      return say({ proposed: unitName(event.proposed), reason: choice(event.reason) })
    case 'return_ruled':
      return say({ verdict: t(`ruling.${event.verdict}`) })
    case 'extension_requested':
      return say({ amount: event.amount })
    case 'extension_ruled':
      return say({}, event.granted ? 'extension_granted' : 'extension_refused')
    case 'sheet_issued':
      return say({ level: t(`choice.${event.level}`), to: unitName(event.to), no: event.no })
    case 'sheet_answered':
    case 'sheet_lifted':
      return say({ no: event.no })
    case 'corrected':
      return say({
        what: listed(
          [
            event.kind ? word('kind', event.kind) : '',
            event.category ? categoryName(event.category) : '',
            event.level ? word('level', event.level) : '',
            event.place?.area ? areaName(event.place.area) : '',
          ].filter(Boolean),
        ),
      })
    case 'centre_changed':
      return say({ centre: unitName(event.centre) })
    case 'verified':
      return say({}, event.confirmed ? 'verified' : 'verified_not')
    case 'call_back_tried':
      return event.agreed ? say({ at: full(event.agreed) }, 'call_back_agreed') : say()
    case 'called_back':
      return say({
        solved: word('solved', event.solved),
        result: word('grade', event.result),
        attitude: word('grade', event.attitude),
      })
    case 'answered_directly':
      return say({ solved: word('solved', event.solved) })
    case 'attached':
      return say({ what: word('attachment_kind', event.what) })
    case 'closed':
      return say({ outcome: word('outcome', event.outcome) })
    case 'redo_ordered':
    case 'reopened':
      return say({ round: event.round })
    case 'consent_recorded':
      return say(
        { subject: t(`choice.${event.subject}`), reference: event.reference },
        event.granted ? 'consent_given' : 'consent_withheld',
      )
    case 'referred_away':
      return say({ authority: event.authority })
    case 'repeat_judged':
    case 'repeat_confirmed':
      return say({ verdict: t(`choice.${event.verdict}`) })
    case 'stage_reached':
      return say({ stage: word('stage', event.stage) })
    case 'term_started':
      return say({ clock: clockName(`term:${event.term}`), due: full(event.clock.due) })
    case 'term_ended': {
      const ended = found.terms?.find(term => term.no === event.no)
      return say({ clock: ended ? clockName(`term:${ended.kind}`) : '' })
    }
    case 'marked': {
      const clock = event.clock
      const of =
        'holding' in clock
          ? clockName(clock.of)
          : clock.of === 'sheet'
            ? clockName(`sheet:${clock.no}`)
            : termName(found, clock.no)
      return say({ clock: of, mark: t(`mark.${event.mark}`) })
    }
    default:
      return say()
  }
}

function termName(found: CaseDetail, no: number): string {
  const term = found.terms?.find(one => one.no === no)
  return term ? clockName(`term:${term.kind}`) : ''
}
