import { expect, test } from './house'

const mark = (name: string) => `[data-test="${name}"]`

test('rooms stand under headings that fold by keyboard and stay folded', async ({ page }) => {
  await page.goto('/console/#/customers')
  const heading = page.locator(mark('wing-setup'))
  await expect(heading).toHaveText('设置')
  await expect(page.locator(mark('nav-customers'))).toHaveAttribute('aria-current', 'page')
  await heading.focus()
  await page.keyboard.press('Enter')
  await expect(heading).toHaveAttribute('aria-expanded', 'false')
  await expect(page.locator(mark('nav-accounts'))).toBeHidden()
  await page.reload()
  await expect(page.locator(mark('nav-accounts'))).toBeHidden()
  // Whoever is led there by a link sees where they are.
  await page.goto('/console/#/accounts')
  await expect(page.locator(mark('nav-accounts'))).toBeVisible()
  await expect(heading).toHaveAttribute('aria-expanded', 'true')
})

test('on a phone the rooms are a menu, and no page is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/console/#/stores')
  await expect(page.locator(mark('nav-stores'))).toBeHidden()
  await page.locator(mark('menu')).press('Enter')
  await page.locator(mark('nav-guideTasks')).click()
  await expect(page.locator('h1')).toHaveText('导购任务')
  await expect(page.locator(mark('nav-stores'))).toBeHidden()
  for (const room of ['stores', 'guide-tasks', 'live-codes', 'callbacks', 'sending', 'communities', 'calls', 'feeds', 'accounts']) {
    await page.goto(`/console/#/${room}`)
    await expect(page.locator('h1')).toBeVisible()
    await page.waitForLoadState('networkidle')
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(beyond, room).toBe(0)
  }
})
