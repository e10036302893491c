import type { Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import type { BossSheet, SeasonBoard } from '../src/server/shapes'
import { NOW } from './brand'
import { expect, test } from './house'

/** A folder to lay pictures and files in, for whoever wants to look at them. */
const LOOK = process.env['HUOSHUI_LOOK'] ?? ''

const mark = (name: string) => `[data-test="${name}"]`
const DAY = 86_400_000
const day = (from: number) => new Date(Date.parse(NOW) + 8 * 3_600_000 + from * DAY).toISOString().slice(0, 10)

async function speak(page: Page, code: 'zh-CN' | 'en'): Promise<void> {
  await page.goto('/console/')
  await expect(page.locator(mark('language'))).toBeVisible()
  if ((await page.locator('html').getAttribute('lang')) !== code) {
    await page.locator(mark('language')).click()
  }
  await expect(page.locator('html')).toHaveAttribute('lang', code)
}

test.beforeEach(async ({ house }) => {
  await house.keep('/seasons/last', {
    season: 'last',
    title: '去年大促',
    before: { from: day(-400), to: day(-391) },
    during: { from: day(-390), to: day(-371) },
  })
  await house.keep('/seasons/now', {
    season: 'now',
    title: '年中大促',
    before: { from: day(-40), to: day(-21) },
    during: { from: day(-20), to: day(9) },
    targets: { sales: 90_000_000, newFriends: 5, repurchase: 0.1 },
    journeys: ['recall'],
    heroSku: 'sku-1',
    comparedWith: 'last',
  })
})

for (const code of ['zh-CN', 'en'] as const) {
  test(`the campaign room shows the board of the API in ${code}`, async ({ page, house }) => {
    await speak(page, code)
    await page.locator(mark('nav-seasons')).click()
    await expect(page.locator(mark('season-now'))).toHaveClass(/chosen/)
    const board = await house.ask<SeasonBoard>('/seasons/now/board')
    const count = (n: number) => new Intl.NumberFormat(code).format(n)
    expect(board.figures.buyers).toBeGreaterThan(0)
    await expect(page.locator(mark('board-buyers'))).toContainText(count(board.figures.buyers))
    await expect(page.locator(mark('board-orders'))).toContainText(count(board.figures.orders))
    const sales = board.targets.find((target) => target.metric === 'sales')
    expect(sales?.verdict).toBe('behind')
    await expect(page.locator(mark('target-sales'))).toContainText(code === 'en' ? 'behind plan' : '落后进度')
    await expect(page.locator(mark('target-repurchase'))).toContainText(code === 'en' ? 'reached' : '已达成')
    await expect(page.locator(mark('season-comparable'))).toContainText('去年大促')
    if (LOOK !== '') {
      await page.screenshot({ path: `${LOOK}/season-${code}.png`, fullPage: true })
    }
    // Every number of people is a door.
    await page.locator(`${mark('board-buyers')} a`).click()
    await expect(page).toHaveURL(/segments\?rule=did/)
  })

  test(`the review is a page and a file in ${code}`, async ({ page }) => {
    await speak(page, code)
    await page.goto('/console/#/seasons')
    const link = page.locator(mark('report-html'))
    await expect(link).toBeVisible()
    const html = await page.request.get((await link.getAttribute('href')) ?? '')
    expect(html.status()).toBe(200)
    expect(await html.text()).toContain(code === 'en' ? '年中大促 · review' : '年中大促 · 复盘报告')
    const book = await page.request.get((await page.locator(mark('report-xlsx')).getAttribute('href')) ?? '')
    expect((await book.body()).subarray(0, 2).toString()).toBe('PK')
    if (LOOK !== '') {
      const pdf = await page.request.get((await page.locator(mark('report-pdf')).getAttribute('href')) ?? '')
      writeFileSync(`${LOOK}/review-${code}.pdf`, await pdf.body())
      writeFileSync(`${LOOK}/review-${code}.html`, await html.body())
    }
  })

  test(`the boss sheet shows the lines of the API and prints on one page in ${code}`, async ({ page, house }) => {
    await speak(page, code)
    await page.locator(mark('nav-boss')).click()
    const sheet = await house.ask<BossSheet>('/insight/boss?days=30')
    for (const line of [...sheet.shortTerm, ...sheet.longTerm]) {
      await expect(page.locator(mark(`boss-${line.key}`))).toContainText(code === 'en' ? line.en : line.zh)
      if (line.now === null) {
        await expect(page.locator(`${mark(`boss-${line.key}`)} ${mark('now')}`)).toHaveText(code === 'en' ? 'no base' : '无基数')
      }
    }
    const buyers = sheet.shortTerm.find((line) => line.key === 'buyers')
    await expect(page.locator(`${mark('boss-buyers')} ${mark('now')}`)).toHaveText(new Intl.NumberFormat(code).format(buyers?.now ?? -1))
    if (LOOK !== '') {
      await page.screenshot({ path: `${LOOK}/boss-${code}.png`, fullPage: true })
    }
    const printed = await page.pdf({ format: 'A4', landscape: true })
    const pages = printed.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []
    expect(pages).toHaveLength(1)
  })
}

test('a season is written on the page, and what is wrong with it is said', async ({ page, house, watch }) => {
  await speak(page, 'en')
  await page.goto('/console/#/seasons')
  const form = page.locator(mark('season-form'))
  await form.locator(mark('season-name')).fill('Spring!')
  await form.locator(mark('season-save')).click()
  await expect(form).toContainText('season.during')
  expect(watch.errors.every((error) => error.includes('status of 400'))).toBe(true)
  watch.errors.length = 0
  await form.locator(mark('season-name')).fill('spring')
  await form.locator(mark('during-from')).fill(day(20))
  await form.locator(mark('during-to')).fill(day(25))
  await form.locator(mark('season-save')).click()
  await expect(page.locator(mark('season-spring'))).toBeVisible()
  const written = await house.ask<{ during: { from: string; to: string } }>('/seasons/spring')
  expect(written.during).toEqual({ from: day(20), to: day(25) })
})
