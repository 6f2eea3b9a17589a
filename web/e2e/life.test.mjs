/** The life of a case through the browser: every desk does its part, and the next one sees it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, desk, logIn, MATTER, openBrowser, openPage, pick } from './house.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser.close())

/** A desk of its own, with its own session. */
async function sit(login, to) {
  const window = await openPage(browser)
  await logIn(window.page, login, to)
  return window
}

/** Opens the one blue button, which must say `name`. */
async function primary(page, name) {
  const button = page.locator('section[aria-labelledby=moves] .primary')
  await button.waitFor()
  assert.equal((await button.textContent()).trim(), name)
  await button.click()
  return page.locator('form.command')
}

const send = form => form.locator('button[type=submit]').click()
const stage = (page, name) => page.locator('header .pill', { hasText: name }).first().waitFor()

test('an appeal from the first word to the confirmed end', async () => {
  const taker = await sit('city.calltaker1', '/cases/new')
  let { page } = taker
  await page.locator('#text').fill('菜场门口每天早晨有流动摊点占道，车过不去。')
  await pick(page, '分类', '流动摊点')
  await page.getByText('投诉', { exact: true }).click()
  await pick(page, '区划', '如东县', '如东县')
  await page.locator('#address').fill('青园路菜场门口')
  await page.locator('#name').fill('周小明')
  await page.locator('#phone').fill('13912345678')
  await accessible(page)
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(/\/cases\/3206/)
  await stage(page, '已受理')
  const number = new URL(page.url()).pathname.split('/').at(-1)
  const address = `/cases/${number}`
  const { name, unit_name } = await (await desk('city.calltaker1'))('GET', '/session')
  const by = page.locator('.timeline li', { hasText: name })
  assert.ok((await by.textContent()).includes(unit_name), 'the timeline names people and their units')
  assert.ok(!(await page.content()).includes('13912345678'), 'the telephone number is masked')
  await taker.clean()
  await taker.close()

  const dispatcher = await sit('city.dispatcher', address)
  page = dispatcher.page
  await page.locator('section[aria-labelledby=suggestion]').getByText('如东县城市管理局').first().waitFor()
  await accessible(page)
  let form = await primary(page, '派单')
  await form.getByText('如东县城市管理局').waitFor()
  await accessible(page)
  await send(form)
  await stage(page, '已派单')
  const refused = page.locator('details', { hasText: '现在不能办' })
  await refused.locator('summary').click()
  await refused.locator('li', { hasText: '签收' }).getByText('不能对工单').first().waitFor()
  await dispatcher.clean()
  await dispatcher.close()

  const handler = await sit('rudong.urban_management.handler', address)
  page = handler.page
  await send(await primary(page, '签收'))
  await stage(page, '办理中')
  await page.getByRole('button', { name: '联系诉求人' }).first().click()
  form = page.locator('form.command')
  await form.getByText('已接通').click()
  await send(form)
  await page.getByText('如东县城市管理局已联系诉求人').waitFor()
  form = await primary(page, '填写答复')
  await send(form)
  await form.getByText('请填写“内容”').waitFor()
  await form.locator('textarea').first().fill('已劝离摊点，安排早高峰值守。')
  await form.getByText('已解决', { exact: true }).click()
  await form.getByText('属实', { exact: true }).click()
  await send(form)
  await page.getByText('如东县城市管理局填写答复（已解决）').waitFor()
  await handler.clean()
  await handler.close()

  const signer = await sit('rudong.urban_management.signer', address)
  page = signer.page
  await send(await primary(page, '审核签发'))
  await page.getByText('如东县城市管理局审核通过').waitFor()
  await send(await primary(page, '审核签发'))
  await stage(page, '已办理')
  await signer.clean()
  await signer.close()

  const reviewer = await sit('city.reviewer', address)
  page = reviewer.page
  await send(await primary(page, '审核通过'))
  await stage(page, '回访中')
  await reviewer.clean()
  await reviewer.close()

  const caller = await sit('city.callback1', address)
  page = caller.page
  form = await primary(page, '回访')
  await form.getByText('已解决', { exact: true }).click()
  await form.locator('.field', { hasText: '对结果' }).getByText('满意', { exact: true }).click()
  await form.locator('.field', { hasText: '对态度' }).getByText('基本满意', { exact: true }).click()
  await send(form)
  await page.getByText('回访：已解决，结果满意，态度基本满意').waitFor()
  form = await primary(page, '结案')
  await form.getByText('已解决', { exact: true }).click()
  await send(form)
  await stage(page, '已结案')
  await accessible(page)
  await page
    .getByRole('button', { name: /为什么.*办结/ })
    .first()
    .click()
  await page
    .getByText(/5 个工作日/)
    .first()
    .waitFor()
  await page.locator('.el-dialog').getByText('工作日', { exact: true }).first().waitFor()
  await caller.clean()
  await caller.close()
})

test('the reasons of a return are those of the policy in force', async () => {
  const taker = await desk('city.calltaker1')
  const { number } = await taker('POST', '/cases', MATTER)
  const main = 'rudong.urban_management'
  const dispatch = { command: 'dispatch', main, basis: { basis: 'judgement' } }
  await (
    await desk('city.dispatcher')
  )('POST', `/cases/${number}/commands`, dispatch)
  const receiver = await sit(`${main}.handler`, `/cases/${number}`)
  const { page } = receiver
  const reasons = ['not_our_duty', 'beyond_our_means']
  await page.route('**/api/v1/rules/policy', async route => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), returns: { reasons } } })
  })
  await page.getByRole('button', { name: '申请退单' }).click()
  const form = page.locator('form.command')
  await form.getByText('非本单位职责', { exact: true }).waitFor()
  await form.getByText('beyond_our_means', { exact: true }).waitFor()
  assert.equal(await form.getByText('区域不符').count(), 0)
  await page.unroute('**/api/v1/rules/policy')
  await form.getByRole('button', { name: '取消' }).click()
  await page.getByRole('button', { name: '申请退单' }).click()
  await form.getByText('区域不符', { exact: true }).click()
  await form.locator('textarea').fill('该路段属崇川区管辖。')
  await pick(form, '建议承办单位', '崇川区城市管理局')
  await form.locator('button[type=submit]').click()
  await page.getByText('申请退单（区域不符）').waitFor()
  await receiver.clean()
  await receiver.close()
})

test('a colleague was faster: what was typed stays, and is sent again', async () => {
  const taker = await desk('city.calltaker1')
  const { number } = await taker('POST', '/cases', MATTER)
  const dispatcher = await sit('city.dispatcher', `/cases/${number}`)
  const { page } = dispatcher
  await page.getByRole('button', { name: '备注', exact: true }).click()
  const form = page.locator('form.command')
  await form.locator('textarea').fill('来电人要求不要回电到单位。')
  // The live link brings the page up to date by itself; a page that lost it learns when it sends.
  await page
    .context()
    .route('**/api/v1/cases/*', route => (stale ? route.fulfill({ response: stale }) : route.continue()))
  let stale = await page.request.get(`${page.url().replace('/cases/', '/api/v1/cases/')}`)
  await (
    await desk('city.dispatcher')
  )('POST', `/cases/${number}/commands`, { command: 'note', text: '已核对地址。' })
  dispatcher.allowed.add(409)
  await send(form)
  await form.getByText('您填写的还在').waitFor()
  assert.equal(await form.locator('textarea').inputValue(), '来电人要求不要回电到单位。')
  stale = undefined
  await page.reload()
  await page.getByText('已核对地址。').waitFor()
  await dispatcher.clean()
  await dispatcher.close()
})
