import type { Page } from '@playwright/test'
import type { Breakdown, Campaign, Counted, Happening, Overlap, Overview, Page as Slice, Preview, Profile } from '../src/server/shapes'
import type { Tree } from '../src/tree/shapes'
import { BUSY, IN_MINI_PROGRAM, member, openid, PEOPLE, phone } from './brand'
import { expect, test } from './house'

const languages = [
  { code: 'zh-CN', next: 'English', people: '客户' },
  { code: 'en', next: '中文', people: 'Customers' },
] as const

const mark = (name: string) => `[data-test="${name}"]`

async function speak(page: Page, code: string): Promise<void> {
  await page.goto('/console/')
  await expect(page.locator(mark('language'))).toBeVisible()
  if ((await page.locator('html').getAttribute('lang')) !== code) {
    await page.locator(mark('language')).click()
  }
  await expect(page.locator('html')).toHaveAttribute('lang', code)
}

/** How many colours a chart's canvases show; a blank one shows none. */
function colours(page: Page, room: string): Promise<number> {
  return page.locator(`${mark(room)} canvas`).evaluateAll((canvases) => {
    const seen = new Set<number>()
    for (const canvas of canvases as HTMLCanvasElement[]) {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
      for (let i = 0; i < pixels.length; i += 4) {
        if ((pixels[i + 3] ?? 0) > 0) {
          seen.add(((pixels[i] ?? 0) << 16) | ((pixels[i + 1] ?? 0) << 8) | (pixels[i + 2] ?? 0))
        }
      }
    }
    return seen.size
  })
}

async function find(page: Page, query: string): Promise<void> {
  await page.goto('/console/#/customers')
  // The page remembers the last search; this one starts from nothing.
  await page.reload()
  await page.locator(mark('search')).fill(query)
  await expect(page.locator(mark('customer'))).toHaveCount(1)
}

