/** Makes the pictures of the README from a demo house with some matters at work. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BASE, house, logIn, openBrowser, openPage } from './house.mjs'
import { lifeLike } from './matters.mjs'

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
mkdirSync(folder, { recursive: true })

const browser = await openBrowser()

async function picture(name, login, path, { language = 'zh-CN', ready, prepare } = {}) {
  const { page, close } = await openPage(browser, { language })
  if (login) await logIn(page, login, path)
  else await page.goto(`${BASE}${path}`)
  await page.locator(ready).first().waitFor()
  if (prepare) await prepare(page)
  await page.evaluate(() => document.fonts.ready)
  await page.mouse.move(1, 1)
  await page.waitForTimeout(400)
  await page.screenshot({ path: `${folder}${name}.png` })
  console.log(`${name}.png`)
  await close()
}

if (process.env.YIPAN_STORM) await storm()
else await everyday()
await browser.close()

/** A storm while it is played, and its figures when it is over. */
async function storm() {
  await until('2021-05-01T09:00')
  await picture('storm', 'city.dispatcher', '/cases', {
    ready: 'tbody tr',
    prepare: page => page.waitForTimeout(4000),
  })
  await until('2021-05-06')
  await picture('kpis-storm', 'city.leader', '/kpis?from=2021-05-01&to=2021-05-05', {
    ready: 'tr[data-figure]',
    prepare: page => page.locator('tr[data-figure=on_time_completion] [aria-expanded]').click(),
  })
}

async function until(time) {
  while ((await house()).now < time) await new Promise(done => setTimeout(done, 500))
}

async function everyday() {
  const blue = page => page.locator('section[aria-labelledby=moves] .primary').click()
  const numbers = await lifeLike()
  await picture('login', null, '/login', { ready: '.desk' })
  await picture('cases', 'city.dispatcher', '/cases', { ready: 'tbody tr' })
  await picture('cases-en', 'city.dispatcher', '/cases', { ready: 'tbody tr', language: 'en' })
  await picture('accept', 'city.calltaker1', '/cases/new', { ready: '#text' })
  await picture('dispatch', 'city.dispatcher', `/cases/${numbers.accepted}`, {
    ready: 'section[aria-labelledby=suggestion]',
    prepare: blue,
  })
  await picture('case', 'city.reviewer', `/cases/${numbers.handled}`, { ready: '.timeline li' })
  await picture('case-en', 'city.callback1', `/cases/${numbers.calling_back}`, {
    ready: '.timeline li',
    language: 'en',
    prepare: blue,
  })
  await picture('why', 'rudong.urban_management.handler', `/cases/${numbers.handling}`, {
    ready: '.clocks button',
    prepare: async page => {
      await page
        .getByRole('button', { name: /为什么.*办结/ })
        .first()
        .click()
      await page.locator('.el-dialog').waitFor()
    },
  })
  await picture('kpis', 'city.leader', '/kpis', { ready: 'tr[data-figure]' })
  await picture('kpis-county', 'city.leader', '/kpis?cut=county&id=accepted', { ready: 'tr[data-figure]' })
  await picture('api', null, '/api/docs', { ready: '.opblock' })
}
