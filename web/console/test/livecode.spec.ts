import type { LiveCodeDefinition } from '../src/acquisition/draft'
import { expect, test } from './house'
import { WHOLE } from './liveCode'

const mark = (name: string) => `[data-test="${name}"]`

test('a live code is defined, looked at while it works, and its numbers open people', async ({ house, page }) => {
  await page.goto('/console/#/live-codes')
  await expect(page.locator('h1')).toHaveText('渠道活码')
  await expect(page.getByText('还没有活码').first()).toBeVisible()
  await page.locator('[data-test="new-code"]').click()
  await page.locator('[data-test="live-code-name"]').fill('card')
  await page.locator('[data-test="guide-0"]').fill('zhang')
  await page.locator('[data-test="cap-0"]').fill('30')
  await page.locator('[data-test="more-guides"]').click()
  await page.locator('[data-test="guide-1"]').fill('li')
  await page.locator('textarea[data-test="welcome"]').fill('{name|您}好,我是{guide}')
  await page.locator('[data-test="preview"]').click()
  await expect(page.locator('[data-test="bubble"]').first()).toHaveText('您好,我是zhang')
  await page.screenshot({ path: 'test-results/livecode-form.png', fullPage: true })
  await page.locator('[data-test="publish"]').click()
  await expect(page.locator('[data-test="live-code-state"]')).toContainText('0 / 30')
  await house.take('wecom', [
    {
      id: 'lc-1',
      name: 'contact_added',
      time: '2026-06-30T08:00:00Z',
      identifiers: [{ kind: 'phone', value: '13900001111' }],
      properties: { guide: 'zhang', liveCode: 'card' },
    },
  ])
  await page.reload()
  await page.locator('[data-test="added-card"]').click()
  await page.locator('[data-test="code-audience"]').fill('from_card')
  await page.screenshot({ path: 'test-results/livecode-report.png', fullPage: true })
  await page.locator('[data-test="code-keep"]').click()
  await expect(page.locator('.el-message')).toContainText('from_card')
  expect(await house.ask<{ count: number }>('/audiences/from_card')).toMatchObject({ count: 1 })
})

test('a definition made over the API is changed in the form, and nothing else of it is', async ({ house, page, watch }) => {
  await house.tell('/coupon-templates', { name: 'new10', title: '新人 10 元', valueFen: 1000, minimumFen: 5000, validDays: 14 })
  await house.tell('/live-codes', WHOLE)
  await page.goto('/console/#/live-codes')
  await page.locator(mark('edit-card-milk')).click()
  await expect(page.locator(`input${mark('variant-1-benefit')}`)).toHaveValue('减 10 元')
  await expect(page.locator(`input${mark('date-1-0-day')}`)).toHaveValue('2026-10-01')
  await expect(page.locator(`input${mark('welcome-attachment-2-title')}`)).toHaveValue('新人礼')
  await page.locator(`input${mark('live-code-title')}`).fill('牛奶卡')
  await page.locator(mark('preview')).click()
  await expect(page.locator(mark('card'))).toHaveCount(9)
  await page.locator(mark('publish')).click()
  await expect(page.locator(mark('live-codes'))).toContainText('牛奶卡 card-milk v2')
  const kept = await house.ask<{ definition: LiveCodeDefinition }>('/live-codes/card-milk')
  expect(kept.definition).toEqual({ ...WHOLE, title: '牛奶卡' })

  // A day off, a variant and an attachment are made where there were none; what is no number is named.
  await page.locator(mark('edit-card-milk')).click()
  await page.locator(mark('add-date-0')).click()
  await page.locator(`input${mark('date-0-0-day')}`).fill('2026-12-25')
  await page.locator(mark('more-variants')).click()
  await page.locator(`input${mark('variant-2-name')}`).fill('c')
  await page.locator(`input${mark('variant-2-benefit')}`).fill('送杯子')
  await page.locator(mark('variant-2-welcome-attach')).click()
  await page.locator(`input${mark('variant-2-welcome-attachment-0-title')}`).fill('杯子')
  await page.locator(`input${mark('cap-0')}`).fill('1oo')
  await page.locator(mark('publish')).click()
  await expect(page.locator(mark('problem'))).toContainText('liveCode.members[0].dailyCap')
  await page.locator(`input${mark('cap-0')}`).fill('90')
  await page.locator(mark('publish')).click()
  await expect(page.locator(mark('problem'))).toContainText('liveCode.variants[2].welcome.attachments[0]')
  await page.locator(`input${mark('variant-2-welcome-attachment-0-url')}`).fill('https://e.cn/cup')
  await page.locator(mark('publish')).click()
  await expect(page.locator(mark('live-codes'))).toContainText('card-milk v3')
  const more = await house.ask<{ definition: LiveCodeDefinition }>('/live-codes/card-milk')
  expect(more.definition.members?.[0]).toMatchObject({ dailyCap: 90, dates: [{ day: '2026-12-25' }] })
  expect(more.definition.variants?.[2]).toEqual({
    variant: 'c',
    benefit: '送杯子',
    welcome: { attachments: [{ link: { title: '杯子', url: 'https://e.cn/cup' } }] },
  })
  // The browser notes the refusals by itself.
  expect(watch.errors.every((error) => error.includes('status of 400'))).toBe(true)
  watch.errors.length = 0
})

test('a definition in YAML is read into the form, and findings are said in the reader’s language', async ({ page }) => {
  await page.goto('/console/#/live-codes')
  await page.locator(mark('new-code')).click()
  await page.locator(mark('as-text')).click()
  await page.locator(`textarea${mark('live-code-text')}`).fill('code: Poster\nsource: store\nmembers:\n  - {guide: zhang, dates: [{day: 2026-10-01}]}\n')
  await page.locator(mark('as-form')).click()
  await expect(page.locator(`input${mark('guide-0')}`)).toHaveValue('zhang')
  await expect(page.locator(mark('date-0-0'))).toContainText('全天休息')
  await expect(page.locator(mark('findings'))).toContainText('小写字母开头')
  await expect(page.locator(mark('findings'))).toContainText('加一位备用')
})

test('what people have to see to about a code stands on its page', async ({ house, page }) => {
  await house.tell('/live-codes', { code: 'alone', title: '夜里没人', source: 'store', members: [{ guide: 'zhang', shifts: [{ from: '03:00', to: '03:01' }] }] })
  const { now } = await house.ask<{ now: string }>('/live-codes/alone/state')
  await house.tell('/clock', { to: new Date(Date.parse(now) + 120_000).toISOString() })
  await page.goto('/console/#/live-codes')
  await expect(page.locator(mark('incident-live-code-alone'))).toContainText('没有人在班')
  await page.screenshot({ path: 'test-results/livecode-incident.png', fullPage: true })
  await house.tell('/live-codes/alone/end', {})
})