for (const language of languages) {
  test.describe(`in ${language.code}`, () => {
    test.beforeEach(({ page }) => speak(page, language.code))

    test('the overview shows the numbers of the API, and its charts are drawn', async ({ page, house }) => {
      const { numbers, currency, lifecycle } = await house.ask<Overview>('/overview')
      const count = (n: number) => new Intl.NumberFormat(language.code).format(n)
      const money = (fen: number) =>
        new Intl.NumberFormat(language.code, {
          style: 'currency',
          currency,
          currencyDisplay: 'narrowSymbol',
          ...(Math.abs(fen) >= 100_000 ? { maximumFractionDigits: 0 } : {}),
        }).format(fen / 100)
      expect(numbers.people).toBeGreaterThanOrEqual(PEOPLE)
      expect(numbers.identifiers).toBe(2 * PEOPLE + IN_MINI_PROGRAM)
      expect(Object.values(lifecycle).reduce((sum, n) => sum + n, 0)).toBe(numbers.people)

      await expect(page.locator(mark('figure-people'))).toHaveText(count(numbers.people))
      await expect(page.locator(mark('figure-identifiers'))).toHaveText(count(numbers.identifiers))
      await expect(page.locator(mark('note-identifiers'))).toContainText(count(numbers.merges))
      await expect(page.locator(mark('figure-events'))).toHaveText(count(numbers.events))
      await expect(page.locator(mark('figure-orders'))).toHaveText(count(numbers.orders))
      await expect(page.locator(mark('note-orders'))).toContainText(count(numbers.cancelledOrders))
      await expect(page.locator(mark('figure-buyers'))).toHaveText(count(numbers.buyers))
      await expect(page.locator(mark('figure-revenue'))).toHaveText(money(numbers.revenueFen))
      await expect(page.locator(mark('now'))).toHaveText('2026-07-02 00:00')
      await expect(page.getByRole('link', { name: language.people }).first()).toBeVisible()
      for (const source of numbers.sources) {
        const row = page.locator(mark(`source-${source.name}`)).locator('td.number')
        await expect(row).toHaveText([count(source.events), count(source.people)])
      }
      for (const chart of ['lifecycle', 'rfm-map', 'layers']) {
        await expect.poll(() => colours(page, chart), chart).toBeGreaterThan(8)
      }
    })

    test('every cell of an insight opens its people, who become an audience', async ({ page, house }) => {
      const name = language.code === 'en' ? 'cell_en' : 'cell_zh'
      await page.goto('/console/#/insight')
      await expect(page.locator(mark('sheet'))).toBeVisible()
      await page.screenshot({ path: `test-results/insight-cohort-${language.code}.png`, fullPage: true })
      for (const kind of ['rfm', 'rfm_moves', 'repurchase', 'basket', 'concentration', 'new_old', 'coupon_yield', 'community', 'replies', 'league']) {
        await page.locator(mark(`kind-${kind}`)).click()
        await page.locator(mark('sheet-ask')).click()
        await expect(page.locator(mark('sheet')), kind).toBeVisible()
        await expect(page.locator(mark('problem')), kind).toHaveCount(0)
      }
      await page.locator(mark('kind-lifecycle_flow')).click()
      await page.locator(mark('sheet-ask')).click()
      await expect.poll(() => colours(page, 'sheet-chart')).toBeGreaterThan(8)
      await page.screenshot({ path: `test-results/insight-flow-${language.code}.png`, fullPage: true })

      await page.locator(mark('kind-funnel')).click()
      await page.locator(`${mark('field-steps')} textarea, textarea${mark('field-steps')}`).fill('order_paid\ngroup_left')
      await page.locator(mark('field-within')).fill('400d')
      await page.locator(mark('sheet-ask')).click()
      const cell = page.locator(mark('cell-1-stopped'))
      const people = (await cell.textContent())?.trim() ?? ''
      expect(Number(people.replaceAll(',', ''))).toBeGreaterThan(0)
      await page.screenshot({ path: `test-results/insight-funnel-${language.code}.png`, fullPage: true })
      await cell.click()
      await expect(page.locator(mark('cell-count'))).toContainText(people)
      await page.locator(mark('cell-name')).fill(name)
      await page.locator(mark('cell-keep')).click()
      await page.locator(mark('cell-audience')).click()
      await expect(page.getByText(name).first()).toBeVisible()
      const kept = await house.ask<{ count: number; text: string }>(`/audiences/${name}`)
      expect(kept).toMatchObject({ count: Number(people.replaceAll(',', '')), text: 'funnel: 1 / stopped' })
    })

    test('what can not be asked says where and what is allowed', async ({ page, watch }) => {
      await page.goto('/console/#/insight')
      await page.locator(mark('field-window')).fill('since yesterday')
      await page.locator(mark('sheet-ask')).click()
      await expect(page.locator(mark('problem'))).toContainText('question.window')
      // The browser notes the refusal by itself.
      expect(watch.errors.every((error) => error.includes('status of 400'))).toBe(true)
      watch.errors.length = 0
    })

    test('tags are grouped, put on many at once, and each number leads to its people', async ({ page, house }) => {
      const own = language.code === 'en' ? 'warm' : '暖'
      const group = language.code === 'en' ? 'mood_en' : 'mood_zh'
      await page.goto('/console/#/tags')
      await page.locator(mark('group-name')).fill(group)
      await page.locator(mark('group-title')).fill(`${own} ${own}`)
      await page.locator(mark('group-choice')).selectOption('single')
      await page.locator(mark('tag-name-0')).fill(own)
      await page.locator(mark('tag-more')).click()
      await page.locator(mark('tag-name-1')).fill(`${own}-lapsed`)
      await page.locator(mark('tag-by-1')).selectOption('segment')
      await page.locator(mark('tag-segment-1')).selectOption('lapsed')
      await page.locator(mark('group-publish')).click()
      const lapsed = (await house.ask<{ name: string; count: number }[]>('/segments')).find((each) => each.name === 'lapsed')?.count
      await expect(page.locator(mark(`people-${own}-lapsed`))).toHaveText(String(lapsed))

      await page.locator(mark('batch-tag')).fill(own)
      await page.locator(mark('batch-rule')).fill('has city = "广州"')
      await page.locator(mark('batch-begin')).click()
      await expect(page.locator(mark(`people-${own}`))).toHaveText(String(PEOPLE / 2))
      await page.screenshot({ path: `test-results/tags-${language.code}.png`, fullPage: true })
      await page.locator(mark(`people-${own}`)).click()
      await expect(page.locator('textarea, input').first()).toHaveValue(`has tag "${own}"`)
      expect(await house.tell<Counted>('/segments/count', { text: `has tag "${own}"` })).toMatchObject({ count: PEOPLE / 2 })
    })

    test('audiences say where they come from, are imported with a report, and frozen again', async ({ page, house }) => {
      const name = language.code === 'en' ? 'frozen_en' : 'frozen_zh'
      await page.goto('/console/#/audiences')
      await page.locator(mark('audience-name')).fill(name)
      await page.locator(mark('audience-rule')).fill('did order_paid')
      await page.locator(mark('audience-again')).selectOption('daily')
      await page.locator(mark('audience-freeze')).click()
      const row = page.locator(mark(`audience-${name}`))
      await expect(row).toContainText('did order_paid')
      const { count } = await house.tell<Counted>('/segments/count', { text: 'did order_paid' })
      await expect(row.locator('.door')).toHaveText(String(count))
      await page.locator(mark(`refresh-${name}`)).click()
      await page.locator(mark(`history-${name}`)).click()
      await expect(page.locator(mark('history')).locator('tbody tr')).not.toHaveCount(0)

      await page.locator(mark('list-name')).fill(`${name}_list`)
      await page.locator(mark('list-file')).setInputFiles({
        name: 'vip.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`手机号,备注\n${phone(1)},a\n${phone(2)},b\n13999999999,c\nx,d\n`),
      })
      await page.locator(mark('list-bring')).click()
      await expect(page.locator(mark('report-people'))).toHaveText('2')
      await expect(page.locator(mark('report-unknown'))).toHaveText('1')
      await expect(page.locator(mark('report-bad'))).toHaveText('1')
      await expect(page.locator('body')).not.toContainText('13999999999')
      await page.screenshot({ path: `test-results/audiences-${language.code}.png`, fullPage: true })
      await page.locator(mark(`audience-${name}_list`)).locator('.door').click()
      await expect(page.locator(mark('members')).locator('tbody tr')).toHaveCount(2)
    })

    test('a metric tree says what its change is made of, and is broken down', async ({ page, house }) => {
      await page.goto('/console/#/tree')
      await page.locator(mark('tree-name')).selectOption('gmv')
      await page.locator(mark('tree-days')).fill('2026-06')
      await page.locator(mark('tree-ask')).click()
      const answer = await page.request.post('/api/v1/insight/tree', {
        data: { tree: 'gmv', days: '2026-06' },
        headers: { 'X-Requested-By': 'console' },
      })
      const tree = (await answer.json()) as Tree
      const drill = tree.drill
      expect(drill).not.toBeNull()
      await expect(page.locator(mark('tree-drill'))).toHaveText(language.code === 'en' ? (drill?.en ?? '') : (drill?.zh ?? ''))
      await expect(page.locator(`${mark('tree-node-gmv')} td.number`).first()).toHaveText(/\d/)
      await page.locator(`${mark('tree-node-basket')} button`).first().click()
      await page.locator(mark('tree-by-source')).click()
      await expect(page.locator(`${mark('tree-members')} tbody tr`).first()).toBeVisible()
      // A number opens its people: as many as it says.
      const buyers = (await page.locator(mark('tree-open-buyers')).first().textContent())?.trim() ?? ''
      expect(Number(buyers.replaceAll(',', ''))).toBeGreaterThan(0)
      await page.locator(mark('tree-open-buyers')).first().click()
      await expect(page.locator(mark('cell-count'))).toContainText(buyers)
      const name = language.code === 'en' ? 'buyers_en' : 'buyers_zh'
      await page.locator(mark('cell-name')).fill(name)
      await page.locator(mark('cell-keep')).click()
      await expect(page.locator(mark('cell-audience'))).toBeVisible()
      const kept = await house.ask<{ count: number; text: string }>(`/audiences/${name}`)
      expect(kept).toMatchObject({ count: Number(buyers.replaceAll(',', '')), text: 'buyers: 2026-06' })
      await page.keyboard.press('Escape')
      await expect(page.locator(mark('cell-drawer'))).toBeHidden()
      // What is never uploaded has no base, and is not 0.
      await page.locator(mark('tree-name')).selectOption('new_customer_sales')
      await page.locator(mark('tree-ask')).click()
      await expect(page.locator(`${mark('tree-node-scan_rate')} td.number`).first()).toHaveText(language.code === 'en' ? 'no base' : '没有基数')
    })

    test('a customer is tagged by hand, and the history says by whom', async ({ page }) => {
      const own = language.code === 'en' ? 'spoken' : '聊过'
      await find(page, phone(7))
      await page.locator(mark('customer')).first().click()
      await page.getByRole('tab', { name: language.code === 'en' ? 'Tags' : '标签' }).click()
      await page.locator(mark('person-tag')).fill(own)
      await page.locator(mark('person-put')).click()
      await expect(page.locator(mark('tag-history')).locator('tr').first()).toContainText(own)
      await expect(page.locator(mark('facts'))).toContainText(own)
    })

    test('each campaign says what became of every message', async ({ page, house }) => {
      const campaigns = await house.ask<Campaign[]>('/campaigns')
      expect(campaigns.map((campaign) => campaign.simulated).toSorted()).toEqual([false, true])
      for (const campaign of campaigns) {
        const card = page.locator(mark(`campaign-${campaign.name}`))
        await expect(card.locator('h2')).toHaveText(campaign.title)
        const verdicts = Object.values(campaign.verdicts).filter((n) => n > 0).toSorted((a, b) => b - a)
        await expect(card.locator(`${mark('verdicts')} li b`)).toHaveCount(verdicts.length)
        const shown = await card.locator(`${mark('verdicts')} li b`).allTextContents()
        expect(shown.map(Number).toSorted((a, b) => b - a)).toEqual(verdicts)
        await expect(card.locator(mark('sent'))).toHaveText(String(campaign.sent))
        // What happened elsewhere had no hold-out, and no interval is made up for it.
        await expect(card.locator(mark('incremental'))).toHaveCount(campaign.incrementalRevenueFen ? 1 : 0)
        await expect(card.locator(`${mark('effect')} li`)).toHaveCount(campaign.holdOut.people > 0 ? 2 : 1)
      }
    })

    test('a phone finds its person, and is nowhere to be read', async ({ page, house }) => {
      await find(page, phone(BUSY))
      await expect(page.locator(mark('customer'))).toContainText('****')
      await page.locator(`${mark('customer')} a`).click()
      await expect(page.locator(mark('identifiers'))).toContainText('+86138****0001')
      await expect(page.locator(mark('event')).first()).toBeVisible()
      const html = await page.content()
      for (const secret of [phone(BUSY), `林小${BUSY}<`, openid(BUSY)]) {
        expect(html, `${secret} in the page`).not.toContain(secret)
      }
      expect(page.url()).not.toContain(phone(BUSY))

      // Refusing leaves everything masked.
      await page.locator(mark('reveal')).click()
      await page.getByRole('dialog').getByRole('button').filter({ hasText: /取消|Cancel/ }).click()
      await expect(page.getByRole('dialog')).toHaveCount(0)
      expect(await page.content()).not.toContain(phone(BUSY))

      await page.locator(mark('reveal')).click()
      await page.getByRole('dialog').locator('.el-button--primary').click()
      await expect(page.locator(mark('revealed'))).toBeVisible()
      await expect(page.locator(mark('identifiers'))).toContainText(`+86${phone(BUSY)}`)
      await expect(page.locator(mark('identifiers'))).toContainText(openid(BUSY))
      await expect(page.locator(mark('head'))).toContainText(`林小${BUSY}`)

      // Another customer is masked again.
      await find(page, member(2))
      await page.locator(`${mark('customer')} a`).click()
      await expect(page.locator(mark('identifiers'))).toContainText('+86138****0002')
      expect(await page.content()).not.toContain(phone(2))
      expect((await house.ask<Profile>('/profiles/p0')).revealed).toBe(false)
    })

    test('the timeline runs from the newest event to the oldest, page by page', async ({ page, house }) => {
      await find(page, phone(BUSY))
      const href = await page.locator(`${mark('customer')} a`).getAttribute('href')
      const id = /p\d+$/.exec(href ?? '')?.[0] ?? ''
      await page.locator(`${mark('customer')} a`).click()
      await expect(page.locator(mark('event'))).toHaveCount(50)
      await page.locator(mark('more-events')).click()
      const { events } = await house.ask<Profile>(`/profiles/${id}`)
      await expect(page.locator(mark('event'))).toHaveCount(events)
      await expect(page.locator(mark('more-events'))).toHaveCount(0)
      const times = await page.locator(mark('event')).evaluateAll((items) => items.map((item) => Date.parse((item as HTMLElement).dataset['time'] ?? '')))
      expect(times).toEqual(times.toSorted((a, b) => b - a))
      const all = await house.ask<Slice<Happening>>(`/profiles/${id}/events?limit=200`)
      expect(times).toEqual(all.items.map((happening) => Date.parse(happening.time)))
      await expect(page.locator(mark('timeline'))).toContainText(language.code === 'en' ? 'paid an order' : '支付订单')
    })

    test('a rule is counted while it is written, and a wrong one says where and what may stand there', async ({ page, house, watch }) => {
      await page.goto('/console/#/segments')
      const rule = 'did product_purchased where [category = "yogurt"] and did not product_purchased where [category = "milk"]'
      const counted = await house.tell<Counted>('/segments/count', { text: rule })
      expect(counted.count).toBeGreaterThan(0)
      await page.locator(`textarea${mark('rule')}`).fill(rule)
      await expect(page.locator(mark('live-count'))).toHaveText(String(counted.count))
      await expect(page.locator(mark('sentence'))).toHaveText(language.code === 'en' ? counted.rule.en : counted.rule.zh)

      await page.locator(`textarea${mark('rule')}`).fill('lifecycle lapsd')
      await expect(page.locator(mark('problem-field'))).toHaveText('character 10')
      await expect(page.locator(mark('problem-allowed'))).toContainText('just_lost, lapsed, dormant')
      await expect(page.locator(`${mark('stopped-at')} mark`)).toHaveText('lapsd')
      await expect(page.locator(mark('problem'))).toContainText('bad_rule')
      await expect(page.locator(mark('save'))).toHaveCount(0)
      await page.locator(mark('near')).first().click()
      await expect(page.locator(`textarea${mark('rule')}`)).toHaveValue('lifecycle lapsed')
      await expect(page.locator(mark('live-count'))).toBeVisible()
      // The browser itself reports the refusal; the page was asked for it.
      expect(watch.errors.every((error) => error.includes('status of 422'))).toBe(true)
      watch.errors.length = 0

      const name = `yogurt_${language.code.slice(0, 2)}`
      await page.locator(`textarea${mark('rule')}`).fill(rule)
      await page.locator(`input${mark('segment-name')}`).fill(name)
      await page.locator(mark('save')).click()
      await expect(page.locator(mark(`segment-${name}`))).toContainText(language.code === 'en' ? counted.rule.en : counted.rule.zh)
      await page.locator(`${mark(`segment-${name}`)} .door`).click()
      await expect(page.locator(`${mark('members')} tbody tr`)).toHaveCount(counted.count)
    })

    test('what a rule would do is said while it is written', async ({ page, house }) => {
      await page.goto('/console/#/segments')
      const count = (n: number) => new Intl.NumberFormat(language.code).format(n)
      const write = (rule: string) => page.locator(`textarea${mark('rule')}`).fill(rule)
      const preview = (text: string) => house.tell<Preview>('/segments/preview', { text })

      // A misspelt event picks nobody; the right one is offered, and a click repairs the rule.
      await write('did ordr_paid within 365d')
      await expect(page.locator(mark('finding-no_data'))).toContainText('ordr_paid')
      await expect(page.locator(mark('live-count'))).toHaveText('0')
      await page.locator(mark('fix')).filter({ hasText: 'order_paid' }).click()
      await expect(page.locator(`textarea${mark('rule')}`)).toHaveValue('did order_paid within 365d')
      const good = await preview('did order_paid within 365d')
      expect(good.count).toBeGreaterThan(0)
      await expect(page.locator(mark('live-count'))).toHaveText(count(good.count))
      await expect(page.locator(mark('finding-no_data'))).toHaveCount(0)

      // Reach, with the reasons for the rest; the sample is masked.
      const sms = good.reach.find((each) => each.channel === 'sms')
      await expect(page.locator(`${mark('reach-sms-reachable')} b`)).toHaveText(count(sms?.reachable ?? -1))
      const missed = sms?.missed.find((each) => each.people > 0)
      await expect(page.locator(`${mark(`reach-sms-${missed?.reason}`)} b`)).toHaveText(count(missed?.people ?? -1))
      await expect(page.locator(`${mark('sample')} li`)).toHaveCount(good.sample.length)
      await expect(page.locator(mark('sample'))).toContainText('林**')

      // Taken apart; a part opens as a rule of its own.
      await page.locator(mark('breakdown-by')).selectOption('trait')
      await page.locator(mark('breakdown-trait')).fill('city')
      const cities = await house.tell<Breakdown>('/segments/breakdown', { text: 'did order_paid within 365d', by: 'trait:city' })
      expect(cities.cells.length).toBe(2)
      const first = page.locator(mark('slice')).first()
      await expect(first.locator('b')).toHaveText(count(cities.cells[0]?.people ?? -1))
      await expect(first.locator('button')).toHaveText(cities.cells[0]?.value ?? '')
      await first.locator('button').press('Enter')
      await expect(page.locator(`textarea${mark('rule')}`)).toHaveValue(cities.cells[0]?.text ?? '')
      await expect(page.locator(mark('live-count'))).toHaveText(count(cities.cells[0]?.people ?? -1))

      // A contradiction is said; a part that does nothing can be left out.
      await write('did order_paid and did not order_paid')
      await expect(page.locator(mark('finding-always_empty'))).toContainText(language.code === 'en' ? 'nobody is picked' : '互相矛盾')
      await write('did order_paid and did order_paid within 30d')
      await expect(page.locator(mark('finding-subsumed'))).toBeVisible()
      await page.locator(mark('fix')).click()
      await expect(page.locator(`textarea${mark('rule')}`)).toHaveValue('did order_paid within 30d')
    })

    test('segments are compared, and one that nothing uses is deleted', async ({ page, house, watch }) => {
      const name = `spare_${language.code.slice(0, 2)}`
      await house.tell('/segments', { name, text: 'did order_paid' })
      await house.tell('/segments', { name: `on_${name}`, text: `in segment ${name}` })
      await page.goto('/console/#/segments')
      await page.locator(mark('overlap-lapsed')).check()
      await page.locator(mark(`overlap-${name}`)).check()
      const shared = await house.tell<Overlap>('/segments/overlap', { segments: ['lapsed', name] })
      const cell = page.locator(`${mark('overlap-table')} tbody tr`).first().locator('td').nth(1)
      await expect(cell).toContainText(new Intl.NumberFormat(language.code).format(shared.rows[0]?.cells[1]?.people ?? -1))

      await page.locator(mark(`remove-${name}`)).click()
      await page.locator('.el-message-box .el-button--primary').click()
      await expect(page.locator(mark('problem-value'))).toHaveText(`segment on_${name}`)
      expect(watch.errors.every((error) => error.includes('status of 409'))).toBe(true)
      watch.errors.length = 0
      await page.locator(mark(`remove-on_${name}`)).click()
      await page.locator('.el-message-box .el-button--primary').click()
      await expect(page.locator(mark(`segment-on_${name}`))).toHaveCount(0)
    })
  })
}

