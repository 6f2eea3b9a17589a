/** Words and forms against the server's description: nothing untranslated, nothing forgotten. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { module } from './module.mjs'

const at = path => new URL(`../${path}`, import.meta.url)
const text = path => readFileSync(at(path), 'utf8')
const json = path => JSON.parse(text(path))

/** The words of a tongue: those of every page, and those of the duty room. */
const tongue = name => ({ ...json(`src/words/${name}.json`), ...json(`src/words/duty-${name}.json`) })
const [zh, en] = [tongue('zh-CN'), tongue('en')]
const { schemas } = json('../docs/openapi.json').components

/** `case.number` and its words. */
const flat = words =>
  new Map(
    Object.entries(words).flatMap(([group, of]) =>
      Object.entries(of).map(([name, said]) => [`${group}.${name}`, said]),
    ),
  )
const placeholders = said => [...said.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort()

test('both tongues have the same words with the same blanks', () => {
  const [chinese, english] = [flat(zh), flat(en)]
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort())
  for (const [key, said] of chinese) {
    assert.deepEqual(placeholders(said), placeholders(english.get(key)), key)
    assert.ok(english.get(key).trim() && said.trim(), key)
    assert.ok(!/[|@]/.test(said + english.get(key)), `${key}: | and @ mean something to vue-i18n`)
  }
})

test('every key that the pages name is there', () => {
  const known = flat(zh)
  const files = readdirSync(at('src'), { recursive: true }).filter(name => /\.(vue|ts)$/.test(name))
  for (const file of files) {
    for (const [, key] of text(`src/${file}`).matchAll(/\bt\(\s*'([\w.]+)'/g))
      assert.ok(known.has(key), `${file}: ${key}`)
  }
})

test('every command and event of the server has words in both tongues', () => {
  for (const command of commands()) assert.ok(zh.command[command.name] && en.command[command.name], command.name)
  for (const one of schemas.Event.oneOf) {
    const name = one.properties.event.enum[0]
    const known = Object.keys(zh.event).some(key => key === name || key.startsWith(RENAMED[name] ?? '\0'))
    assert.ok(known, `event ${name}`)
  }
})

/** Events whose sentence depends on what happened. */
const RENAMED = { contacted: 'contact', extension_ruled: 'extension_', consent_recorded: 'consent_' }

test('the form of every command asks for what the server takes, and for all that it needs', async () => {
  const { COMMANDS } = await module('src/cases/commands.ts')
  for (const { name, properties, required } of commands()) {
    const form = COMMANDS[name]
    assert.ok(form, `no form for ${name}`)
    const given = new Set(['command', 'holding', 'sheet'])
    for (const field of form) {
      assert.ok(field.name in properties, `${name} knows no ${field.name}`)
      assert.ok(zh.field[field.name] || field.kind === 'basis', `no words for the field ${field.name}`)
      if (field.optional) assert.ok(!required.includes(field.name), `${name} needs ${field.name}`)
      given.add(field.name)
    }
    for (const needed of required) assert.ok(given.has(needed), `${name} needs ${needed}`)
  }
})

/** The commands that people give; the house gives the rest by itself. */
function commands() {
  const own = ['tick', 'adopt_member', 'release_member']
  return schemas.Command_String.oneOf
    .map(({ properties, required = [] }) => ({ name: properties.command.enum[0], properties, required }))
    .filter(({ name }) => !own.includes(name))
}
