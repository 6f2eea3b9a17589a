/** Pages beside the daily work: log-in, first password, figures, the reference of the API, dead ends. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, BASE, desk, logIn, MATTER, openBrowser, openPage, pick } from './house.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser.close())

test('a wrong password is told in words, a demo desk is filled in by one click', async () => {
  const window = await openPage(browser)
  const { page } = window
  window.allowed.add(401)
  await page.goto(BASE)
  await page.waitForURL(/\/login/)
  await page.locator('#login').fill('city.dispatcher')
  await page.locator('#password').fill('not the password')
  await page.locator('form button[type=submit]').click()
  await page.getByRole('alert').waitFor()
  await accessible(page)
  await page.locator('.desk', { hasText: 'city.dispatcher' }).click()
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(/\/cases/)
  await page.getByRole('button', { name: '退出' }).click()
  await page.waitForURL(/\/login/)
  await window.clean()
  await window.close()
})

test('a one-time link: its token leaves the address, a bad one is refused in words', async () => {
  const window = await openPage(browser)
  const { page } = window
  await page.goto(`${BASE}/first#no-such-token`)
  await page.locator('#new').waitFor()
  assert.equal(new URL(page.url()).hash, '')
  await page.locator('#new').fill('a long enough password 2021')
  await page.locator('#again').fill('a long enough password 2022')
  await page.getByText('两次输入不一致').waitFor()
  await page.locator('#again').fill('a long enough password 2021')
  for (const status of [400, 401, 403, 404, 409, 422]) window.allowed.add(status)
  await page.locator('form button[type=submit]').click()
  await page.getByRole('alert').waitFor()
  await accessible(page)
  await window.clean()
  await window.close()
})

test('every figure opens its cases', async () => {
  const taker = await desk('city.calltaker1')
  const { number } = await taker('POST', '/cases', MATTER)
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher', '/kpis')
  const row = page.locator('tr[data-figure=accepted]')
  await row.waitFor()
  await row.getByRole('button', { name: '口径与剔除' }).click()
  await page.getByText('统计期内受理的诉求').waitFor()
  await accessible(page)
  await row.locator('button').first().click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('a').first().waitFor()
  await accessible(page)
  while (
    (await dialog.getByText(number).count()) === 0 &&
    (await dialog.getByRole('button', { name: '载入更多' }).count())
  ) {
    await dialog.getByRole('button', { name: '载入更多' }).click()
    await page.waitForTimeout(200)
  }
  await dialog.getByText(number).click()
  await page.waitForURL(new RegExp(number))
  await page.goto(`${BASE}/kpis`)
  await pick(page, '分组', '', '县（市、区）')
  await page.waitForURL(/cut=county/)
  await pick(page, '指标', '受理量')
  await page.locator('tr[data-figure=accepted]').getByText('如东县', { exact: true }).waitFor()
  await accessible(page)
  const table = async name => page.request.get(`${BASE}${await page.getByRole('link', { name }).getAttribute('href')}`)
  const sheet = await table('导出 Excel')
  assert.equal(sheet.status(), 200)
  assert.match(sheet.headers()['content-type'], /spreadsheetml/)
  assert.match(await (await table('导出 CSV')).text(), /受理量/)
  await page.getByRole('button', { name: 'English' }).click()
  assert.match(await (await table('CSV')).text(), /accepted/)
  await window.clean()
  await window.close()
})

test('whoever may not accept a matter is not offered to', async () => {
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.leader')
  await page.locator('thead').waitFor()
  assert.equal(await page.getByText('受理', { exact: true }).count(), 0)
  await page.goto(`${BASE}/cases/new`)
  await page.waitForURL(`${BASE}/cases`)
  await window.clean()
  await window.close()
})

test('the session ends while one is typing: nothing typed is lost', async () => {
  const window = await openPage(browser)
  const { page, context } = window
  await logIn(page, 'city.calltaker1', '/cases/new')
  await page.locator('#text').fill('路灯不亮')
  await pick(page, '分类', '流动摊点')
  await context.clearCookies()
  window.allowed.add(401)
  await page.getByRole('button', { name: '受理', exact: true }).click()
  await page.getByText('登录已过期').waitFor()
  await accessible(page)
  await page.locator('.desk', { hasText: 'city.calltaker1' }).click()
  await page.locator('.el-dialog button[type=submit]').click()
  await page.locator('.el-dialog').waitFor({ state: 'hidden' })
  assert.equal(await page.locator('#text').inputValue(), '路灯不亮')
  await page.getByRole('button', { name: '受理', exact: true }).click()
  await page.waitForURL(/\/cases\/3206/)
  await window.clean()
  await window.close()
})

test('a case that is not there, and a page that is not there, say so', async () => {
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher')
  window.allowed.add(404)
  await page.goto(`${BASE}/cases/320600-20991231-99999`)
  await page.getByRole('alert').waitFor()
  await accessible(page)
  await page.goto(`${BASE}/nowhere`)
  await page.getByRole('heading', { name: '没有这个页面' }).waitFor()
  await window.clean()
  await window.close()
})

test('the reference of the API renders under the same policy', async () => {
  const window = await openPage(browser)
  const { page } = window
  await page.goto(`${BASE}/api/docs`)
  await page.locator('.opblock-summary-path', { hasText: '/api/v1/cases' }).first().waitFor({ timeout: 30_000 })
  await page.locator('.opblock-summary', { hasText: '/api/v1/house' }).first().click()
  await page.getByText('The house.').first().waitFor()
  await window.clean()
  await window.close()
})

test('the first view weighs at most 250 kB', async () => {
  const window = await openPage(browser)
  const { page, context } = window
  const wire = await context.newCDPSession(page)
  await wire.send('Network.enable')
  const kinds = new Map()
  const weight = { pages: 0, data: 0 }
  wire.on('Network.responseReceived', ({ requestId, response }) => kinds.set(requestId, response.url))
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weight[kinds.get(requestId)?.includes('/api/') ? 'data' : 'pages'] += encodedDataLength
  })
  await logIn(page, 'city.dispatcher')
  await page.getByRole('columnheader', { name: '主办单位' }).waitFor()
  await page.waitForTimeout(1000)
  console.log(
    `first view: ${Math.round(weight.pages / 1000)} kB of pages, ${Math.round(weight.data / 1000)} kB of names`,
  )
  assert.ok(weight.pages > 50_000 && weight.pages <= 250_000, `${weight.pages} bytes`)
  await window.close()
})