test('the language is remembered', async ({ page }) => {
  await speak(page, 'en')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.locator(mark('language'))).toHaveText('中文')
  await page.locator(mark('language')).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
})

test('nobody found says what to try', async ({ page }) => {
  await page.goto('/console/#/customers')
  await expect(page.locator(mark('customer'))).toHaveCount(50)
  await page.locator(mark('more')).click()
  await expect(page.locator(mark('customer'))).not.toHaveCount(50)
  await page.locator(mark('search')).fill('13999999999')
  await expect(page.locator(mark('empty'))).toContainText('13999999999')
})

test('severing a link gives back two customers', async ({ page, house }) => {
  const before = await house.ask<Overview>('/overview')
  await find(page, openid(IN_MINI_PROGRAM))
  await page.locator(`${mark('customer')} a`).click()
  await page.locator('#tab-evidence').click()
  const link = page.locator(`${mark('evidence')} li`).filter({ has: page.locator('[data-kind="openid"]') })
  await link.locator(mark('sever')).click()
  await page.getByRole('dialog').locator('.el-button--primary').click()
  await expect(page.locator('.el-message--success')).toBeVisible()
  expect((await house.ask<Overview>('/overview')).numbers.people).toBe(before.numbers.people + 1)
  await page.goto('/console/')
  await expect(page.locator(mark('figure-people'))).toHaveText(String(before.numbers.people + 1))
})

