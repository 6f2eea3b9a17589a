/**
 * The form of every command: which fields it asks for. A new command of the server needs one row here
 * and its words in `words/*.json` (`command.NAME`, `field.NAME`).
 */
import type { Move } from '@/api/types'

export type FieldKind =
  | 'text' // several lines
  | 'line' // one line
  | 'unit'
  | 'units'
  | 'category'
  | 'word' // one of the server's words, by `list`
  | 'choice' // one of `codes`, or of the policy's reasons
  | 'yesno'
  | 'days' // a whole number in the unit of the term
  | 'time'
  | 'case' // a number, sent as the case's id
  | 'basis'
  | 'milestone'
  | 'file' // put into the house when it is chosen, sent by its digest
  | 'files'

export interface Field {
  name: string
  kind: FieldKind
  /** May be left out. */
  optional?: boolean
  /** The list of words, for `word`. */
  list?: string
  /** The codes of a `choice`, in words by `choice.CODE`; without them, the reasons of return of the policy in force. */
  codes?: readonly string[]
  /** Words that are never chosen by hand. */
  without?: readonly string[]
}

const reason: Field = { name: 'reason', kind: 'text' }
const solved: Field = { name: 'solved', kind: 'word', list: 'solved' }
const basis: Field = { name: 'basis', kind: 'basis' }
const main: Field = { name: 'main', kind: 'unit' }
const assistants: Field = { name: 'assistants', kind: 'units', optional: true }
const granted: Field = { name: 'granted', kind: 'yesno' }
const verdict: Field = {
  name: 'verdict',
  kind: 'choice',
  codes: ['unsolved', 'recurred', 'new_fact', 'already_answered'],
}

export const COMMANDS: Partial<Record<Move['command'], readonly Field[]>> = {
  answer_directly: [solved, { name: 'text', kind: 'text' }],
  dispatch: [main, assistants, { name: 'copies', kind: 'units', optional: true }, basis],
  add_assistant: [{ name: 'unit', kind: 'unit' }, basis],
  copy: [{ name: 'units', kind: 'units' }],
  dispatch_child: [main, assistants, basis],
  sign: [],
  contact: [{ name: 'reached', kind: 'yesno' }],
  reach_milestone: [{ name: 'name', kind: 'milestone' }],
  draft_reply: [
    { name: 'text', kind: 'text' },
    solved,
    { name: 'truth', kind: 'yesno' },
    { name: 'public_text', kind: 'text', optional: true },
    { name: 'beyond_duty', kind: 'yesno', optional: true },
  ],
  pass_step: [],
  send_back_step: [reason],
  excuse_assistant: [reason],
  start_review: [],
  accept_reply: [],
  reject_reply: [reason],
  request_return: [
    { name: 'reason', kind: 'choice' },
    { name: 'basis', kind: 'text' },
    { name: 'proposed', kind: 'unit' },
  ],
  grant_return: [{ name: 'to', kind: 'unit' }, reason],
  refuse_return: [reason],
  designate: [reason],
  request_extension: [{ name: 'amount', kind: 'days' }, reason],
  rule_extension: [granted, reason],
  suspend: [reason],
  resume: [],
  defer: [reason],
  undefer: [],
  remind: [{ name: 'note', kind: 'text', optional: true }],
  supervise: [{ name: 'level', kind: 'choice', codes: ['blue', 'orange', 'red'] }, reason],
  answer_sheet: [{ name: 'answer', kind: 'text' }],
  lift_sheet: [],
  correct: [
    { name: 'kind', kind: 'word', list: 'kind', optional: true },
    { name: 'category', kind: 'category', optional: true },
    { name: 'level', kind: 'word', list: 'level', optional: true },
    reason,
  ],
  escalate: [reason],
  verify: [
    { name: 'confirmed', kind: 'yesno' },
    { name: 'remark', kind: 'text', optional: true },
    { name: 'photos', kind: 'files', optional: true },
  ],
  try_call_back: [{ name: 'agreed', kind: 'time', optional: true }],
  call_back: [
    solved,
    { name: 'result', kind: 'word', list: 'grade' },
    { name: 'attitude', kind: 'word', list: 'grade' },
    { name: 'remark', kind: 'text', optional: true },
  ],
  redo: [reason, { name: 'to', kind: 'unit', optional: true }],
  close: [
    { name: 'outcome', kind: 'word', list: 'outcome', without: ['merged'] },
    { name: 'reason', kind: 'text', optional: true },
  ],
  archive: [],
  reopen: [reason],
  merge_into: [{ name: 'master', kind: 'case' }],
  unmerge: [reason],
  record_consent: [
    { name: 'subject', kind: 'choice', codes: ['extension', 'return', 'close'] },
    granted,
    { name: 'reference', kind: 'line' },
  ],
  update_outer: [{ name: 'deadline', kind: 'time', optional: true }],
  make_secret: [{ name: 'accused_units', kind: 'units', optional: true }],
  set_extract: [{ name: 'extract', kind: 'text' }],
  refer_away: [{ name: 'authority', kind: 'line' }, reason],
  judge_repeat: [{ name: 'earlier', kind: 'case' }, verdict],
  contest_repeat: [reason],
  confirm_repeat: [verdict],
  repin: [reason],
  attach: [
    { name: 'file', kind: 'file' },
    { name: 'what', kind: 'word', list: 'attachment_kind' },
    { name: 'note', kind: 'text', optional: true },
  ],
  note: [{ name: 'text', kind: 'text' }],
}

/** What was typed into a form, by field. */
export type Values = Record<string, unknown>

export function missing(fields: readonly Field[], values: Values): Field[] {
  return fields.filter(field => !field.optional && blank(values[field.name]))
}

function blank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && !value.trim()) ||
    (Array.isArray(value) && !value.length)
  )
}

/** The command as the server takes it: what was left blank is left out. */
export function body(move: Move, values: Values, version: number): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => !blank(value))
  return {
    command: move.command,
    holding: move.holding ?? undefined,
    sheet: move.sheet ?? undefined,
    version,
    ...Object.fromEntries(given),
  }
}
