import { expect, test } from './house'

const mark = (name: string) => `[data-test="${name}"]`

test('a metric is watched, snoozed, woken and forgotten', async ({ page, house }) => {
  await page.goto('/console/#/alerts')
  await page.locator(mark('route-name')).fill('duty')
  await page.locator(mark('route-url')).fill('https://duty.invalid/hook')
  await page.locator(mark('route-secret')).fill('a-secret-of-sixteen-letters')
  await page.locator(mark('route-add')).click()
  await page.locator(mark('told-duty')).check()
  await page.locator(mark('alert-name')).fill('few-friends')
  await page.locator(mark('alert-metric')).selectOption('new_friends')
  await page.locator(mark('alert-line')).fill('10')
  await page.locator(mark('alert-watch')).click()
  await expect(page.locator(mark('alert-few-friends'))).toContainText('new_friends')
  const kept = await house.ask<{ name: string; body: unknown }[]>('/alerts')
  expect(kept).toMatchObject([{ name: 'few-friends', body: { check: { below: 10 }, routes: ['duty'] } }])
  await page.locator(mark('snooze-few-friends')).click()
  await expect(page.locator(mark('wake-few-friends'))).toBeVisible()
  await page.screenshot({ path: 'test-results/alerts.png', fullPage: true })
  await page.locator(mark('wake-few-friends')).click()
  await expect(page.locator(mark('snooze-few-friends'))).toBeVisible()
  await page.locator(mark('forget-few-friends')).click()
  await expect(page.locator(mark('alert-few-friends'))).toHaveCount(0)
  expect(await house.ask<unknown[]>('/alerts')).toEqual([])
})
