import type { Page } from '@playwright/test'
import type { AttributionTable, Opened, ExperimentReading } from '../src/server/shapes'
import { NOW, type Event } from './brand'
import { expect, test } from './house'

/** A folder to lay pictures in, for whoever wants to look at them. */
const LOOK = process.env['HUOSHUI_LOOK'] ?? ''
const CROWD = 300
const HOUR = 3_600_000
const SPLIT = '/insight/experiments/spring'

const mark = (name: string) => `[data-test="${name}"]`
const at = (hours: number) => new Date(Date.parse(NOW) + hours * HOUR).toISOString()
const event = (person: number, name: string, hours: number, properties: Event['properties']): Event => ({
  id: `spring-${person}-${name}-${hours}`,
  name,
  time: at(hours),
  identifiers: [{ kind: 'memberNumber', value: `S${person}` }],
  properties,
})
const paid = (person: number, hours: number, amountFen: number) => event(person, 'order_paid', hours, { orderId: `s-${person}-${hours}`, amountFen })

async function speak(page: Page, code: 'zh-CN' | 'en'): Promise<void> {
  await page.goto('/console/#/experiments')
  await expect(page.locator(mark('language'))).toBeVisible()
  if ((await page.locator('html').getAttribute('lang')) !== code) {
    await page.locator(mark('language')).click()
  }
  await expect(page.locator('html')).toHaveAttribute('lang', code)
}

/** Clicks a number of people, and sees as many behind it. */
async function opens(page: Page, number: string, people: number, code: string): Promise<void> {
  await page.locator(mark(number)).click()
  await expect(page.locator(mark('cell-count'))).toContainText(new Intl.NumberFormat(code).format(people))
  await page.keyboard.press('Escape')
  await expect(page.locator(mark('cell-count'))).toBeHidden()
}

// A crowd that all bought long ago, half of it in each arm; three in four of them buy within the journey's day.
test.beforeAll(async ({ house }) => {
  const { now } = await house.ask<{ now: string }>('/overview')
  const hour = Math.round((Date.parse(now) - Date.parse(NOW)) / HOUR)
  const before: Event[] = []
  for (let person = 0; person < CROWD; person++) {
    before.push(paid(person, -60 * 24, 1_000 * (1 + (person % 10))), event(person, 'profile_updated', -59 * 24, { spring: 'yes' }))
    if (person % 2 === 0) {
      before.push(event(person, 'live_joined', hour - 3, { channel: 'live' }))
    }
    if (person % 3 === 0) {
      before.push(event(person, 'card_scanned', hour - 2, { channel: 'package' }))
    }
  }
  await house.take('spring_shop', before)
  await house.tell('/audiences', { name: 'spring_crowd', text: 'has spring = "yes"' })
  await house.tell('/journeys', {
    journey: 'spring',
    title: '春季加赠',
    entry: { audience: 'spring_crowd' },
    holdOut: 20,
    goal: { event: 'order_paid', within: '1d', exits: false },
    steps: [
      {
        id: 'half',
        split: [
          { name: 'gift', percent: 50, next: 'warm' },
          { name: 'plain', percent: 50, next: 'cool' },
        ],
      },
      { id: 'warm', tag: 'warm', next: 'end' },
      { id: 'cool', tag: 'cool', next: 'end' },
    ],
  })
  await house.tell('/journeys/spring/launch', {})
  await house.tell('/clock', { to: at(hour + 2) })
  const then: Event[] = []
  for (let person = 0; person < CROWD; person++) {
    if (person % 4 !== 0) {
      then.push(paid(person, hour + 1, 1_000 * (1 + (person % 10))))
    }
  }
  await house.tell('/clock', { to: at(hour + 3) })
  await house.take('spring_till', then)
  await house.tell('/clock', { to: at(hour + 30) })
})

