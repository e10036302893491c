import { expect, test } from './house'

const mark = (name: string) => `[data-test="${name}"]`

test('an export is asked by SQL, refused in place, and its people become an audience', async ({ page, house, watch }) => {
  await page.goto('/console/#/workbench')
  await expect(page.locator(mark('no-export'))).toBeVisible()
  await page.locator(mark('export-begin')).click()
  await expect(page.locator(`${mark('sql-export')} option`)).toHaveCount(2)
  const { numbers } = await house.ask<{ numbers: { people: number; buyers: number } }>('/overview')

  await page.locator(mark('sql')).fill('select count(*) as people from profiles')
  await page.locator(mark('sql-run')).click()
  await expect(page.locator(`${mark('sql-rows')} td`)).toHaveText(String(numbers.people))

  await page.locator(mark('sql')).fill("select * from read_csv('/etc/passwd')")
  await page.locator(mark('sql')).press('Control+Enter')
  await expect(page.locator(mark('problem'))).toContainText('sql.no_files')
  await page.locator(mark('sql')).fill('drop table events')
  await page.locator(mark('sql-run')).click()
  await expect(page.locator(mark('problem'))).toContainText('sql.not_read_only')
  // The browser notes the refusals by itself.
  expect(watch.errors.every((error) => error.includes('status of 403'))).toBe(true)
  watch.errors.length = 0

  await page.locator(mark('sql')).fill('select profile, orders, paid_fen from profiles where orders > 0 order by paid_fen desc')
  await page.locator(mark('sql-run')).click()
  await expect(page.locator(`${mark('sql-rows')} tbody tr`)).toHaveCount(numbers.buyers)
  await page.locator(mark('table-orders')).locator('summary').click()
  const download = page.waitForEvent('download')
  await page.locator(mark('sql-csv')).click()
  expect((await download).suggestedFilename()).toBe('answer.csv')
  await page.locator(mark('sql-audience')).fill('sql_buyers')
  await page.locator(mark('sql-keep')).click()
  await expect(page.locator(mark('sql-kept'))).toContainText(String(numbers.buyers))
  await page.screenshot({ path: 'test-results/workbench.png', fullPage: true })
})
