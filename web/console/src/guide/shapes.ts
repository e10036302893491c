// What the server answers about stores and guides. Instants are RFC 3339 texts; …Fen is money in the smallest unit.

export interface Store {
  name: string
  title: string
  region: string[]
  address: string
  lat: number | null
  lon: number | null
  hours: string
  department: number
  open: boolean
  guides: number
  customers: number
}

export interface Guide {
  userid: string
  title: string
  store: string
  role: 'guide' | 'manager' | 'virtual'
  active: boolean
  leftAt: string | null
  capacity: number
  seesPhones: boolean
  customers: number
}

export interface Difference {
  kind: string
  who: string
  from: string
  to: string
}

export interface Sync {
  id: number
  at: string
  who: string
  applied: boolean
  differences: Difference[]
}

export interface Span {
  guide: string
  guideTitle: string
  store: string
  by: 'scan' | 'contact' | 'hq' | 'handover'
  since: string
  until: string | null
}

export interface BindingLine {
  customer: { id: string; name: string | null }
  binding: Span
}

export interface BindingPage {
  count: number
  items: BindingLine[]
  next: string | null
}

export interface Disputes {
  count: number
  items: { customer: string; conflicts: { at: string; guide: string; holder: string; code: string; zh: string; en: string }[] }[]
}

export interface HandOverPreview {
  from: string
  left: boolean
  people: number
  to: Record<string, number>
  calls: number
  refusedByReason: Record<string, number>
  refused: { customer: string | null; item: string; reason: string; code: number; zh: string; en: string }[]
  effectiveAt: string
  zh: string
  en: string
}

export interface HandOver {
  id: number
  from: string
  left: boolean
  why: string
  who: string
  begunAt: string
  counts: Record<string, number>
  over: boolean
  trouble: string | null
}

export interface Load {
  guide: string
  title: string
  store: string
  overdue: number
  today: number
  later: number
  doneToday: number
}

export interface GuideTask {
  task: string
  customer: string
  /** Masked; null where none is known. */
  name: string | null
  guide: string
  doneBy: string
  title: string
  script: string
  journey: string
  due: string
  when: string
  doneAt: string | null
  evidence: string | null
  evidenceKind: string | null
  verified: boolean
}

export interface ReplyRow {
  guide: string
  guideTitle: string
  store: string
  line: string
  said: number
  answered: number
  early: number
  people: number
  rate: { value: number; low: number; high: number } | null
}

export interface Replies {
  from: string
  to: string
  withinHours: number
  all: ReplyRow
  guides: ReplyRow[]
  lines: ReplyRow[]
  rows: ReplyRow[]
}

export interface TakingRow {
  store: string
  storeTitle: string
  guide: string
  guideTitle: string
  buyers: number
  orders: number
  paidFen: number
  returnedFen: number
  netFen: number
  averageFen: number | null
}

export interface Takings {
  from: string
  to: string
  all: TakingRow | null
  stores: TakingRow[]
  rows: TakingRow[]
  tooMuchFen: number | null
}
