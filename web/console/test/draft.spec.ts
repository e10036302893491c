import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { read, write, type LiveCodeDefinition } from '../src/acquisition/draft'
import { instantOf, localOf } from '../src/figures/zone'

const SCHEMA = resolve(import.meta.dirname, '../../../core/src/main/resources/io/huoshui/acquisition/live-code.schema.json')
const ZONE = 'Asia/Shanghai'

/** Every field there is, none at its usual value. */
export const WHOLE: LiveCodeDefinition = {
  code: 'card-milk',
  title: '牛奶包裹卡',
  source: 'package_card',
  labels: { campaign: '618', product: 'milk' },
  expires: '2026-12-31T00:00:30+09:00',
  members: [
    { guide: 'zhang', name: '小张', weight: 3, dailyCap: 100, shifts: [{ days: ['mon', 'tue'], from: '09:00', to: '18:00' }] },
    {
      guide: 'li',
      shifts: [
        { days: ['fri', 'sat'], from: '22:00', to: '02:00' },
        { from: '08:00', to: '12:00' },
      ],
      dates: [{ day: '2026-10-01' }, { day: '2026-10-02', hours: [{ from: '10:00', to: '12:00' }, { from: '14:00', to: '16:00' }] }],
    },
  ],
  fallback: [{ guide: 'wang', dailyCap: 0 }],
  dailyCap: 500,
  burst: 7,
  skipVerify: false,
  remark: '{name|} -包裹卡 ',
  tags: ['包裹卡', 'a, b、c'],
  welcome: {
    text: '{name|您}好,\n我是{guide},送您{coupon}',
    coupon: 'new10',
    attachments: [
      { image: { mediaId: 'M1' } },
      { image: { url: 'https://e.cn/a.png' } },
      { link: { title: '新人礼', url: 'https://e.cn', description: '十元', picture: 'https://e.cn/p.png' } },
      { miniProgram: { appId: 'wx1', page: 'pages/a', title: '进店', cover: 'M2' } },
    ],
  },
  variants: [
    { variant: 'a', benefit: '送酸奶' },
    { variant: 'b', benefit: '减 10 元', welcome: { text: '您的 10 元已到账', attachments: [{ link: { title: 't', url: 'u' } }] } },
  ],
  oncePerOrder: true,
}
const GROUP: LiveCodeDefinition = {
  code: 'fans',
  kind: 'group',
  source: 'store',
  groups: ['wr1', 'wr2'],
  full: 180,
  makesMore: true,
  baseName: '会员群',
  baseNumber: 3,
}
const SCENE: LiveCodeDefinition = { code: 'poster', kind: 'account', source: 'exhibition', days: 30 }

/** The names of all fields the schema, or a definition, has. */
function names(of: unknown, found = new Set<string>(), every = false): Set<string> {
  if (Array.isArray(of)) {
    of.forEach((each) => names(each, found, every))
  } else if (typeof of === 'object' && of !== null) {
    for (const [key, value] of Object.entries(of)) {
      if (every) {
        found.add(key)
      } else if (key === 'properties') {
        Object.keys(value as object).forEach((name) => found.add(name))
      }
      if (!(every && key === 'labels')) {
        names(value, found, every)
      }
    }
  }
  return found
}

test('nothing the API takes is lost when a form reads it and writes it back', () => {
  for (const definition of [WHOLE, GROUP, SCENE]) {
    expect(write(read(definition, ZONE), ZONE, definition), definition.code).toEqual(definition)
  }
  const said = names([WHOLE, GROUP, SCENE], new Set(), true)
  expect([...said].toSorted(), 'the definitions above have every field of the schema').toEqual(
    [...names(JSON.parse(readFileSync(SCHEMA, 'utf8')))].toSorted(),
  )
})

test('what is written shortly is written out, and means the same', () => {
  const short: LiveCodeDefinition = {
    code: 'c',
    kind: 'staff',
    title: null,
    source: 'ad',
    labels: { campaign: 618 },
    members: ['li'],
    welcome: '您好',
    variants: [{ variant: 1, welcome: '您好' }],
    dailyCap: null,
    skipVerify: true,
    oncePerOrder: false,
  }
  expect(write(read(short, ZONE), ZONE, short)).toEqual({
    code: 'c',
    source: 'ad',
    labels: { campaign: '618' },
    members: [{ guide: 'li' }],
    welcome: { text: '您好' },
    variants: [{ variant: '1', welcome: { text: '您好' } }],
  })
})

test('what is no number goes to the server as it stands, and is not taken for no limit', () => {
  const draft = read(WHOLE, ZONE)
  draft.dailyCap = '5oo'
  draft.members[0]!.cap = '-1'
  draft.members[1]!.guide = ' '
  const written = write(draft, ZONE, WHOLE)
  expect(written.dailyCap).toBe('5oo')
  expect(written.members).toMatchObject([{ dailyCap: '-1' }, { dates: [{}, {}] }])
})

test('a date and time is of the brand’s zone, through summer time and half hours', () => {
  for (const [local, zone, instant] of [
    ['2026-07-01T09:30', 'Asia/Shanghai', '2026-07-01T09:30:00+08:00'],
    ['2026-07-01T09:30', 'Asia/Kathmandu', '2026-07-01T09:30:00+05:45'],
    ['2026-07-01T09:30', 'America/New_York', '2026-07-01T09:30:00-04:00'],
    ['2026-01-01T09:30', 'America/New_York', '2026-01-01T09:30:00-05:00'],
    ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T03:30:00+02:00'],
    ['2026-01-01T09:30', 'UTC', '2026-01-01T09:30:00+00:00'],
  ] as const) {
    expect(instantOf(local, zone)).toBe(instant)
    expect(localOf(instant, zone)).toBe(local)
  }
  const later = { ...read(WHOLE, ZONE), expires: '2027-01-01T08:00' }
  expect(write(later, ZONE, WHOLE).expires).toBe('2027-01-01T08:00:00+08:00')
  expect(write({ ...later, expires: '' }, ZONE, WHOLE).expires).toBeUndefined()
})
