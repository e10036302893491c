import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { read, write, type LiveCodeDefinition } from '../src/acquisition/draft'
import { instantOf, localOf } from '../src/figures/zone'
import { WHOLE } from './liveCode'

const SCHEMA = resolve(import.meta.dirname, '../../../core/src/main/resources/io/huoshui/acquisition/live-code.schema.json')
const ZONE = 'Asia/Shanghai'

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
const MINI: LiveCodeDefinition = { code: 'gift', kind: 'mini_program', source: 'store', page: 'pages/gift/index', version: 'trial' }

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
  for (const definition of [WHOLE, GROUP, SCENE, MINI]) {
    expect(write(read(definition, ZONE), ZONE, definition), definition.code).toEqual(definition)
  }
  const said = names([WHOLE, GROUP, SCENE, MINI], new Set(), true)
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
