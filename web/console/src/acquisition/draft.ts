import { instantOf, localOf } from '../figures/zone'

/**
 * A live code's definition, as the API takes it: `GET /api/v1/live-codes/schema`. A text in the place of a number or of a flag
 * is what somebody wrote that is none; the server says so with the place, instead of the form guessing.
 */
export interface LiveCodeDefinition {
  code: string
  kind?: 'staff' | 'group' | 'account' | 'mini_program' | null
  title?: string | null
  source: string
  labels?: Record<string, string | number> | null
  expires?: string | null
  members?: (string | DefinedMember)[] | null
  fallback?: (string | DefinedMember)[] | null
  dailyCap?: number | string | null
  burst?: number | string | null
  skipVerify?: boolean | null
  remark?: string | null
  tags?: string[] | null
  welcome?: string | DefinedWelcome | null
  variants?: { variant: string | number; benefit?: string | null; welcome?: string | DefinedWelcome | null }[] | null
  oncePerOrder?: boolean | null
  groups?: string[] | null
  full?: number | string | null
  makesMore?: boolean | null
  baseName?: string | null
  baseNumber?: number | string | null
  days?: number | string | null
  page?: string | null
  version?: 'release' | 'trial' | 'develop' | null
}

interface DefinedMember {
  guide: string
  name?: string | null
  weight?: number | string | null
  dailyCap?: number | string | null
  shifts?: { days?: string[] | null; from: string; to: string }[] | null
  dates?: { day: string; hours?: Hours[] | null }[] | null
}

interface DefinedWelcome {
  text?: string | null
  coupon?: string | null
  attachments?: Partial<Record<AttachmentKind, Record<string, string | null> | null>>[] | null
}

export interface Hours {
  from: string
  to: string
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** What each kind of attachment has; the first are needed, save that an image has one of its two. */
export const ATTACHMENTS = {
  image: ['mediaId', 'url'],
  link: ['title', 'url', 'description', 'picture'],
  miniProgram: ['appId', 'page', 'title', 'cover'],
} as const
export type AttachmentKind = keyof typeof ATTACHMENTS

export interface AttachmentDraft {
  kind: AttachmentKind
  fields: Record<string, string>
}

export interface WelcomeDraft {
  text: string
  coupon: string
  attachments: AttachmentDraft[]
}

export interface MemberDraft {
  guide: string
  name: string
  weight: string
  cap: string
  shifts: (Hours & { days: string[] })[]
  dates: { day: string; hours: Hours[] }[]
  fallback: boolean
}

/** A definition as a form has it: every field there, numbers as texts, empty for what is left out. */
export interface Draft {
  code: string
  kind: 'staff' | 'group' | 'account' | 'mini_program'
  title: string
  source: string
  labels: { name: string; value: string }[]
  /** In the brand's zone, without one. */
  expires: string
  members: MemberDraft[]
  dailyCap: string
  burst: string
  skipVerify: boolean
  remark: string
  tags: string[]
  welcome: WelcomeDraft
  variants: { variant: string; benefit: string; welcome: WelcomeDraft }[]
  oncePerOrder: boolean
  groups: string[]
  full: string
  makesMore: boolean
  baseName: string
  baseNumber: string
  days: string
  page: string
  version: '' | 'release' | 'trial' | 'develop'
}

export const freshMember = (fallback = false): MemberDraft => ({ guide: '', name: '', weight: '', cap: '', shifts: [], dates: [], fallback })
export const freshWelcome = (): WelcomeDraft => ({ text: '', coupon: '', attachments: [] })

export function freshDraft(): Draft {
  return {
    code: '',
    kind: 'staff',
    title: '',
    source: 'package_card',
    labels: [],
    expires: '',
    members: [freshMember()],
    dailyCap: '',
    burst: '',
    skipVerify: true,
    remark: '',
    tags: [],
    welcome: freshWelcome(),
    variants: [],
    oncePerOrder: false,
    groups: [],
    full: '',
    makesMore: false,
    baseName: '',
    baseNumber: '',
    days: '',
    page: '',
    version: '',
  }
}

const written = (value: number | string | null | undefined) => (value === null || value === undefined ? '' : String(value))

function readWelcome(of: string | DefinedWelcome | null | undefined): WelcomeDraft {
  if (typeof of === 'string') {
    return { ...freshWelcome(), text: of }
  }
  return {
    text: written(of?.text),
    coupon: written(of?.coupon),
    attachments: (of?.attachments ?? []).flatMap((each) =>
      (Object.keys(ATTACHMENTS) as AttachmentKind[]).flatMap((kind) => {
        const fields = each[kind]
        return fields ? [{ kind, fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, written(value)])) }] : []
      }),
    ),
  }
}

function readMember(of: string | DefinedMember, fallback: boolean): MemberDraft {
  if (typeof of === 'string') {
    return { ...freshMember(fallback), guide: of }
  }
  return {
    guide: of.guide,
    name: written(of.name),
    weight: written(of.weight),
    cap: written(of.dailyCap),
    shifts: (of.shifts ?? []).map((each) => ({ days: [...(each.days ?? [])], from: each.from, to: each.to })),
    dates: (of.dates ?? []).map((each) => ({ day: each.day, hours: (each.hours ?? []).map((hours) => ({ ...hours })) })),
    fallback,
  }
}

