/** The page that opens offline files, from the disk, without a house: right and wrong files, keys and words. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { accessible, MATTER, openBrowser } from './house.mjs'

const YIPAN = resolve('..', process.env.YIPAN ?? 'target/debug/yipan')
const WORD = 'correct horse 2021'

const folder = mkdtempSync(join(tmpdir(), 'yipan-offline-'))
const data = join(folder, 'data')
const at = name => join(folder, name)
let browser
let offline

function yipan(...words) {
  const env = { ...process.env, YIPAN_OFFLINE_PASSPHRASE: WORD, LANG: 'C' }
  return execFileSync(YIPAN, [...words, '--data', data], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

before(async () => {
  yipan('demo', 'load')
  for (const centre of ['rudong', 'haimen']) {
    yipan('offline', 'key', '--centre', centre, '--out', at(`${centre}.json`), '--as', 'city.system')
  }
  const matters = [
    MATTER,
    {
      ...MATTER,
      text: '<img src=x onerror=alert(1)> 路面塌陷，有车被困。',
      place: { area: 'rudong.juegang', address: '友谊路' },
    },
    { ...MATTER, text: '渣土车整夜进出。', place: { area: 'haimen', address: '解放路' } },
  ]
  for (const matter of matters) yipan('case', 'accept', JSON.stringify(matter), '--as', 'city.calltaker1')
  yipan('offline', 'write')
  const rudong = join(data, 'offline', 'rudong')
  offline = readFileSync(join(rudong, readdirSync(rudong)[0]))
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The page as it lies beside the files. */
async function door({ locale = 'zh-CN' } = {}) {
  const context = await browser.newContext({ locale, timezoneId: 'America/New_York' })
  const page = await context.newPage()
  const faults = []
  page.on('console', message => ['error', 'warning'].includes(message.type()) && faults.push(message.text()))
  page.on('pageerror', error => faults.push(error.message))
  page.on('request', request => request.url().startsWith('file:') || faults.push(request.url()))
  await page.goto(pathToFileURL(join(data, 'offline', 'open.html')).href)
  const enter = async (file, key = at('rudong.json'), word = WORD) => {
    mkdirSync(at('given'), { recursive: true })
    writeFileSync(at('given/file.ypq'), file)
    await page.locator('#file').setInputFiles(at('given/file.ypq'))
    await page.locator('#key').setInputFiles(key)
    await page.locator('#passphrase').fill(word)
    await page.locator('button[type=submit]').click()
    await page.locator('#board:not([hidden]), #fault:not([hidden])').waitFor()
  }
  const fault = () => page.locator('#fault').innerText()
  const close = async () => {
    assert.deepEqual(faults, [])
    await context.close()
  }
  return { page, enter, fault, close }
}

/** The file with some byte behind a place changed. */
function changed(place) {
  const bytes = Buffer.from(offline)
  bytes[place < 0 ? bytes.length + place : place] ^= 1
  return bytes
}

test('a centre opens its file, finds, sorts, reads in both languages', async () => {
  const { page, enter, close } = await door()
  await accessible(page)
  await enter(offline)
  await page.getByText('如东县指挥中心，共 2 件未办结工单').waitFor()
  assert.match(await page.locator('#age').innerText(), /距现在 \d+ 分钟/)
  const rows = page.locator('#rows tr')
  assert.equal(await rows.count(), 2)
  // What a citizen wrote is shown, not obeyed; nothing of another county is there.
  await page.getByText('<img src=x onerror=alert(1)>').waitFor()
  assert.equal(await page.getByText('渣土车').count(), 0)
  await page.getByText('13912345678').first().waitFor()
  await accessible(page)

  await page.getByLabel('查找').fill('路面 友谊路')
  assert.equal(await rows.count(), 1)
  await page.getByLabel('查找').fill('')
  const number = page.getByRole('columnheader', { name: '工单号' })
  await number.getByRole('button').click()
  const up = await rows.locator('td:first-child').allInnerTexts()
  await number.getByRole('button').click()
  assert.deepEqual(await rows.locator('td:first-child').allInnerTexts(), up.reverse())
  assert.equal(await number.getAttribute('aria-sort'), 'descending')

  await page.getByRole('button', { name: 'English' }).click()
  await page.getByText('2 open cases').waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('#tools').isVisible(), false)
  assert.equal(await rows.first().isVisible(), true)
  await close()
})

test('how old a file is, is said; an old one stands out', async () => {
  const { page, enter, close } = await door({ locale: 'en-GB' })
  await page.clock.install()
  await page.clock.setFixedTime(Date.now() + 3 * 3600_000)
  await enter(offline)
  assert.match(await page.locator('#age').innerText(), /3 h ago/)
  assert.equal(await page.locator('#age').getAttribute('class'), 'old')
  await close()
})

const refusals = [
  ['a wrong passphrase', () => [offline, at('rudong.json'), 'correct horse 2022'], /口令不对/],
  ['the key of another centre', () => [offline, at('haimen.json')], /属于如东县指挥中心，您的密钥属于海门区指挥中心/],
  ['a changed signature', () => [changed(-1)], /签名不符/],
  ['changed content', () => [changed(-200)], /签名不符/],
  ['a changed head', () => [changed(14)], /签名不符/],
  ['a file cut short', () => [offline.subarray(0, offline.length - 1000)], /不完整：应为 \d+ 字节，实为 \d+ 字节/],
  ['a file cut in its head', () => [offline.subarray(0, 40)], /不完整/],
  ['a file with something behind it', () => [Buffer.concat([offline, Buffer.from('x')])], /不完整/],
  ['an empty file', () => [Buffer.alloc(0)], /这不是离线文件/],
  ['another kind of file', () => [readFileSync(at('rudong.json'))], /这不是离线文件/],
  [
    'a file of a later version',
    () => [Buffer.concat([Buffer.from('YIPANOF2'), offline.subarray(8)])],
    /版本与本页不同/,
  ],
  ['another file in place of the key', () => [offline, join(data, 'offline', 'open.html')], /这不是中心密钥文件/],
  ['a key file whose house was exchanged', () => [offline, exchanged()], /口令不对，或密钥文件已被改动/],
]

function exchanged() {
  const [own, other] = ['rudong', 'haimen'].map(name => JSON.parse(readFileSync(at(`${name}.json`), 'utf8')))
  writeFileSync(at('forged.json'), JSON.stringify({ ...own, house: other.public }))
  return at('forged.json')
}

for (const [what, given, sentence] of refusals) {
  test(`${what} is refused in words, and nothing is shown`, async () => {
    const { page, enter, fault, close } = await door()
    await enter(...given())
    assert.match(await fault(), sentence)
    assert.equal(await page.locator('#board').isVisible(), false)
    // The right ones open on the same page.
    await enter(offline)
    await page.getByText('共 2 件未办结工单').waitFor()
    await close()
  })
}

test('a file of the centre’s earlier key asks for that key', async () => {
  yipan('offline', 'key', '--centre', 'rudong', '--out', at('rudong-2.json'), '--replace', '--as', 'city.security')
  const { enter, fault, close } = await door()
  await enter(offline, at('rudong-2.json'))
  assert.match(await fault(), /本中心的另一把密钥/)
  await close()
})
