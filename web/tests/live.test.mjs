/** What the live list and the business clock do with what they hear. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { module } from './module.mjs'

const { fits, takeIn } = await module('src/cases/order.ts')
const { Reckoning } = await module('src/session/clock.ts')

const NOW = Date.parse('2021-05-01T12:00:00+08:00')
const NEWEST = { sort: 'newest', overdue: false }
const line = (minute, more = {}) => ({
  number: `320600-20210501-000${minute}`,
  stage: 'accepted',
  kind: 'complaint',
  category: 'urban.refuse.street',
  channel: 'phone',
  level: 'ordinary',
  accepted_at: `2021-05-01T10:${minute}:00+08:00`,
  due_at: `2021-05-01T1${minute % 10}:00:00+08:00`,
  secret: false,
  ...more,
})
const numbers = lines => lines.map(l => Number(l.number.slice(-2)))

test('a new line comes to its place, a changed one keeps it', () => {
  const lines = [line(43), line(41)]
  assert.deepEqual(numbers(takeIn(lines, [line(42), line(44)], NEWEST, NOW, false)), [44, 43, 42, 41])
  const changed = takeIn(lines, [line(41, { stage: 'dispatched' })], NEWEST, NOW, true)
  assert.deepEqual(numbers(changed), [43, 41])
  assert.equal(changed[1].stage, 'dispatched')
})

test('what belongs below the last line waits for its page, and joins a list that is whole', () => {
  const lines = [line(43), line(41)]
  assert.deepEqual(numbers(takeIn(lines, [line(40)], NEWEST, NOW, true)), [43, 41])
  assert.deepEqual(numbers(takeIn(lines, [line(40)], NEWEST, NOW, false)), [43, 41, 40])
  assert.deepEqual(numbers(takeIn([], [line(40)], NEWEST, NOW, false)), [40])
})

test('by due time a case moves with its due time, and leaves when it has none', () => {
  const due = { sort: 'due', overdue: false }
  const lines = [line(41), line(43)]
  const later = line(41, { due_at: '2021-05-01T14:00:00+08:00' })
  assert.deepEqual(numbers(takeIn(lines, [later], due, NOW, false)), [43, 41])
  assert.deepEqual(numbers(takeIn(lines, [line(41, { due_at: null })], due, NOW, false)), [43])
})

test('a line that no longer fits the filters leaves', () => {
  const lines = [line(43), line(41)]
  const dispatched = line(43, { stage: 'dispatched' })
  assert.deepEqual(numbers(takeIn(lines, [dispatched], { ...NEWEST, stage: 'accepted' }, NOW, true)), [41])
  assert.ok(fits(line(41), { ...NEWEST, category: 'urban.refuse' }, NOW))
  assert.ok(!fits(line(41), { ...NEWEST, category: 'urban.ref' }, NOW))
  assert.ok(!fits(line(41), { ...NEWEST, channel: 'grid' }, NOW))
  assert.ok(fits(line(41), { ...NEWEST, overdue: true }, NOW), 'due at 11')
  assert.ok(!fits(line(43), { ...NEWEST, overdue: true }, NOW), 'due at 13')
})

test('a simulated clock is reckoned at its own pace and never runs back', () => {
  const clock = new Reckoning()
  clock.hear(1_000_000, 0, true)
  clock.hear(1_600_000, 3000, true)
  assert.equal(clock.at(3000), 1_600_000)
  assert.equal(clock.at(4000), 1_800_000, '200 times as fast')
  clock.hear(1_700_000, 6000, true)
  assert.equal(clock.at(6000), 1_800_000, 'it slowed down')
  assert.ok(clock.at(12_000) > 1_800_000)
  clock.hear(5000, 15_000, true)
  assert.equal(clock.at(15_000), 5000, 'another house')
})

test('a real clock is followed, whatever the computer believes', () => {
  const clock = new Reckoning()
  clock.hear(NOW, 77, false)
  assert.equal(clock.at(1077), NOW + 1000)
  clock.hear(NOW + 500, 1077, false)
  assert.equal(clock.at(1077), NOW + 500)
})
