import { NOW } from './brand'
import { expect, test } from './house'

test('stores, bindings, tasks and reply rates are seen and moved', async ({ house, page, watch }) => {
  await house.keep('/stores/bund', { title: '外滩店', region: ['华东', '上海'], hours: 'mon-sun 10:00-22:00' })
  await house.keep('/stores/xuhui', { title: '徐汇店', region: ['华东', '上海'] })
  await house.keep('/guides/li', { title: '李店长', store: 'bund', role: 'manager' })
  await house.keep('/guides/wu', { title: '小吴', store: 'bund', capacity: 500 })
  await house.keep('/guides/he', { title: '小何', store: 'xuhui' })
  const at = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()
  const who = (n: number) => [{ kind: 'memberNumber', value: `guided-${n}` }]
  const events = []
  for (let n = 0; n < 12; n++) {
    const guide = ['li', 'wu', 'he'][n % 3]
    events.push({ id: `guided-c${n}`, name: 'contact_added', time: at(200), identifiers: who(n), properties: { guide } })
    events.push({ id: `guided-o${n}`, name: 'order_paid', time: at(150), identifiers: who(n), properties: { orderId: `g${n}`, amountFen: 10_000 + n } })
    events.push({ id: `guided-m${n}`, name: 'message_delivered', time: at(120), identifiers: who(n), properties: { touchpoint: 't', template: n % 2 ? '新品到店' : '会员日提醒' } })
    if (n % 4 === 0) {
      events.push({ id: `guided-r${n}`, name: 'message_replied', time: at(119), identifiers: who(n), properties: { text: '好的' } })
    }
  }
  events.push({ id: 'guided-late', name: 'contact_added', time: at(100), identifiers: who(0), properties: { guide: 'he' } })
  events.push({ id: 'guided-back', name: 'order_refunded', time: at(90), identifiers: who(1), properties: { orderId: 'g1', amountFen: 4_000 } })
  await house.take('shop_floor', events as never)
  const bound = await house.ask<{ items: { customer: { id: string } }[] }>('/bindings?guide=wu')
  const customers = bound.items.map((each) => each.customer.id)
  await house.tell('/guides/own/tasks', { people: { customers }, title: '七月回访', script: '您好,新品到店,给您留了一份', within: '4h' })

  await page.goto('/console/#/stores')
  await expect(page.locator('[data-test="store-bund"]')).toContainText('外滩店')
  await expect(page.locator('[data-test="stores"]')).toContainText('小吴')
  await expect(page.locator('[data-test="takings"] tfoot')).toContainText('合计')
  await expect(page.locator('[data-test="disputes"]')).toContainText('先扫先得')
  await page.locator('[data-test="handover-from"]').selectOption('wu')
  await page.locator('[data-test="handover-preview"]').click()
  await expect(page.locator('[data-test="handover-plan"]')).toContainText('24')
  await page.screenshot({ path: 'test-results/stores.png', fullPage: true })
  await page.locator('[data-test="bind-customer"]').fill(customers[0] ?? '')
  await page.locator('[data-test="bind-guide"]').selectOption('he')
  await page.locator('[data-test="bind-why"]').fill('住得近')
  await page.locator('[data-test="bind"]').click()
  await expect.poll(() => house.ask<{ now: { guide: string } }>(`/bindings/${customers[0]}`).then((of) => of.now.guide)).toBe('he')
  await page.locator('[data-test="sync-look"]').click()
  await expect(page.locator('[data-test="problem"]').first()).toContainText('not_set_up')
  // The browser itself reports the refusal; the page was asked for it.
  expect(watch.errors.every((error) => error.includes('status of 409'))).toBe(true)
  watch.errors.length = 0

  await page.goto('/console/#/guide-tasks')
  await expect(page.locator('[data-test="load-wu"]')).toContainText('4')
  await page.locator('[data-test="load-wu"] button').nth(1).click()
  await expect(page.locator('[data-test="tasks"]')).toContainText('给您留了一份')
  await page.locator('[data-test="tasks"] input').first().fill('已电话回访')
  await page.locator('[data-test="tasks"] .el-button--primary.el-button--small').nth(1).click()
  await expect(page.locator('[data-test="load-wu"] td').last()).toHaveText('1')
  await expect(page.locator('[data-test="replies-lines"]')).toContainText('新品到店')
  await page.screenshot({ path: 'test-results/guide-tasks.png', fullPage: true })
  await page.locator('[data-test="replies-guides"] button').first().click()
  await expect(page.locator('[data-test="cell-count"]')).toContainText('4')
  expect(watch.foreign).toEqual([])
})
