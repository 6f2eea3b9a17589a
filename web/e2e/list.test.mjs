/** The list: filters in the address, live rows, the keyboard alone, both tongues. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, BASE, desk, house, logIn, MATTER, openBrowser, openPage, pick } from './house.mjs'

let browser
let taker
before(async () => {
  browser = await openBrowser()
  taker = await desk('city.calltaker1')
  await taker('POST', '/cases', MATTER)
  await taker('POST', '/cases', {
    ...MATTER,
    kind: 'consultation',
    category: 'urban.refuse.street',
    text: '道路保洁几点开始？',
  })
})
after(() => browser.close())

test('filters stand in the address and come back with it', async () => {
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher')
  await page.locator('tbody tr').nth(1).waitFor()
  await accessible(page)
  await pick(page, '类型', '', '咨询')
  await page.waitForURL(/kind=consultation/)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('tbody tr')].every(row => row.children[3].textContent.trim() === '咨询'),
  )
  await pick(page, '分类', '道路保洁')
  await page.waitForURL(/category=urban\.refuse\.street/)
  await page.reload()
  await page.locator('tbody tr').first().waitFor()
  const kinds = await page.locator('tbody tr td:nth-child(4)').allTextContents()
  assert.ok(kinds.length > 0 && kinds.every(kind => kind.trim() === '咨询'), kinds.join())
  await page.getByRole('button', { name: '清除筛选' }).click()
  await page.waitForURL(url => url.search === '')
  await page.getByText('投诉').first().waitFor()
  await page.goto(`${BASE}/cases?stage=archived&kind=praise`)
  await page.getByText('没有符合条件的工单').waitFor()
  await accessible(page)
  await window.clean()
  await window.close()
})

test('a new case appears and a changed one changes, without a hand', async () => {
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher')
  await page.locator('tbody tr').first().waitFor()
  const { number } = await taker('POST', '/cases', MATTER)
  const row = page.locator('tbody tr', { hasText: number })
  await row.waitFor()
  const dispatcher = await desk('city.dispatcher')
  await dispatcher('POST', `/cases/${number}/commands`, {
    command: 'dispatch',
    main: 'rudong.urban_management',
    basis: { basis: 'judgement' },
  })
  await row.getByText('已派单').waitFor()
  await row.getByText('如东县城市管理局').waitFor()
  await window.clean()
  await window.close()
})

test('a lost live link is told, and what was missed is caught up with', async () => {
  const window = await openPage(browser)
  const { page, context } = window
  let down = false
  await context.route('**/api/v1/feed/cases*', route => (down ? route.abort() : route.continue()))
  await logIn(page, 'city.dispatcher')
  await page.locator('tbody tr').first().waitFor()
  down = true
  await page.getByRole('link', { name: '指标' }).click()
  await page.locator('tr[data-figure]').first().waitFor()
  await page.getByRole('link', { name: '工单', exact: true }).click()
  await page.getByText('实时连接中断').waitFor()
  const { number } = await taker('POST', '/cases', MATTER)
  down = false
  await page.locator('tbody tr', { hasText: number }).waitFor()
  await page.getByText('实时连接中断').waitFor({ state: 'detached' })
  await window.close()
})

test('the list grows by pages to its end', async () => {
  for (let i = 0; i < 60; i++) await taker('POST', '/cases', { ...MATTER, text: `第 ${i} 处占道摊点。` })
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher')
  await page.locator('tbody tr').nth(49).waitFor()
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await page.locator('tbody tr').nth(59).waitFor()
  const numbers = await page.locator('tbody tr td:first-child a').allTextContents()
  assert.equal(new Set(numbers).size, numbers.length, 'no case twice')
  assert.deepEqual(numbers, [...numbers].sort().reverse(), 'newest first')
  await window.clean()
  await window.close()
})

test('log-in, list and a case by the keyboard alone', async () => {
  const window = await openPage(browser)
  const { page } = window
  const { demo } = await house()
  await page.goto(`${BASE}/cases`)
  await page.waitForURL(/\/login/)
  await page.locator('#login').waitFor()
  await tabTo(page, '#login')
  await page.keyboard.type('city.dispatcher')
  await page.keyboard.press('Tab')
  await page.keyboard.type(demo.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/cases$/)
  await page.locator('tbody tr').first().waitFor()
  await tabTo(page, 'tbody a')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/cases\/3206/)
  await page.locator('section[aria-labelledby=moves] button').first().waitFor()
  await tabTo(page, 'section[aria-labelledby=moves] button')
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
  assert.equal(ring, 'solid', 'the focus is seen')
  await page.keyboard.press('Enter')
  await page.locator('form.command').waitFor()
  await tabTo(page, 'form.command .row button:last-child')
  await page.keyboard.press('Enter')
  await page.locator('form.command').waitFor({ state: 'detached' })
  await window.clean()
  await window.close()
})

test('English says the same, and stays', async () => {
  const window = await openPage(browser)
  const { page } = window
  await logIn(page, 'city.dispatcher')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('columnheader', { name: 'Main unit' }).waitFor()
  await page.locator('tbody tr').first().getByText('complaint').waitFor()
  await page.locator('tbody a').first().click()
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
  await page.getByText(/^Accepted by telephone/).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'What next' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await accessible(page)
  await window.clean()
  await window.close()
})

/** Presses Tab until the focus is on `selector`. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate(wanted => document.activeElement.matches(wanted), selector)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`no Tab reached ${selector}`)
}