/** A form's fields for a definition; `write` gives the same definition back. */
export function read(of: LiveCodeDefinition, zone: string): Draft {
  return {
    code: of.code,
    kind: of.kind ?? 'staff',
    title: written(of.title),
    source: of.source,
    labels: Object.entries(of.labels ?? {}).map(([name, value]) => ({ name, value: String(value) })),
    expires: of.expires ? localOf(of.expires, zone) : '',
    members: [...(of.members ?? []).map((each) => readMember(each, false)), ...(of.fallback ?? []).map((each) => readMember(each, true))],
    dailyCap: written(of.dailyCap),
    burst: written(of.burst),
    skipVerify: of.skipVerify ?? true,
    remark: written(of.remark),
    tags: [...(of.tags ?? [])],
    welcome: readWelcome(of.welcome),
    variants: (of.variants ?? []).map((each) => ({ variant: String(each.variant), benefit: written(each.benefit), welcome: readWelcome(each.welcome) })),
    oncePerOrder: of.oncePerOrder ?? false,
    groups: [...(of.groups ?? [])],
    full: written(of.full),
    makesMore: of.makesMore ?? false,
    baseName: written(of.baseName),
    baseNumber: written(of.baseNumber),
    days: written(of.days),
    page: written(of.page),
    version: of.version ?? '',
  }
}

/** What is no whole number goes as it stands, so that the server names it instead of nobody noticing. */
const whole = (text: string): number | string => (/^\d+$/.test(text.trim()) ? Number(text.trim()) : text)

/** A line nobody wrote into. One with a shift and no guide is not: the server says what is missing. */
const blank = (of: MemberDraft) => JSON.stringify({ ...of, fallback: false }) === JSON.stringify(freshMember())

/** Without the fields that say nothing. */
function said<T extends object>(fields: T): T {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as T
}

function writeWelcome(of: WelcomeDraft): DefinedWelcome | undefined {
  const welcome = said({
    text: of.text,
    coupon: of.coupon,
    attachments: of.attachments.map((each) => ({ [each.kind]: said(Object.fromEntries(ATTACHMENTS[each.kind].map((name) => [name, each.fields[name] ?? '']))) })),
  })
  return Object.keys(welcome).length === 0 ? undefined : welcome
}

function writeMember(of: MemberDraft): DefinedMember {
  return said({
    guide: of.guide.trim(),
    name: of.name,
    weight: of.weight === '' ? '' : whole(of.weight),
    dailyCap: of.cap === '' ? '' : whole(of.cap),
    shifts: of.shifts.map((each) => said({ days: DAYS.filter((day) => each.days.includes(day)), from: each.from, to: each.to })),
    dates: of.dates.map((each) => said({ day: each.day, hours: each.hours.map((hours) => ({ from: hours.from, to: hours.to })) })),
  })
}

/** The definition a form says, without what is left at its usual value. */
export function write(of: Draft, zone: string, before: LiveCodeDefinition | null): LiveCodeDefinition {
  const untouched = before?.expires && localOf(before.expires, zone) === of.expires ? before.expires : null
  const about = {
    code: of.code.trim(),
    ...(of.kind === 'staff' ? {} : { kind: of.kind }),
    title: of.title,
    source: of.source.trim(),
    ...(of.labels.length > 0 ? { labels: Object.fromEntries(of.labels.map((each) => [each.name, each.value])) } : {}),
    expires: untouched ?? (of.expires === '' ? '' : instantOf(of.expires, zone)),
  }
  if (of.kind === 'group') {
    return said<LiveCodeDefinition>({
      ...about,
      groups: of.groups,
      full: of.full === '' ? '' : whole(of.full),
      ...(of.makesMore ? { makesMore: true } : {}),
      baseName: of.baseName,
      baseNumber: of.baseNumber === '' ? '' : whole(of.baseNumber),
    })
  }
  if (of.kind === 'mini_program') {
    return said({ ...about, page: of.page.trim(), version: of.version }) as LiveCodeDefinition
  }
  if (of.kind === 'account') {
    return said<LiveCodeDefinition>({ ...about, days: of.days === '' ? '' : whole(of.days) })
  }
  const welcome = writeWelcome(of.welcome)
  return said<LiveCodeDefinition>({
    ...about,
    members: of.members.filter((each) => !each.fallback && !blank(each)).map(writeMember),
    fallback: of.members.filter((each) => each.fallback && !blank(each)).map(writeMember),
    dailyCap: of.dailyCap === '' ? '' : whole(of.dailyCap),
    burst: of.burst === '' ? '' : whole(of.burst),
    ...(of.skipVerify ? {} : { skipVerify: false }),
    remark: of.remark,
    tags: of.tags,
    ...(welcome ? { welcome } : {}),
    variants: of.variants.map((each) => {
      const own = writeWelcome(each.welcome)
      return said({ variant: each.variant.trim(), benefit: each.benefit, ...(own ? { welcome: own } : {}) })
    }),
    ...(of.oncePerOrder ? { oncePerOrder: true } : {}),
  })
}
