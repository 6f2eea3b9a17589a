/** The duty room: its forms and words against the server's description, and what its pages reckon. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { module } from './module.mjs'

const at = path => new URL(`../${path}`, import.meta.url)
const json = path => JSON.parse(readFileSync(at(path), 'utf8'))
const { schemas } = json('../docs/openapi.json').components
const words = json('src/words/duty-zh-CN.json')

const { blank, body, COMMANDS, LISTS, missing } = await module('src/duty/commands.ts')
const { printed, steps } = await module('src/duty/losses/figures.ts')
const { reading, ticks } = await module('src/duty/urgent/clocks.ts')
const { cell, rows } = await module('src/duty/losses/totals.ts')
const { days, onDay } = await module('src/duty/rosters/roster.ts')
const { blocks } = await module('src/duty/board/board.ts')
const { slot } = await module('src/duty/slots.ts')
const { inOrder, kindOf } = await module('src/duty/desk/notices.ts')
const { passages, typed, written } = await module('src/duty/briefs/documents.ts')

/** What the house alone gives, and what has a form of its own. */
const OWN = { brief: ['case_opened', 'answered'], losses: ['report', 'correct'] }

/** A schema with everything that it takes in from others. */
function whole(schema) {
  if (schema.$ref) return whole(schemas[schema.$ref.split('/').at(-1)])
  const parts = (schema.allOf ?? []).map(whole)
  return {
    properties: Object.assign({}, schema.properties, ...parts.map(part => part.properties)),
    required: [...(schema.required ?? []), ...parts.flatMap(part => part.required)],
  }
}

/** The commands that people give to a kind. */
function commands(kind) {
  const { oneOf } = schemas[`${kind[0].toUpperCase()}${kind.slice(1)}Command`]
  return oneOf
    .map(whole)
    .map(one => ({ ...one, name: one.properties.command.enum[0] }))
    .filter(({ name }) => !OWN[kind]?.includes(name))
}

test('every command of every dossier has a form that asks for what the server needs, and for nothing else', () => {
  for (const kind of Object.keys(COMMANDS)) {
    const forms = Object.entries(COMMANDS[kind]).map(([key, form]) => ({ ...form, key, gives: form.command ?? key }))
    for (const { name, properties, required } of commands(kind)) {
      const given = forms.filter(form => form.gives === name)
      assert.ok(given.length, `no form for ${kind} ${name}`)
      for (const form of given) {
        const outer = [...form.fields.map(field => field.name), ...Object.keys(form.fixed ?? {})].map(
          n => n.split('.')[0],
        )
        for (const field of outer) assert.ok(field in properties, `${kind} ${name} knows no ${field}`)
        // What the page gives by itself: which assignment, whose shift, which report.
        const known = [...outer, 'command', 'centre', 'assignment', 'unit', 'report', 'instruction']
        for (const needed of required) assert.ok(known.includes(needed), `${kind} ${name} needs ${needed}`)
      }
    }
    for (const form of forms)
      assert.ok(
        commands(kind).some(({ name }) => name === form.gives),
        `${kind} ${form.gives}`,
      )
  }
})

test('commands, fields, choices, stages and notices have words', () => {
  for (const [kind, forms] of Object.entries(COMMANDS)) {
    assert.ok(words.duty_kind[kind] && words.duty_none[kind], kind)
    for (const [name, form] of Object.entries(forms)) {
      assert.ok(words.duty_command[`${kind}_${name}`], `command ${kind} ${name}`)
      for (const field of form.fields)
        assert.ok(words.duty_field[field.label ?? field.name.split('.').at(-1)], `field ${field.name}`)
    }
  }
  for (const [list, codes] of Object.entries(LISTS))
    for (const code of codes) assert.ok(words.duty_choice[`${list}_${code}`], `${list} ${code}`)
  const stages = {
    incident: 'Incident',
    losses: 'Losses',
    urgent: 'Urgent',
    brief: 'Brief',
    judgement: 'Judgement',
    shift: 'Shift',
  }
  for (const [kind, name] of Object.entries(stages))
    for (const stage of schemas[`${name}Stage`].enum)
      assert.ok(words.duty_stage[`${kind}_${stage}`], `${kind} ${stage}`)
  const sources = readdirSync(at('../crates/duty/src'), { recursive: true }).filter(name =>
    /^\w+\/(mod|notices|event)\.rs$/.test(name),
  )
  const told = sources.flatMap(name => [
    ...readFileSync(at(`../crates/duty/src/${name}`), 'utf8').matchAll(/"(\w+\.\w+)"/g),
  ])
  assert.ok(told.length > 40)
  for (const [, what] of told) if (kindOf(what) in COMMANDS) assert.ok(words.duty_notice[what.replace('.', '_')], what)
})

