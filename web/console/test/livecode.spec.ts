import { expect, test } from './house'

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
  await page.locator('textarea').fill('{name|您}好,我是{guide}')
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
  await expect.poll(() => house.ask<{ count: number }>('/audiences/from_card').then((kept) => kept.count)).toBe(1)
})
