/**
 * The form of every command that people give to a dossier: which fields it asks for. A new command of the
 * server needs one row here and its words in `words/duty-*.json` (`duty_command.KIND_NAME`, `duty_field.NAME`).
 */
export type Kind = 'roster' | 'shift' | 'post' | 'incident' | 'losses' | 'urgent' | 'brief' | 'judgement'

export type FieldKind =
  | 'line' // one line
  | 'text' // several lines
  | 'time'
  | 'number' // a whole number
  | 'unit'
  | 'units'
  | 'area'
  | 'areas'
  | 'staff' // somebody who does duty at the centre that is given
  | 'leaders' // people of any unit
  | 'choice' // one of a list of codes, in words by `duty_choice.LIST_CODE`
  | 'yesno'
  | 'case' // a number, sent as the case's id
  | 'cases' // several numbers, sent as ids
  | 'dossier' // one of those that are open, by `of`
  | 'document' // paragraphs, sent as the JSON of a brief
  | 'assignments' // people on duty, each for a stretch of time
  | 'open_things' // what the next shift must see to

export interface Field {
  /** Where it stands in the command; `warning.level` lies one deeper. */
  name: string
  kind: FieldKind
  /** May be left out. */
  optional?: true
  /** The list of a choice. */
  list?: keyof typeof LISTS
  /** The kind of a dossier. */
  of?: Kind
  /** Key of its label, where it is not the last part of the name. */
  label?: string
}

export interface Form {
  fields: readonly Field[]
  /** The command's name, where two forms give the same one. */
  command?: string
  /** What is sent beside the fields. */
  fixed?: Values
  /** Sent with the version that was looked at, because it answers for everything on the page. */
  seen?: true
}

/** The codes of every list, in the order in which they are offered. */
export const LISTS = {
  post: ['leader', 'chief', 'clerk', 'technician'],
  log: ['telephone_in', 'telephone_out', 'note', 'order', 'visit'],
  open: ['matter', 'case', 'dossier'],
  incident: ['storm', 'flood', 'fire', 'accident', 'outage', 'public_opinion', 'gathering', 'epidemic', 'other'],
  warning: ['red', 'orange', 'yellow', 'blue'],
  level: ['I', 'II', 'III', 'IV'],
  plan: ['storm', 'flood', 'typhoon', 'epidemic'],
  report: ['losses', 'situation'],
  check: ['confirmed', 'returned'],
  series: ['first', 'follow_up', 'verified', 'zero'],
  source: ['form', 'telephone'],
  matter: ['accident', 'disaster', 'public_health', 'social_security', 'other'],
  brief: ['daily', 'weekly', 'special'],
  verdict: ['true', 'false', 'needs_visit', 'not_ours'],
} as const

const line = (name: string): Field => ({ name, kind: 'line' })
const text = (name: string): Field => ({ name, kind: 'text' })
const time = (name: string): Field => ({ name, kind: 'time' })
const count = (name: string): Field => ({ name, kind: 'number' })
const choice = (name: string, list: keyof typeof LISTS): Field => ({ name, kind: 'choice', list })
const optional = (field: Field, label?: string): Field => ({ ...field, optional: true, ...(label ? { label } : {}) })
const called = (field: Field, label: string): Field => ({ ...field, label })

const reason = text('reason')
const words = text('text')
const incident: Field = { name: 'incident', kind: 'dossier', of: 'incident', optional: true }
const whose: Field = { name: 'whose', kind: 'unit', optional: true }
const verdict = choice('verdict', 'verdict')
const question: readonly Field[] = [
  text('question'),
  { name: 'departments', kind: 'units' },
  { name: 'lead', kind: 'unit', optional: true },
  optional(time('due'), 'opinions_due'),
]