test('the lists of choices are the server’s', () => {
  const lists = {
    post: 'DutyPost',
    log: 'ShiftLogKind',
    open: 'ShiftOpenKind',
    incident: 'IncidentKind',
    warning: 'WarningLevel',
    level: 'ResponseLevel',
    report: 'PostReport',
    check: 'LossesVerdict',
    series: 'LossesReportKind',
    source: 'LossesSource',
    matter: 'UrgentMatter',
    brief: 'DutyBriefKind',
    verdict: 'JudgementVerdict',
  }
  for (const [list, name] of Object.entries(lists))
    assert.deepEqual([...LISTS[list]].sort(), [...schemas[name].enum].sort(), list)
  const plans = Object.keys(json('../crates/duty/data/plans.json').plans)
  assert.deepEqual([...LISTS.plan].sort(), plans.sort())
  for (const { group } of json('../crates/duty/data/losses.json').fields) assert.ok(words.duty_group[group], group)
})

test('a command leaves out what was left blank; dotted names lie deeper', () => {
  const form = COMMANDS.incident.open
  const values = { kind: 'storm', title: ' ', areas: ['a'], 'warning.reference': 'w-1', 'warning.level': 'red' }
  assert.deepEqual(body('open', form, values), {
    command: 'open',
    kind: 'storm',
    areas: ['a'],
    warning: { reference: 'w-1', level: 'red' },
  })
  assert.deepEqual(
    missing(form.fields, values).map(field => field.name),
    ['title', 'began_at'],
  )
  const ask = body('ask_case', COMMANDS.judgement.ask_case, { 'subject.case': 'c', question: 'q', departments: ['d'] })
  assert.deepEqual([ask.command, ask.subject], ['ask', { about: 'case', case: 'c' }])
  const things = [{ kind: 'matter', reference: '', text: 'watch the pump' }]
  assert.deepEqual(body('hand_over', COMMANDS.shift.hand_over, { open_things: things }).open_things, [
    { kind: 'matter', text: 'watch the pump' },
  ])
  assert.ok(blank([]) && blank(' ') && !blank(0) && !blank(false))
})

test('figures are printed in their unit and taken back exactly', () => {
  assert.equal(printed(1_234_567, 1000), '1,234.567')
  assert.equal(printed(1_234_500, 1000, false), '1234.5')
  assert.equal(printed(40_000, 10_000), '4')
  assert.equal(printed(1, 10_000), '0.0001')
  assert.equal(printed(1_000_000_000_000, 1), '1,000,000,000,000')
  assert.equal(steps('0.1', 10_000), 1000)
  assert.equal(steps('1,234.567', 1000), 1_234_567)
  assert.equal(steps('１２．５', 1000), 12_500, 'as a Chinese keyboard types it')
  assert.equal(steps('', 1000), 0)
  assert.equal(steps('8.', 1000), 8000)
  for (const wrong of ['1.2345', '-1', 'abc', '.', '1e3']) assert.equal(steps(wrong, 1000), undefined, wrong)
  assert.equal(steps('3.5', 1), undefined, 'no half a person')
  for (let i = 0; i < 2000; i++) {
    const figure = (i * 7_919_333) % 1_000_000_007
    for (const scale of [1, 1000, 10_000]) assert.equal(steps(printed(figure, scale), scale), figure)
  }
})

test('a clock is green, yellow from 80 % of its term, red beyond it; one that is done says whether it was in time', () => {
  const clock = { since: '2026-11-24T10:00:00+08:00', due: '2026-11-24T10:20:00+08:00' }
  const seen = (minute, more = {}) =>
    reading({ ...clock, ...more }, Date.parse('2026-11-24T10:00:00+08:00') + minute * 60_000)
  assert.deepEqual(seen(15), { standing: 'green', over: false, seconds: 300 })
  assert.equal(seen(16).standing, 'yellow')
  assert.equal(seen(20).standing, 'yellow')
  assert.deepEqual(seen(21), { standing: 'red', over: true, seconds: 60 })
  assert.equal(seen(90, { done_at: '2026-11-24T10:19:00+08:00' }).standing, 'done')
  assert.equal(seen(90, { done_at: '2026-11-24T10:21:00+08:00' }).standing, 'red')
  assert.equal(ticks(545), '9:05')
  assert.equal(ticks(4145), '1:09:05')
  assert.equal(ticks(0), '0:00')
})

