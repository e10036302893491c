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

test('a calling robot is an account, and its check says which number is not the instance’s', async ({ page }) => {
  const robot = createServer((request, response) => {
    const action = request.headers['x-acs-action']
    const body =
      action === 'DescribeScript'
        ? { Success: true, Code: 'OK', Script: { Status: 'PUBLISHED' } }
        : { Success: true, Code: 'OK', OutboundCallNumbers: { List: [{ Number: '057100000000' }] } }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((done) => robot.listen(0, '127.0.0.1', done))
  try {
    await page.goto('/console/#/accounts')
    await page.locator('[data-test="account-name"]').fill('robot')
    await page.locator('[data-test="account-kind"]').selectOption('call')
    await page.locator('[data-test="account-keyId"]').fill('LTAI1')
    await page.locator('[data-test="account-instanceId"]').fill('instance-1')
    await page.locator('[data-test="account-scriptId"]').fill('scene-1')
    await page.locator('[data-test="account-callingNumbers"]').fill('01088888888')
    await page.locator('[data-test="account-url"]').fill(`http://127.0.0.1:${(robot.address() as AddressInfo).port}`)
    await page.locator('[data-test="account-keySecret"]').fill('hush')
    await page.locator('[data-test="account-save"]').click()
    await expect(page.locator('[data-test="step-scene"]')).toHaveClass(/passed/)
    await expect(page.locator('[data-test="step-numbers"]')).toHaveClass(/failed/)
    await expect(page.locator('[data-test="step-numbers"]')).toContainText('057100000000')
    await expect(page.locator('[data-test="step-callback"]')).toHaveClass(/failed/)
    await page.screenshot({ path: 'test-results/accounts-call.png', fullPage: true })
    expect(await page.content()).not.toContain('hush')
    await page.locator('[data-test="delete-robot"]').click()
    await page.locator('[data-test="delete-robot"]').click()
    await expect(page.locator('[data-test="delete-robot"]')).toHaveCount(0)
  } finally {
    robot.close()
  }
})
