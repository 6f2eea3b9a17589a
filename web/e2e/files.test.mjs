/** Photos and other files of a case, put to it and seen through the browser. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, desk, logIn, MATTER, openBrowser, openPage } from './house.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser.close())

/** A picture of one colour, drawn by the browser itself. */
async function picture(page, side, colour) {
  const data = await page.evaluate(
    ([side, colour]) => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = side
      const brush = canvas.getContext('2d')
      brush.fillStyle = colour
      brush.fillRect(0, 0, side, side)
      return canvas.toDataURL('image/png').split(',')[1]
    },
    [side, colour],
  )
  return { name: `${colour}.png`, mimeType: 'image/png', buffer: Buffer.from(data, 'base64') }
}

test('a photo is put to a case, and whoever sees the case sees it', async () => {
  const { number } = await (await desk('city.calltaker1'))('POST', '/cases', MATTER)
  const clerk = await openPage(browser)
  const { page } = clerk
  await logIn(page, 'city.calltaker1', `/cases/${number}`)
  await page.getByRole('button', { name: '附件', exact: true }).click()
  const form = page.getByRole('form', { name: '附件' })
  await form.locator('input[type=file]').setInputFiles(await picture(page, 320, 'teal'))
  await form.getByText('teal.png').waitFor()
  await form.getByText('照片', { exact: true }).click()
  await form.getByLabel('附言（可不填）').fill('菜场东门，上午八点')
  await accessible(page)
  await form.locator('button[type=submit]').click()
  const files = page.getByRole('region', { name: '附件（1）' })
  await files.getByText('菜场东门，上午八点').waitFor()
  await page.waitForFunction(() => document.querySelector('.files img')?.naturalWidth === 320)
  await accessible(page)
  await clerk.clean()

  // A program that calls itself a picture is refused in words, and the form stays as it was.
  clerk.allowed.add(400)
  clerk.allowed.add(422)
  await page.getByRole('button', { name: '附件', exact: true }).click()
  const program = { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('MZ program') }
  await form.locator('input[type=file]').setInputFiles(program)
  await form.getByText('文件内容不是 image/png').waitFor()
  await clerk.close()

  // Another county sees neither the case nor the file.
  const stranger = await desk('rugao.dispatcher')
  const { attachments } = await (await desk('city.dispatcher'))('GET', `/cases/${number}`)
  await assert.rejects(stranger('GET', `/cases/${number}/files/${attachments[0].file}`), /404/)
})
