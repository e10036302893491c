import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { NOW } from './brand'
import { expect, test } from './house'

// The pages of what the platforms bring, on the one server all specs share.
const mark = (name: string) => `[data-test="${name}"]`
const at = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()

test('without an account the callbacks say what to do, and a refused one is counted by its reason', async ({ page, house }) => {
  await page.goto('/console/#/callbacks')
  await expect(page.locator(mark('callbacks-none'))).toBeVisible()
  await fetch(`${house.url}/callbacks/wecom/nobody`, { method: 'POST', body: '<xml/>' })
  await page.reload()
  await expect(page.locator(mark('callback-refusals'))).toContainText('账号不存在')
})

test('a mass task is planned for a segment at an hour of the brand, looked at and called off', async ({ page, house }) => {
  await page.goto('/console/#/sending')
  await expect(page.locator(mark('no-masses'))).toBeVisible()
  await page.locator(`input${mark('mass-title')}`).fill('周末提醒')
  await page.locator(mark('mass-template')).selectOption('come_back')
  await page.locator(mark('mass-segment')).selectOption('lapsed')
  await page.locator('input[type="datetime-local"]').fill('2026-08-01T10:00')
  await page.locator(mark('mass-plan')).click()
  await expect(page.locator(mark('masses'))).toContainText('2026-08-01 10:00')
  const [line] = await house.ask<{ id: string; at: string; people: number }[]>('/reach/mass')
  // In the brand's zone, wherever the browser is.
  expect(line?.at).toBe('2026-08-01T02:00:00Z')
  await expect(page.locator(`${mark('mass-outlook')} a`).first()).toHaveText('林**')
  await expect(page.locator(mark('mass-remind'))).toHaveCount(0)
  await page.locator(mark('mass-cancel')).click()
  await expect(page.locator(mark('masses'))).toContainText('已撤回')
})

test('a group is found with its stage, its members by name; the examples of SOP and keywords can be read', async ({ page, house }) => {
  const who = (n: number) => [{ kind: 'memberNumber', value: `M${1000 + n}` }]
  await house.take(
    'groups',
    [1, 2, 3].map((n) => ({ id: `in-${n}`, name: 'group_joined', time: at(30), identifiers: who(n), properties: { group: 'wrConsole', by: 'zhang' } })),
  )
  await house.keep('/guides/zhang', { title: '张店长' })
  await page.goto('/console/#/communities')
  await expect(page.locator(mark('communities'))).toContainText('wrConsole')
  await page.locator(mark('community-wrConsole')).click()
  await expect(page.locator(mark('door-in'))).toContainText('3')
  await expect(page.getByRole('link', { name: '林**' })).toHaveCount(3)
  await expect(page.getByText('张店长').first()).toBeVisible()

  await page.goto('/console/#/communities')
  await page.locator(mark('plan-sample')).click()
  await page.locator(mark('plan-preview')).click()
  await expect(page.locator('.plans')).toContainText('未来 31 天将发')
  await page.locator(mark('plan-publish')).click()
  await expect(page.locator(mark('plans'))).toContainText('first_month')
  await page.locator(mark('keywords-sample')).click()
  await page.locator(`input${mark('keywords-message')}`).fill('多少钱一箱')
  await page.locator(mark('keywords-try')).click()
  await expect(page.locator(mark('keywords-taken'))).toContainText('price')
  await expect(page.locator(mark('no-targets'))).toBeVisible()
})

test('a call flow is talked to, and its report says that there is no base', async ({ page, house }) => {
  await page.goto('/console/#/calls')
  await expect(page.locator(mark('no-flows'))).toBeVisible()
  await house.tell('/call-flows', JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../examples/calls/wake_up.json'), 'utf8')))
  await page.reload()
  await page.locator(mark('flow-wake_up')).click()
  await page.locator(`input${mark('say')}`).fill('可以啊')
  await page.locator(`input${mark('say')}`).press('Enter')
  await expect(page.locator(mark('try-out'))).toContainText('听成「同意」')
  await expect(page.locator(mark('call-report'))).toContainText('无基数')
  await expect(page.locator(`${mark('hang-ups')} tbody tr`)).toHaveCount(0)
  await page.locator(mark('every-line')).click()
  await expect(page.locator(`${mark('hang-ups')} tbody tr`)).toHaveCount(22)
  await expect(page.locator(mark('evaluation'))).toContainText('没兴趣')
})

test('an export is uploaded, its bad rows say why, and a file of one’s own is mapped', async ({ page, house, watch }) => {
  await page.goto('/console/#/feeds')
  await expect(page.locator(mark('no-feeds'))).toBeVisible()
  await page.locator(`input${mark('feed-name')}`).fill('tb-shop')
  await page.locator(mark('feed-make')).click()
  const orders = `订单编号,买家会员名,买家实际支付金额,订单状态,联系手机,订单付款时间
t1,小明,59.90,交易成功,13955550001,2026-06-20 10:00:00
t2,小绿,5x,交易成功,13955550003,2026-06-20 12:00:00
`
  await page.locator(mark('upload-tb-shop')).setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(orders) })
  await expect(page.locator(mark('quarantine-tb-shop'))).toHaveText('1')
  await page.locator(mark('quarantine-tb-shop')).click()
  await expect(page.locator(mark('quarantine'))).toContainText('金额读不出来')
  await expect(page.locator(mark('quarantine'))).toContainText('5x')

  await page.locator(mark('feed-vendor')).selectOption('own')
  await page.locator(`input${mark('own-name')}`).fill('till')
  const till = '小票,手机,金额,时间\nP1,13912340001,59.90,2026-06-20 10:00:00\n'
  await page.locator(mark('own-file')).setInputFiles({ name: 'till.csv', mimeType: 'text/csv', buffer: Buffer.from(till) })
  await expect(page.locator(`${mark('columns')} tbody tr`)).toHaveCount(4)
  await page.locator(mark('own-record')).selectOption('order')
  await page.locator(mark('is-小票')).selectOption({ label: '订单号' })
  await page.locator(mark('is-手机')).selectOption({ label: '手机' })
  await page.locator(mark('is-金额')).selectOption({ label: '实付金额' })
  await page.locator(mark('is-时间')).selectOption({ label: '付款时间' })
  await expect(page.locator(mark('tried'))).toContainText('order_paid')
  // While fields are still to be chosen the server says which; the browser notes that by itself.
  expect(watch.errors.every((error) => error.includes('status of 422'))).toBe(true)
  watch.errors.length = 0
  await page.locator(mark('own-make')).click()
  await expect(page.locator(mark('feeds'))).toContainText('till')
  expect((await house.ask<{ name: string }[]>('/feeds')).map((feed) => feed.name)).toEqual(['tb-shop', 'till'])
})
