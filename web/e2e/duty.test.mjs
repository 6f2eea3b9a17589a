/** The duty room through the browser: a storm comes, the city asks, a town reports, its county signs. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, BASE, desk, logIn, openBrowser, openPage, pick } from './house.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser.close())

/** A desk of its own, with its own session. */
async function sit(login, to = '/duty') {
  const window = await openPage(browser)
  await logIn(window.page, login, to)
  return window
}

/** Opens the form of a command by its button. */
async function ask(scope, name) {
  await scope.getByRole('button', { name, exact: true }).first().click()
  const dialog = (scope.page?.() ?? scope).getByRole('dialog', { name })
  await dialog.locator('button[type=submit]').waitFor()
  return dialog
}

async function send(dialog) {
  await dialog.locator('button[type=submit]').click()
  await dialog.waitFor({ state: 'hidden' })
}

const part = (page, name) => page.getByRole('region', { name })
const DISASTER = '雷暴大风灾害'

test('from the roster to the city total of the losses', async () => {
  const leader = await sit('city.shiftleader')
  const { page } = leader
  const { name } = await (await desk('city.shiftleader'))('GET', '/session')
  await accessible(page)

  // Nobody is on duty: the shift leader plans, and takes over.
  await part(page, '本中心值班').getByRole('link', { name: '值班表' }).click()
  await page.waitForURL(/\/duty\/rosters\/city\.centre/)
  const plan = await ask(page, '排班')
  await pick(plan, '人员', name)
  await accessible(page)
  await send(plan)
  await page.getByRole('row').filter({ hasText: '值班长' }).getByText(name).waitFor()
  await accessible(page)
  await page.getByRole('link', { name: '值班台' }).click()
  await part(page, '本中心值班').getByText(name).first().waitFor()
  await send(await ask(part(page, '本中心值班'), '接班'))
  await page.waitForURL(/\/duty\/shifts\//)
  const log = await ask(page, '记日志')
  await log.getByLabel('内容').fill('气象台来电，两小时内有雷暴大风。')
  await log.getByLabel('对方（可不填）').fill('市气象台')
  await send(log)
  await page.getByRole('cell', { name: '市气象台' }).waitFor()
  await accessible(page)

  // An incident, and what stands beside it.
  await page.getByRole('link', { name: '事件', exact: true }).click()
  const incident = await ask(page, '事件立项')
  await incident.getByText('风雹', { exact: true }).click()
  await incident.getByLabel('标题').fill('全市雷暴大风')
  await send(incident)
  await page.getByRole('heading', { name: '全市雷暴大风' }).waitFor()
  await accessible(page)
  const post = await ask(page, '启动响应')
  await post.getByText('三级', { exact: true }).click()
  await post.getByLabel('理由').fill('雷暴大风已到崇川、如东。')
  await send(post)
  await part(page, '相关卷宗').getByText('强对流天气三级响应').waitFor()
  const losses = await ask(page, '下达灾情收集')
  await losses.getByLabel('灾害名称（可不填）').fill(DISASTER)
  await send(losses)
  await part(page, '相关卷宗').getByRole('link', { name: DISASTER }).click()
  await page.waitForURL(/\/duty\/losses\//)
  await part(page, '汇总').getByText('未签报').first().waitFor()
  await accessible(page)
  const { pathname } = new URL(page.url())

  // A town is told, and reports; hectares and people arrive exactly.
  const town = await sit('rudong.caobu.dispatcher')
  await part(town.page, '未读通知').getByText('请填报灾情').first().waitFor()
  await part(town.page, '灾情').getByRole('link', { name: DISASTER }).click()
  await town.page.getByRole('button', { name: '填报灾情', exact: true }).first().click()
  const form = town.page.getByRole('form', { name: '填报灾情' })
  await form.getByLabel('受灾人口', { exact: true }).fill('1200')
  await form.getByLabel('农作物受灾面积').fill('12.3456')
  await form.getByText('请核对数字').waitFor()
  await form.getByLabel('农作物受灾面积').fill('12.345')
  await accessible(town.page)
  await form.getByRole('button', { name: '确认填报灾情' }).click()
  await form.waitFor({ state: 'hidden' })
  await town.clean()
  await town.close()

  // The county looks at it and signs.
  const county = await sit('rudong.leader', pathname)
  const table = part(county.page, '汇总')
  await table.getByRole('button', { name: '如东县' }).click()
  await table.getByRole('button', { name: '曹埠镇' }).click()
  await send(await ask(county.page, '审核通过'))
  await part(county.page, '如东县曹埠镇指挥站').getByText('已审核').waitFor()
  await send(await ask(county.page, '签报'))
  await accessible(county.page)
  await county.clean()
  await county.close()

  // The city sees what was signed.
  await page.reload()
  const total = part(page, '汇总').getByRole('row').filter({ hasText: '南通市' })
  await part(page, '汇总').getByText('签报数').click()
  await total.getByText('1,200').waitFor()
  await part(page, '汇总').getByRole('button', { name: '农作物' }).click()
  await total.getByText('12.345').waitFor()
  const sheet = await page.request.get(
    `${BASE}${await page.getByRole('link', { name: '导出 Excel' }).getAttribute('href')}`,
  )
  assert.match(sheet.headers()['content-type'], /spreadsheetml/)
  await leader.clean()
  await leader.close()
})

test('every page of the duty room opens without a fault, in both tongues', async () => {
  for (const language of ['zh-CN', 'en']) {
    const window = await openPage(browser, { language })
    await logIn(window.page, 'city.leader', '/duty')
    for (const path of ['board', 'shifts', 'urgent', 'incidents', 'posts', 'losses', 'briefs', 'judgements']) {
      await window.page.goto(`${BASE}/duty/${path}`)
      await window.page.getByRole('heading', { level: 1 }).waitFor()
      await window.page.waitForLoadState('networkidle')
      await accessible(window.page)
    }
    await window.clean()
    await window.close()
  }
})

test('what one may not do is refused in words, and what was typed stays', async () => {
  const window = await sit('rudong.caobu.dispatcher', '/duty/posts')
  window.allowed.add(403)
  const dialog = await ask(window.page, '启动响应')
  await dialog.getByText('三级', { exact: true }).click()
  await dialog.getByLabel('理由').fill('风大')
  await dialog.locator('button[type=submit]').click()
  await dialog.getByRole('alert').waitFor()
  assert.equal(await dialog.getByLabel('理由').inputValue(), '风大')
  await accessible(window.page)
  await window.page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await window.clean()
  await window.close()
})