test('totals open down, and a place that said nothing has empty cells, not noughts', () => {
  const tally = (reported, signed, heard, covered) => ({ reported, signed, asked: 2, heard, current: heard, covered })
  const town = (name, ...of) => ({ area: name, name, unit: `${name}.centre`, tally: tally(...of) })
  const totals = {
    area: 'city',
    name: 'city',
    tally: tally({ dead: 3 }, {}, 1, 0),
    counties: [
      {
        area: 'north',
        name: 'north',
        tally: tally({ dead: 3 }, {}, 1, 0),
        towns: [town('a', { dead: 3 }, {}, 1, 0), town('b', {}, {}, 0, 0)],
      },
      { area: 'south', name: 'south', tally: tally({}, {}, 0, 0), towns: [town('c', {}, {}, 0, 0)] },
    ],
  }
  const names = opened => rows(totals, new Set(opened), 'reported').map(row => `${row.level}${row.name}`)
  assert.deepEqual(names([]), ['0city', '1north', '1south'])
  assert.deepEqual(names(['north']), ['0city', '1north', '2a', '2b', '1south'])
  const [city, , a, b] = rows(totals, new Set(['north']), 'reported')
  assert.deepEqual(
    [cell(city, 'dead', 'reported'), cell(a, 'dead', 'reported'), cell(a, 'injured', 'reported')],
    [3, 3, 0],
  )
  assert.equal(cell(b, 'dead', 'reported'), undefined)
  assert.equal(cell(rows(totals, new Set(), 'signed')[0], 'dead', 'signed'), undefined, 'nothing is signed')
})

test('a roster by day: what runs into the first day is shown there, holes are cut at midnight', () => {
  const day = at => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
  const duty = (no, from, to) => ({ no, from: `2026-11-${from}:00+08:00`, to: `2026-11-${to}:00+08:00` })
  const table = days(
    [duty(1, '23T20:30', '24T08:30'), duty(2, '24T08:30', '24T20:30'), duty(3, '25T00:00', '25T08:00')],
    '2026-11-24',
    2,
    day,
  )
  assert.deepEqual(
    table.map(one => [one.day, ...one.assignments.map(a => a.no)]),
    [
      ['2026-11-24', 1, 2],
      ['2026-11-25', 3],
    ],
  )
  const holes = [duty(0, '24T20:30', '26T08:00')]
  assert.deepEqual(onDay(holes, '2026-11-24'), [{ from: '20:30', to: '24:00' }])
  assert.deepEqual(onDay(holes, '2026-11-25'), [{ from: '00:00', to: '24:00' }])
  assert.deepEqual(onDay(holes, '2026-11-27'), [])
})

test('a shift of nobody’s roster is the half of the day in which one takes it over', () => {
  const hours = present => slot(present).map(time => time.slice(5, 16))
  assert.deepEqual(hours('2026-11-24T11:00:00+08:00'), ['11-24T08:30', '11-24T20:30'])
  assert.deepEqual(hours('2026-11-24T20:30:00+08:00'), ['11-24T20:30', '11-25T08:30'])
  assert.deepEqual(hours('2026-12-01T03:00:00+08:00'), ['11-30T20:30', '12-01T08:30'])
})

test('the board puts towns under their county, and shows holes alone on demand', () => {
  const centre = (area, level, hole) => ({ centre: `${area}.centre`, area, level, hole })
  const centres = [centre('city', 'city', false), centre('north', 'county', false), centre('north.a', 'town', true)]
  const parent = area => (area === 'north.a' ? 'north' : 'city')
  const shape = only => blocks(centres, parent, only).map(b => [b.area, b.head?.area, b.towns.map(town => town.area)])
  assert.deepEqual(shape(false), [
    [undefined, 'city', []],
    ['north', 'north', ['north.a']],
  ])
  assert.deepEqual(shape(true), [['north', undefined, ['north.a']]])
})

test('urgent notices are read first', () => {
  const notice = (what, urgent, minute) => ({ what, urgent, at: `2026-11-24T10:${minute}:00+08:00` })
  const read = inOrder([notice('a.x', false, 30), notice('b.x', true, 10), notice('c.x', true, 20)])
  assert.deepEqual(
    read.map(one => kindOf(one.what)),
    ['c', 'b', 'a'],
  )
})

test('a document is read whatever wrote it, and typed again as it was', () => {
  const body = JSON.stringify({ title: 'T', sections: [{ heading: 'H', text: 'x' }], figures: 3 })
  assert.deepEqual(passages(body), [
    { heading: true, text: 'T' },
    { heading: true, text: 'H' },
    { heading: false, text: 'x' },
  ])
  assert.deepEqual(passages('plain'), [{ heading: false, text: 'plain' }])
  assert.equal(typed(written('one\n\n two ')), 'one\ntwo')
})
