import { expect, test } from '@playwright/test'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import en from '../src/words/en'
import { NOUNS, ofOne } from '../src/words/one'
import { wings } from '../src/shell/wings'
import zh from '../src/words/zh'

const SOURCES = resolve(import.meta.dirname, '../src')
const CORE = resolve(import.meta.dirname, '../../../core/src/main/java/io/huoshui')

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[path + key, value]] : [...flat(value, `${path}${key}.`)],
    ),
  )
}

const chinese = flat(zh)
const english = flat(en)

test('both languages have the same words, each with the same blanks to fill', () => {
  expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted())
  for (const [key, text] of chinese) {
    const blanks = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).toSorted()
    expect(blanks(english.get(key) ?? ''), key).toEqual(blanks(text))
    expect(text.trim(), key).not.toBe('')
    expect(english.get(key)?.trim(), key).not.toBe('')
  }
})

test('one of what English counts is said in the singular', () => {
  expect(ofOne('1 people are planned')).toBe('1 person is planned')
  expect(ofOne('Open 1 people (of 21 people, 1.1 days, 1,001 rows)')).toBe('Open 1 person (of 21 people, 1.1 days, 1,001 rows)')
  expect(ofOne('1 customers carry more; 11 customers carry more')).toBe('1 customer carries more; 11 customers carry more')
  const notCounted = ['has', 'is', 'ms', 's', 'works']
  const nouns = [...english.values()].flatMap((text) => [...text.matchAll(/\{\w+\} (people|[a-z]*s)\b/g)].map((match) => match[1] ?? ''))
  expect(nouns.length).toBeGreaterThan(40)
  expect(nouns.filter((noun) => !(noun in NOUNS) && !notCounted.includes(noun))).toEqual([])
})

test('every word a page asks for is there', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(vue|ts)$/.test(file))
  const asked = files.flatMap((file) =>
    [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map((match) => ({ file, key: match[1] ?? '' })),
  )
  expect(asked.length).toBeGreaterThan(50)
  expect(asked.filter(({ key }) => !chinese.has(key))).toEqual([])
})

test('every page that needs no more than its name has one place in the navigation', () => {
  const routes = [...readFileSync(join(SOURCES, 'routes.ts'), 'utf8').matchAll(/path: '([^':]+)', name: '(\w+)'/g)].map(([, path, name]) => `${name} ${path}`)
  const rooms = wings.flatMap((wing) => wing.rooms.map((room) => `${room.name} ${room.to}`))
  expect(routes.length).toBeGreaterThan(20)
  expect(rooms.toSorted()).toEqual(routes.toSorted())
  expect(wings.filter((wing) => wing.name !== 'brand' && !chinese.has(`wings.${wing.name}`))).toEqual([])
  expect(rooms.filter((room) => !chinese.has(`nav.${room.split(' ')[0]}`))).toEqual([])
})

// The rules and their names live in core; the pages only repeat the labels. This holds them together.
const labelled = [
  { file: 'reach/Reason.java', kind: 'reason', english: true },
  { file: 'profile/Lifecycle.java', kind: 'lifecycle', english: true },
  { file: 'insight/Layers.java', kind: 'layer', english: true },
  { file: 'profile/Rfm.java', kind: 'rfmClass', english: false },
]
for (const { file, kind, english: both } of labelled) {
  test(`labels of ${kind} are those of core/…/${file}`, () => {
    const java = readFileSync(join(CORE, file), 'utf8')
    const constants = [...java.matchAll(/^ +([A-Z][A-Z_0-9]*)\("([^"]+)"(?:, "([^"]+)")?\)[,;]/gm)]
    expect(constants.length).toBeGreaterThan(3)
    const wire = (name: string | undefined) => `${kind}.${(name ?? '').toLowerCase()}`
    expect(Object.fromEntries(constants.map(([, name, zh]) => [wire(name), zh]))).toEqual(
      Object.fromEntries([...chinese].filter(([key]) => key.startsWith(`${kind}.`))),
    )
    if (both) {
      expect(Object.fromEntries(constants.map(([, name, , en]) => [wire(name), en]))).toEqual(
        Object.fromEntries([...english].filter(([key]) => key.startsWith(`${kind}.`))),
      )
    }
  })
}