export const COMMANDS: Record<Kind, Record<string, Form>> = {
  roster: {
    plan: { fields: [{ name: 'assignments', kind: 'assignments' }] },
    raise: {
      fields: [
        { name: 'post', kind: 'dossier', of: 'post', label: 'command_post' },
        { name: 'assignments', kind: 'assignments' },
      ],
    },
    withdraw: { fields: [] },
    swap: { fields: [{ name: 'with', kind: 'staff' }, reason] },
    agree_swap: { fields: [] },
    drop_swap: { fields: [] },
    rule_swap: { fields: [{ name: 'granted', kind: 'yesno' }, optional(reason)] },
  },
  shift: {
    expect: { fields: [time('from'), time('to'), { name: 'staff', kind: 'staff' }] },
    call_off: { fields: [] },
    take_over: { fields: [called(time('from'), 'shift_from'), called(time('to'), 'shift_to')] },
    log: {
      fields: [
        called(choice('kind', 'log'), 'log_kind'),
        words,
        optional(line('counterpart')),
        optional(time('happened_at')),
        optional(line('case'), 'case_number'),
        { name: 'dossier', kind: 'dossier', optional: true },
      ],
    },
    hand_over: { fields: [text('summary'), { name: 'open_things', kind: 'open_things', optional: true }] },
    accept_hand_over: { fields: [], seen: true },
    refuse_hand_over: { fields: [reason] },
  },
  post: {
    raise: {
      fields: [
        choice('plan', 'plan'),
        choice('level', 'level'),
        { name: 'areas', kind: 'areas', optional: true, label: 'struck' },
        { name: 'centres', kind: 'units', optional: true },
        reason,
        incident,
      ],
    },
    change_level: { fields: [choice('level', 'level'), reason] },
    acknowledge: { fields: [] },
    note: { fields: [words] },
    order: { fields: [{ name: 'to', kind: 'unit' }, words] },
    report_cycle: { fields: [choice('what', 'report'), count('every_minutes'), time('first_due')] },
    reported: { fields: [{ name: 'unit', kind: 'unit' }, choice('what', 'report')] },
    stand_down: { fields: [reason] },
  },
  incident: {
    open: {
      fields: [
        called(choice('kind', 'incident'), 'incident_kind'),
        line('title'),
        { name: 'areas', kind: 'areas' },
        time('began_at'),
        optional(line('warning.reference'), 'warning_reference'),
        optional(choice('warning.level', 'warning'), 'warning_level'),
      ],
    },
    add: { fields: [{ name: 'cases', kind: 'cases' }] },
    remove: { fields: [{ name: 'cases', kind: 'cases' }, reason] },
    set_master: { fields: [{ name: 'case', kind: 'case', label: 'case_number' }] },
    share_answer: { fields: [words] },
    widen: { fields: [{ name: 'areas', kind: 'areas' }] },
    note: { fields: [words] },
    link_post: { fields: [{ name: 'dossier', kind: 'dossier', of: 'post' }] },
    link_losses: { fields: [{ name: 'dossier', kind: 'dossier', of: 'losses' }] },
    link_brief: { fields: [{ name: 'dossier', kind: 'dossier', of: 'brief' }] },
    merge_into: { fields: [{ name: 'incident', kind: 'dossier', of: 'incident' }] },
    close: { fields: [text('summary')] },
    reopen: { fields: [reason] },
  },
  losses: {
    ask: {
      fields: [
        optional(line('name'), 'disaster'),
        { name: 'area', kind: 'area' },
        { name: 'units', kind: 'units', optional: true, label: 'reporting_units' },
        optional(count('first_minutes')),
        optional(count('cycle_minutes')),
        incident,
      ],
    },
    add_units: { fields: [{ name: 'units', kind: 'units', label: 'added_units' }] },
    check: { fields: [called(choice('verdict', 'check'), 'check_verdict'), optional(reason, 'return_reason')] },
    sign: { fields: [], seen: true },
    verify: { fields: [], seen: true },
    close: { fields: [reason] },
  },
  urgent: {
    know: {
      fields: [
        called(choice('kind', 'matter'), 'matter_kind'),
        time('happened_at'),
        time('known_at'),
        called(text('summary'), 'matter_summary'),
        { name: 'area', kind: 'area', optional: true, label: 'happened_in' },
        incident,
      ],
    },
    telephone: { fields: [{ name: 'to', kind: 'unit' }, text('spoken_with'), called(time('at'), 'call_time')] },
    written: { fields: [words, { name: 'to', kind: 'units', optional: true, label: 'addressed' }] },
    follow_up: { fields: [words] },
    final: { fields: [words] },
    receipt: { fields: [] },
    forward: { fields: [text('comment'), { name: 'to', kind: 'units', optional: true, label: 'addressed' }] },
    read: { fields: [] },
  },
  brief: {
    draft: {
      fields: [
        called(choice('kind', 'brief'), 'brief_kind'),
        line('title'),
        optional(line('number'), 'brief_number'),
        called(time('from'), 'period_from'),
        called(time('to'), 'period_to'),
        time('cut_off'),
        count('figures'),
        { name: 'body', kind: 'document' },
        { name: 'recipients.units', kind: 'units', optional: true, label: 'recipients' },
        { name: 'recipients.leaders', kind: 'leaders', optional: true },
        incident,
      ],
    },
    revise: {
      fields: [
        { name: 'body', kind: 'document' },
        optional(time('cut_off')),
        optional(count('figures')),
        optional(reason),
      ],
      seen: true,
    },
    submit: { fields: [], seen: true },
    sign: { fields: [], seen: true },
    return_draft: { fields: [reason] },
    send: { fields: [], seen: true },
    receipt: { fields: [] },
    read: { fields: [] },
    instruct: {
      fields: [words, { name: 'to', kind: 'unit', label: 'answering_unit' }, optional(time('due'), 'answer_due')],
    },
    accept_answer: { fields: [optional(words)] },
    refuse_answer: { fields: [words, optional(time('due'), 'answer_due')] },
    withdraw: { fields: [optional(reason)] },
  },
  judgement: {
    ask_case: {
      command: 'ask',
      fixed: { 'subject.about': 'case' },
      fields: [{ name: 'subject.case', kind: 'case', label: 'case_number' }, ...question],
    },
    ask_dossier: {
      command: 'ask',
      fixed: { 'subject.about': 'dossier' },
      fields: [{ name: 'subject.dossier', kind: 'dossier' }, ...question],
    },
    opine: { fields: [verdict, whose, words] },
    decide: { fields: [verdict, whose, words, optional(text('early'))] },
    found: { fields: [verdict, whose] },
    withdraw: { fields: [optional(reason)] },
  },
}

/** What stands in a form, by the name of the field. */
export type Values = Record<string, unknown>

export function blank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && !value.trim()) ||
    (Array.isArray(value) && !value.length)
  )
}

export function missing(fields: readonly Field[], values: Values): Field[] {
  return fields.filter(field => !field.optional && blank(values[field.name]))
}

/** Rows without what was left blank in them. */
function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const row = (one: object) => Object.fromEntries(Object.entries(one).filter(([, said]) => !blank(said)))
  return value.map(one => (typeof one === 'object' ? row(one) : one))
}

/** The command as the server takes it: what was left blank is left out, dotted names lie deeper. */
export function body(name: string, form: Form, values: Values): Record<string, unknown> {
  const command: Record<string, unknown> = { command: form.command ?? name }
  for (const [path, value] of Object.entries({ ...form.fixed, ...values })) {
    if (blank(value)) continue
    const [outer = path, inner] = path.split('.')
    if (inner === undefined) command[outer] = plain(value)
    else command[outer] = { ...(command[outer] as object | undefined), [inner]: value }
  }
  return command
}
