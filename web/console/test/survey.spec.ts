import { expect, test } from './house'

test('a questionnaire is answered on a phone, without any script', async ({ browser, house, page: console_ }) => {
  await house.tell('/surveys', {
    survey: 'visit',
    title: { zh: '到店体验问卷', en: 'Your visit' },
    intro: { zh: '一分钟,帮我们做得更好', en: 'One minute to help us do better' },
    questions: [
      { id: 'score', kind: 'scale', title: { zh: '您有多大可能向朋友推荐我们?', en: 'How likely would you recommend us?' }, required: true, trait: 'nps_score' },
      { id: 'why', kind: 'text', title: { zh: '哪里让您不满意?', en: 'What went wrong?' }, required: true, showIf: { question: 'score', values: ['0', '1', '2', '3', '4', '5', '6'] } },
      { id: 'taste', kind: 'multi', title: { zh: '您喜欢哪些产品?', en: 'What do you like?' }, options: [{ value: 'milk', title: { zh: '鲜牛奶', en: 'Milk' } }, { value: 'yogurt', title: { zh: '酸奶', en: 'Yogurt' } }] },
      { id: 'stars', kind: 'rating', title: { zh: '门店服务', en: 'Service' } },
      { id: 'birthday', kind: 'date', title: { zh: '您的生日', en: 'Your birthday' }, trait: 'birthday' },
    ],
  })
  const made = await house.tell<{ links: { url: string }[] }>('/surveys/visit/links', { customers: ['p0'] })
  const link = new URL(made.links[0]?.url ?? '')
  const phone = await browser.newContext({
    viewport: { width: 375, height: 812 },
    isMobile: true,
    hasTouch: true,
    javaScriptEnabled: false,
    locale: 'zh-CN',
    storageState: { cookies: [], origins: [] },
  })
  const page = await phone.newPage()
  await page.goto(`${house.url}${link.pathname}${link.search}`)
  await expect(page.locator('h1')).toHaveText('到店体验问卷')
  await expect(page.locator('#box-why')).toBeHidden()
  await page.getByRole('radio', { name: '6', exact: true }).check()
  await expect(page.locator('#box-why')).toBeVisible()
  await page.getByLabel('鲜牛奶').check()
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.locator('#box-why')).toContainText('请回答这一题')
  await expect(page.getByLabel('鲜牛奶')).toBeChecked()
  await page.screenshot({ path: 'test-results/survey-phone.png', fullPage: true })
  // Nothing is wider than the phone.
  expect(await page.locator('body').boundingBox()).toMatchObject({ width: 375 })
  await page.getByRole('radio', { name: '10', exact: true }).check()
  await expect(page.locator('#box-why')).toBeHidden()
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.locator('h1')).toContainText('提交成功')
  await page.screenshot({ path: 'test-results/survey-thanks.png' })
  await page.goto(`${house.url}${link.pathname}${link.search}`)
  await expect(page.locator('h1')).toContainText('已经填写过')
  await phone.close()
  expect(await house.tell<{ count: number }>('/segments/count', { text: 'has nps_score = 10' })).toMatchObject({ count: 1 })
  const results = await house.ask<{ answered: number; questions: { nps: { score: number } | null; rows: { cell: string; share: { people: number } }[] }[] }>('/surveys/visit/results')
  expect(results.answered).toBe(1)
  expect(results.questions[0]?.nps?.score).toBe(100)

  await console_.goto('/console/#/surveys')
  await console_.locator('[data-test="survey-visit"]').click()
  await expect(console_.locator('[data-test="nps-score"]')).toContainText('NPS 100')
  await console_.screenshot({ path: 'test-results/survey-results.png', fullPage: true })
  const answered = results.questions[0]?.rows.find((row) => row.share.people === 1)?.cell
  await console_.locator(`[data-test="cell-${answered}"]`).click()
  await console_.locator('[data-test="survey-audience"]').fill('promoters')
  await console_.locator('[data-test="survey-keep"]').click()
  // The page says it once the audience is kept; asked before that there is none yet.
  await expect(console_.locator('.el-message')).toContainText('promoters')
  expect(await house.ask<{ count: number }>('/audiences/promoters')).toMatchObject({ count: 1 })
})
