import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './house'

test('an account is set up, and the check says what is missing', async ({ page }) => {
  const wecom = createServer((request, response) => {
    const body = request.url?.startsWith('/cgi-bin/gettoken')
      ? { errcode: 0, access_token: 't', expires_in: 7200 }
      : { errcode: 60020, errmsg: 'not allow to access from your ip' }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((done) => wecom.listen(0, '127.0.0.1', done))
  try {
    await page.goto('/console/#/accounts')
    await expect(page.locator('[data-test="accounts-none"]')).toBeVisible()
    await page.locator('[data-test="account-name"]').fill('main')
    await page.locator('[data-test="account-corpId"]').fill('ww1')
    await page.locator('[data-test="account-url"]').fill(`http://127.0.0.1:${(wecom.address() as AddressInfo).port}`)
    await page.locator('[data-test="account-secret"]').fill('hush')
    await page.locator('[data-test="account-save"]').click()
    await expect(page.locator('[data-test="step-token"]')).toHaveClass(/passed/)
    await expect(page.locator('[data-test="step-ip"]')).toHaveClass(/failed/)
    await expect(page.locator('[data-test="step-scope"]')).toHaveClass(/skipped/)
    await page.screenshot({ path: 'test-results/accounts.png', fullPage: true })
    expect(await page.content()).not.toContain('hush')
    await page.locator('[data-test="rotate-main"]').click()
    await expect(page.locator('[data-test="account-corpId"]')).toHaveCount(0)
    await page.locator('[data-test="delete-main"]').click()
    await page.locator('[data-test="delete-main"]').click()
    await expect(page.locator('[data-test="accounts-none"]')).toBeVisible()
  } finally {
    wecom.close()
  }
})