test('the one-time link does not work twice', async ({ browser, house, session }) => {
  expect(session.cookies.map((cookie) => cookie.name)).toEqual(['huoshui_session'])
  const stranger = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  const page = await stranger.newPage()
  const answer = await page.goto(house.link)
  expect(answer?.status()).toBe(401)
  expect(await stranger.cookies()).toEqual([])
  await page.goto(`${house.url}/console/`)
  await expect(page.locator('pre')).toHaveText('./huoshui serve')
  await stranger.close()
})

test('a seed of too few people is refused with what is needed', async ({ page, watch }) => {
  await page.goto('/console/#/lookalikes')
  await page.locator(mark('lookalike-seed')).selectOption('lapsed')
  await page.locator(mark('lookalike-ask')).click()
  await expect(page.locator(mark('problem'))).toContainText('at least 100')
  await expect(page.locator(mark('lookalike-found'))).toHaveCount(0)
  // The browser notes the refusal by itself.
  expect(watch.errors.every((error) => error.includes('status of 422'))).toBe(true)
  watch.errors.length = 0
})

test('what needs the console’s own header is refused without it', async ({ page }) => {
  const answer = await page.request.post('/api/v1/segments/count', { data: { text: 'lifecycle lapsed' } })
  expect(answer.status()).toBe(401)
})
