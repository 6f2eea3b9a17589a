/** A browser on a running demo house, and what every test watches for. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

export const BASE = process.env.YIPAN_URL ?? 'http://127.0.0.1:8650'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

/** What the house says of itself before anybody logs in. */
export async function house() {
  return (await fetch(`${BASE}/api/v1/house`)).json()
}

/**
 * A page that records what must not happen: errors, requests that leave the house, violations of the
 * content-security policy. `allowed` names answers that a test provokes on purpose, by status.
 */
export async function openPage(browser, { language = 'zh-CN', width = 1366, height = 768 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language,
    timezoneId: 'America/New_York',
  })
  await context.addInitScript(kept => {
    if (!localStorage.getItem('yipan.language')) localStorage.setItem('yipan.language', kept)
    window.violations = []
    document.addEventListener('securitypolicyviolation', e =>
      window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`),
    )
  }, language)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const faults = []
  const allowed = new Set()
  page.on('console', message => {
    const provoked = [...allowed].some(status => message.text().includes(`status of ${status}`))
    if (['error', 'warning'].includes(message.type()) && !provoked) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => faults.push(`error: ${error.message}`))
  page.on('request', request => {
    const url = request.url()
    if (!url.startsWith(BASE) && !/^(data|blob|about):/.test(url)) faults.push(`outside request: ${url}`)
  })
  const clean = async () => {
    const violations = await page.evaluate(() => window.violations ?? [])
    assert.deepEqual([...faults, ...violations.map(v => `policy: ${v}`)], [])
  }
  return { page, context, allowed, clean, close: () => context.close() }
}

/** Whoever is not logged in is asked for name and password wherever they go. */
export async function logIn(page, login, to = '/cases') {
  const { demo } = await house()
  await page.goto(`${BASE}/login?to=${encodeURIComponent(to)}`)
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(demo.password)
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(url => url.pathname === to.split('?')[0])
}

/** What fades or slides has come to its end: text half faded out has no contrast, and nobody reads it. */
async function settled(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done))
    for (let quiet = 0; quiet < 2;) {
      const moving = document
        .getAnimations()
        .filter(a => a.effect?.getComputedTiming().endTime !== Infinity && a.playState === 'running')
      quiet = moving.length === 0 ? quiet + 1 : 0
      for (const each of moving) each.finish()
      await frame()
    }
  })
}

/** No serious finding of axe on the page as it stands. */
export async function accessible(page) {
  await settled(page)
  // Through the debugger, which the policy of the page does not bind.
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const serious = violations.filter(v => ['serious', 'critical'].includes(v.impact))
  assert.deepEqual(
    serious.map(
      v =>
        `${v.id}: ${v.nodes
          .slice(0, 3)
          .map(n => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`)
          .join(' | ')}`,
    ),
    [],
  )
}

/** Calls the API as a desk, for what a test needs but does not look at. */
export async function desk(login) {
  const { demo } = await house()
  const entered = await fetch(`${BASE}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password: demo.password }),
  })
  assert.equal(entered.status, 204)
  const cookie = entered.headers.get('set-cookie').split(';')[0]
  return async (method, path, body) => {
    const response = await fetch(`${BASE}/api/v1${path}`, {
      method,
      headers: { cookie, 'Content-Type': 'application/json', 'Accept-Language': 'zh-CN' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const answer = response.status === 204 ? undefined : await response.json()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
}

/** A matter that the rules give to the urban management bureau of Rudong. */
export const MATTER = {
  channel: 'phone',
  kind: 'complaint',
  category: 'urban.appearance.stalls',
  place: { area: 'rudong', address: '青园路菜场门口' },
  text: '菜场门口每天早晨有十几个流动摊点占道，接送孩子的车过不去，请来管一管。',
  person: { name: '周小明', phone: '13912345678' },
}

/** Picks from a list by typing a part of a name. */
export async function pick(scope, label, words, option = words) {
  const input = scope.getByRole('combobox', { name: label, exact: true })
  await input.focus()
  await input.press('ArrowDown')
  if (words && (await input.isEditable())) await input.fill(words)
  const page = scope.page?.() ?? scope
  await page.getByRole('option', { name: option }).first().click()
  await page.keyboard.press('Escape')
}