for (const code of ['zh-CN', 'en'] as const) {
  test(`an experiment says its verdict, and its numbers open their people, in ${code}`, async ({ page, house }) => {
    await speak(page, code)
    await page.locator(mark('experiment-journey')).selectOption('spring')
    const reading = await house.ask<ExperimentReading>(SPLIT)
    expect(reading.variants.map((one) => one.variant)).toEqual(['hold_out', 'gift', 'plain'])
    expect(reading.verdict.code).toBe('undecided')
    await expect(page.locator(mark('verdict'))).toHaveText(code === 'en' ? reading.verdict.en : reading.verdict.zh)
    await expect(page.locator(mark('verdict-code'))).toHaveText(code === 'en' ? 'no difference seen' : '没有看出差别')
    await expect(page.locator(mark('srm'))).toContainText(code === 'en' ? 'Shares are as planned' : '分组比例正常')
    await expect(page.locator(`${mark('metric-revenueFen')} .bar .span`)).toHaveCount(2)
    const converted = reading.metrics.find((one) => one.metric === 'converted')
    for (const { variant, n } of reading.variants) {
      const mean = converted?.variants.find((one) => one.variant === variant)?.mean ?? 0
      await expect(page.locator(mark(`people-${variant}`))).toHaveText(new Intl.NumberFormat(code).format(n))
      await opens(page, `people-${variant}`, n, code)
      await opens(page, `converted-${variant}`, Math.round(mean * n), code)
    }
    if (LOOK !== '') {
      await page.screenshot({ path: `${LOOK}/experiment-${code}.png`, fullPage: true })
    }
    const name = `gift_${code === 'en' ? 'en' : 'zh'}`
    await page.locator(mark('people-gift')).click()
    await page.locator(mark('cell-name')).fill(name)
    await page.locator(mark('cell-keep')).click()
    await expect(page.locator(mark('cell-audience'))).toBeVisible()
    const kept = await house.ask<{ count: number; text: string }>(`/audiences/${name}`)
    expect(kept).toMatchObject({ count: reading.variants[1]?.n, text: 'experiment: spring / half / gift' })
  })

  test(`credit is shown model by model below what is incremental, and opens its people, in ${code}`, async ({ page, house }) => {
    await speak(page, code)
    const table = await house.ask<AttributionTable>('/insight/attribution')
    await expect(page.locator(mark('credit-incremental'))).toContainText(code === 'en' ? '95 % interval' : '95% 区间')
    const live = table.channels.find((row) => row.channel === 'live')
    expect(live?.people).toBe(CROWD / 2)
    await opens(page, 'touched-live', live?.people ?? -1, code)
    await opens(page, 'converters-live', live?.converters ?? -1, code)
    // Who was at the stream and had the card scanned after it: the stream was no last touch.
    const last = await house.tell<Opened>('/insight/attribution/open', { from: table.from, to: table.to, cell: { channel: 'live', model: 'last' } })
    expect(last.count).toBeLessThan(live?.converters ?? -1)
    await opens(page, 'given-live-last', last.count, code)
    await page.locator(mark('credit-from')).fill('2020-01-01')
    await page.locator(mark('credit-to')).fill('2020-01-02')
    await page.locator(mark('credit-look')).click()
    await expect(page.locator(mark('touched-live'))).toBeHidden()
    await expect(page.locator(mark('credit-incremental'))).toContainText(code === 'en' ? 'No journey' : '没有对照组')
  })

  test(`a plan says how many people and how many days in ${code}`, async ({ page, watch }) => {
    await speak(page, code)
    await page.locator(mark('plan-lift')).fill('20')
    await page.locator(mark('plan-ask')).click()
    // 3,839 a group: the textbook's for 10 % against 12 %.
    await expect(page.locator(mark('plan-answer'))).toContainText('7,678')
    await expect(page.locator(mark('plan-answer'))).toContainText('16')
    await page.locator(mark('plan-shares')).fill('a')
    await page.locator(mark('plan-ask')).click()
    await expect(page.locator(mark('problem'))).toContainText('shares')
    // The browser notes the refusal by itself.
    expect(watch.errors.every((error) => error.includes('status of 422'))).toBe(true)
    watch.errors.length = 0
  })
}
