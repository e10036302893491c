// What the server answers, as it answers it. Instants are RFC 3339 texts; …Fen is money in the smallest unit.

export interface Problem {
  title: string
  status: number
  detail: string
  code: string
  field?: string
  value?: string
  allowed?: string
  next?: string
  /** Words that were perhaps meant. */
  near?: string[]
}

export interface Source {
  name: string
  events: number
  people: number
}

/** Buyers per quintile cell (`555` the best) and per classic class, by quintile and by fixed bounds. */
export interface RfmTable {
  buyers: number
  cells: Record<string, number>
  classes: Record<string, number>
  fixed: Record<string, number>
}

export interface Overview {
  currency: string
  zone: string
  now: string
  numbers: {
    people: number
    identifiers: number
    merges: number
    events: number
    orders: number
    cancelledOrders: number
    buyers: number
    revenueFen: number
    grossFen: number
    from: string | null
    to: string | null
    sources: Source[]
    activeWithoutRepurchase: number
    rfm: RfmTable
  }
  lifecycle: Record<string, number>
}

export interface Layer {
  name: string
  zh: string
  en: string
  people: number
  salesFen: number
  peopleShare: number
  salesShare: number
}

export interface Layers {
  heroSku: string
  window: string
  layers: Layer[]
}

export interface Interval {
  estimate: number
  low: number | null
  high: number | null
}

export interface Campaign {
  name: string
  title: string
  audience: string
  /** False for a campaign that came as events and is reported as it happened. */
  simulated: boolean
  from: string | null
  people: number
  verdicts: Record<string, number>
  sent: number
  delivered: number
  clicked: number
  converted: number
  revenueFen: number
  holdOut: { people: number; converted: number; revenueFen: number }
  costFen: number
  incrementalRevenueFen: Interval | null
  roi: number | null
}

export interface Identifier {
  kind: string
  scope: string
  value: string
}

export interface ProfileLine {
  id: string
  name: string | null
  identifiers: Identifier[]
  events: number
  lastSeen: string | null
  lifecycle: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Evidence {
  link: number
  a: Identifier
  b: Identifier
  standing: string
  because: string
  time: string
  source: string
}

export interface Place {
  journey: string
  version: number
  step: string
  enteredAt: string
  due: string | null
  heldOut: boolean
  goalAt: string | null
  exit: string | null
}

export interface Message {
  key: string
  journey: string
  template: string
  channel: string
  verdict: string
  at: string
  stage: string
  text: string
  receiptAt: string | null
}

export interface Rfm {
  recencyDays: number
  frequency: number
  monetaryFen: number
  cell: string
  className: string
}

export type PropertyValue = string | number | boolean | PropertyValue[]

export interface Profile {
  id: string
  identifiers: Identifier[]
  traits: Record<string, PropertyValue>
  tags: string[]
  consents: Record<string, string>
  lifecycle: string
  rfm: Rfm | null
  segments: string[]
  audiences: string[]
  evidence: Evidence[]
  positions: Place[]
  messages: Message[]
  /** The code by which they came first, for life. */
  firstTouch: { code: string; variant: string; event: string; at: string } | null
  events: number
  revealed: boolean
}

export interface Happening {
  index: number
  name: string
  time: string
  source: string
  properties: Record<string, PropertyValue>
}

export interface Severed {
  link: number
  standing: string
  a: string
  b: string
}

export interface EventType {
  name: string
  zh: string
  en: string
}

/** A rule as text, and the sentences that explain it. */
export interface Rule {
  text: string
  zh: string
  en: string
}

export interface Segment {
  name: string
  rule: Rule
  count: number
  entered: number
  left: number
}

export interface Counted {
  count: number
  rule: Rule
  milliseconds: number
}

/** A way to mend what is odd: the whole rule as it would be. */
export interface Fix {
  /** Put in place of what was never seen; null when a part is left out. */
  name: string | null
  text: string
}

export interface Finding {
  kind: string
  path: string
  zh: string
  en: string
  near: string[]
  fixes: Fix[]
}

export interface Reach {
  channel: string
  reachable: number
  share: number
  missed: { reason: string; people: number }[]
}

/** What a rule would do; all numbers are of one record of the log. */
export interface Preview {
  rule: Rule
  findings: Finding[]
  count: number
  of: { people: number; share: number }
  reach: Reach[]
  sample: Member[]
  at: string
  record: number
  milliseconds: number
}

/** Some of a rule's people, and the rule that picks exactly them. */
export interface Slice {
  value: string
  people: number
  share: number
  text: string
}

export interface Breakdown {
  count: number
  cells: Slice[]
  rest: Slice
}

export interface Overlap {
  rows: { name: string; text: string; count: number; cells: { people: number; share: number }[] }[]
}

export interface Member {
  id: string
  name: string | null
  events: number
  lifecycle: string
}

export interface Members extends Page<Member> {
  count: number
}

/** An answer of a timeline and by how much it multiplies the odds. */
export interface Driver {
  feature: string
  about: string | null
  zh: string
  en: string
  times: number
  ofSeed: number
  ofOthers: number
}

export interface Lookalikes {
  audience: { name: string; count: number; text: string } | null
  seed: number
  others: number
  features: number
  quality: { auc: number; from: number; to: number }
  found: number
  drivers: Driver[]
  first: { profile: string; chance: number; reasons: Driver[] }[]
}

export interface Refresh {
  every: string | null
  daily: string | null
  next: string
  last: string | null
  lastFailure: string | null
  failedAt: string | null
}

export interface Audience {
  name: string
  /** Empty when it was frozen of a rule without a name, or of people who were chosen otherwise. */
  segment: string
  version: number
  text: string
  frozenAt: string
  ageSeconds: number
  who: string
  count: number
  sha256: string
  refresh: Refresh | null
}

/** One freezing; against the one before, who is new and who is not in it any more. */
export interface Freeze {
  frozenAt: string
  segment: string
  version: number
  rule: string
  people: number
  sha256: string
  entered: number | null
  gone: number | null
  who: string
}

export interface ListReport {
  file: string
  sha256: string
  lines: number
  people: number
  matched: number
  repeated: number
  unknown: number
  ambiguous: number
  empty: number
  bad: number
  ignored: string[]
  missed: { line: number; code: string; column: string; value: string; why: string }[]
}

export interface Tag {
  tag: string
  people: number
  segment: string | null
  on: string | null
  off: string | null
  text: string
}

export interface TagGroup {
  name: string
  title: string
  choice: 'single' | 'many'
  version: number
  tags: Tag[]
  answers: { event: string; property: string }[]
  several: number
}

export interface Tags {
  groups: TagGroup[]
  loose: Tag[]
}

export interface Job {
  id: number
  kind: string
  about: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  done: number
  total: number
  result: Record<string, unknown>
  failure: string | null
  who: string
  createdAt: string
  endedAt: string | null
}

export interface TagsOfPerson {
  carried: { tag: string; group: string | null; since: string; source: string; by: string; why: string; cause: string }[]
  history: { tag: string; what: 'put' | 'taken'; at: string; source: string; by: string; why: string; cause: string }[]
}

/** A word in both languages. */
export interface Said {
  zh: string
  en: string
}

export type SheetUnit = 'number' | 'share' | 'fen' | 'days' | 'hours'

export interface SheetLabel extends Said {
  key: string
}

export interface SheetMeasure extends Said {
  name: string
  unit: SheetUnit
}

/** `values` per measure, null where there is no base; not `complete` where its time is not over. */
export interface SheetCell {
  row: string
  column: string
  people: number
  values: (number | null)[]
  complete: boolean
}

export interface Sheet {
  kind: string
  rows: Said & { labels: SheetLabel[] }
  columns: Said & { labels: SheetLabel[] }
  measures: SheetMeasure[]
  cells: SheetCell[]
  figures: (SheetMeasure & { value: number | null })[]
  notes: Said[]
}

export interface SheetPart {
  group: string
  people: number
  sheet: Sheet
}

export interface SheetsAsked {
  question: Record<string, unknown>
  by?: { source: boolean } | { trait: string }
  who?: { segment: string }
}

export interface SheetsAnswer {
  parts: SheetPart[]
  at: string
  record: number
  milliseconds: number
}

/** The people of a cell or behind a metric; of a metric the leaves that count them. */
export interface Opened {
  leaves?: string[]
  count: number
  sample: Member[]
  audience: Audience | null
}

/** A copy of everything at one instant, as Parquet. */
export interface Export {
  id: string
  at: string
  revealed: boolean
  bytes: number
  erasedSince: number
  totals: { people: number; events: number; orders: number; grossFen: number; revenueFen: number }
}

export interface SqlTable {
  name: string
  zh: string
  en: string
  columns: { name: string; type: string; zh: string; en: string }[]
}

/** Cells in the order of the columns; whole numbers beyond 2^53 are texts. */
export interface SqlAnswer {
  export: string
  at: string
  columns: { name: string; type: string }[]
  rows: (string | number | boolean | null)[][]
  count: number
  truncated: boolean
  millis: number
}

export interface SqlAudience {
  audience: string
  named: number
  people: number
}

/** A promotion season as the calendar shows it. */
export interface Season {
  name: string
  title: string
  from: string
  to: string
  stages: { phase: 'before' | 'during' | 'after'; zh: string; from: string; to: string; days: number }[]
  state: 'ahead' | 'underWay' | 'over'
  stage: 'before' | 'during' | 'after' | null
  day: number
  elapsed: number
  journeys: string[]
  heroSku: string
  segments: string[]
  comparedWith: string
  closedAt: string | null
}

export interface SeasonCalendar {
  zone: string
  now: string
  today: string
  seasons: Season[]
  journeys: { name: string; title: string; steering: string; from: string | null; seasons: string[] }[]
}

export interface SeasonFigures {
  salesFen: number
  givenBackFen: number
  orders: number
  buyers: number
  newBuyers: number
  newSalesFen: number
  againBuyers: number
  newFriends: number
  members: number
  active: number
  invites: number
}

export interface SeasonTarget {
  metric: string
  zh: string
  en: string
  unit: 'count' | 'money' | 'share'
  target: number
  value: number | null
  expected: number | null
  expectedBy: 'last_season' | 'elapsed_time' | 'nothing'
  lastThen: number | null
  verdict: 'reached' | 'missed' | 'ahead' | 'behind' | 'no_base'
  verdictZh: string
  verdictEn: string
}

/** How a season stands, and how the last one stood at the comparable moment. */
export interface SeasonBoard {
  season: Season
  currency: string
  now: string
  record: number
  figures: SeasonFigures
  stages: SeasonFigures[]
  days: { date: string; salesFen: number; orders: number }[]
  targets: SeasonTarget[]
  last: { name: string; title: string; comparable: string | null; then: SeasonFigures | null; end: SeasonFigures } | null
  items: { sku: string; buyers: number; lines: number }[]
  layers: { layer: string; zh: string; en: string; people: number; salesFen: number }[]
  channels: { zh: string; en: string; sent: number; delivered: number; failed: number; costFen: number; held: { zh: string; en: string; messages: number }[] }[]
  journeys: Campaign[]
  incrementalFen: { estimate: number; low: number | null; high: number | null } | null
  roi: number | null
}

/** One line of the boss sheet; null where there is no base. */
export interface BossLine {
  key: string
  zh: string
  en: string
  unit: 'money' | 'count' | 'share' | 'ratio' | 'days'
  now: number | null
  low: number | null
  high: number | null
  before: number | null
  of: number
  noteZh: string
  noteEn: string
}

export interface BossSheet {
  currency: string
  zone: string
  now: string
  period: { from: string; to: string; beforeFrom: string; days: number }
  shortTerm: BossLine[]
  longTerm: BossLine[]
  howZh: string
  howEn: string
}

/** A journey, as the list of them tells it. */
export interface JourneyLine {
  name: string
  version: number
  title: string
  holdOutShare: number
  steering: string
}

export interface Estimated {
  difference?: number | null
  low?: number | null
  high?: number | null
}

/** A variant by one metric; the control has no difference. */
export interface MetricOfVariant extends Estimated {
  variant: string
  n: number
  mean: number | null
  meanLow: number | null
  meanHigh: number | null
  finding?: string
  sequential?: Estimated & { verdict: string; p: number | null }
}

export interface ExperimentReading {
  journey: string
  step: string | null
  within: string
  at: string
  control: string
  verdict: { code: string; variant: string | null; needed: number | null; zh: string; en: string }
  srm: { p: number | null; alarm: boolean; note?: string }
  variants: { variant: string; n: number; planned: number | null }[]
  metrics: { metric: string; variants: MetricOfVariant[] }[]
  early: Record<string, number>
  actsBefore: boolean
}

export interface ExperimentPlan {
  effect: number
  lift: number | null
  each: number[]
  people: number
  anyTime: number
  days: number | null
  weeks: number | null
}

export interface AttributionTable {
  from: string
  to: string
  lookback: string
  halfLife: string
  by: string
  incremental: {
    estimateFen: number | null
    lowFen?: number
    highFen?: number
    roi?: number | null
    journeys: { journey: string; people: number; heldOut: number }[]
  }
  people: number
  conversions: number
  amountFen: number
  untouched: { conversions: number; amountFen: number }
  channels: {
    channel: string
    touches: number
    people: number
    converters: number
    models: Record<string, { conversions: number; amountFen: number }>
  }[]
}

export interface AlertRule {
  name: string
  metric: string
  /** `raised` or `quiet`. */
  state: string
  since: string | null
  snoozedUntil: string | null
  judged: string | null
  trouble: string | null
}

export interface AlertRoute {
  name: string
  kind: string
  to: string
}

export interface AlertHappened extends Said {
  id: number
  rule: string
  at: string
  days: string
  what: string
}

/** `people` of a base; share and 95 % interval are null where there is no base. */
export interface MassLine {
  id: string
  title: string
  template: string
  state: string
  people: number
  said: string
  at: string
  who: string
}

export interface MassProgress extends Said {
  task: MassLine
  people: number
  reasons: Record<string, number>
  stages: Record<string, number>
  failures: Record<string, number>
  guidesAsked: number
  guidesConfirmed: number
}

export interface MassGuide {
  guide: string
  state: string
  customers: number
  delivered: number
  waiting: number
  failed: Record<string, number>
}

export interface MassExpected extends Said {
  customer: string
  /** Masked; null where none is known. */
  name: string | null
  verdict: string
  until: string | null
  left: number | null
}

export interface SentDone {
  tasks: { task: string; said: string; code: string; why: string }[]
  counts: Record<string, number>
}

export interface PostLine {
  id: number
  kind: string
  title: string
  text: string
  state: string
  at: string
}

export interface PostProgress {
  post: PostLine
  calls: { owner: string; targets: number; state: string; code: string; why: string }[]
  guides: { guide: string; asked: number; sent: number; likes: number; comments: number }[]
  missed: { reason: string; count: number }[]
}

export interface SurveyShare {
  people: number
  of: number
  share: number | null
  low: number | null
  high: number | null
}

export interface SurveyLine {
  name: string
  title: Said
  questions: number
  closed: boolean
  inTemplates: string
  openLink: string | null
}

export interface SurveyResults {
  sent: number
  opened: number
  answered: number
  response: SurveyShare
  questions: {
    id: string
    title: Said
    rows: { cell: string; title: Said; share: SurveyShare; rule: string | null }[]
    nps: { n: number; score: number | null; low: number | null; high: number | null } | null
  }[]
}

export interface FeedLine {
  name: string
  vendor: string
  kind: string
  source: string
  shop: string
  state: 'ready' | 'paused' | 'waiting' | 'stopped'
  pulls: boolean
  credentials: string[]
  newestAt: string | null
  lagSeconds: number | null
  succeededAt: string | null
  successAgeSeconds: number | null
  failure: string | null
  next: string | null
  events: number
  quarantined: Record<string, number>
}

export interface FeedField {
  name: string
  zh: string
  en: string
  holds: string
}

export interface FeedVendors {
  vendors: { name: string; zh: string; en: string; kinds: string[]; pulls: boolean; pushes: boolean }[]
  fields: FeedField[]
}

export interface FeedQuarantine {
  counts: Record<string, number>
  rows: { id: number; file: string; line: number; column: string; value: string; code: string; why: string }[]
}

export interface FeedPreview {
  columns: { name: string; look: string; samples: string[]; field: string | null }[]
  rows: Record<string, string>[]
  map: { record: string }
}

export interface FeedTried {
  events: { id: string; name: string; time: string; identifiers: string[]; properties: Record<string, string> }[]
  defects: { line: number; column: string; value: string; code: string; why: string }[]
  missing: { field: string; wanted: string[]; near: string[] }[]
  rows: number
}

export interface AccountField {
  name: 'corpId' | 'agentId' | 'url' | 'callsPerMinute' | 'callsPerHour' | 'secret' | 'token' | 'encodingAesKey' | 'appId' | 'vendor' | 'keyId' | 'sdkAppId' | 'region' | 'keySecret' | 'callbackToken'
  secret: boolean
  needed: boolean
  form: string
  what: string
}

/** An account at a platform; what its credentials are is never said. */
export interface AccountLine {
  name: string
  kind: 'wecom' | 'officialAccount' | 'miniProgram' | 'sms' | 'call'
  readOnly: boolean
  serving: boolean
  readable: boolean
  settings: Record<string, string>
  credentials: Record<string, { set: boolean; since: string | null }>
  formerUntil: string | null
  usedBy: string[]
}

export interface AccountsAll {
  accounts: AccountLine[]
  kinds: { kind: AccountLine['kind']; fields: AccountField[] }[]
  unknownCodes: Record<string, number>
}

export interface AccountReport {
  account: string
  passed: boolean
  steps: {
    id: 'address' | 'clock' | 'token' | 'ip' | 'permission' | 'scope' | 'callback' | 'signature' | 'template' | 'quota' | 'serving'
    state: 'passed' | 'failed' | 'skipped'
    zh: string
    en: string
    nextZh: string | null
    nextEn: string | null
  }[]
}

/** Something people have to see to. */
export interface IncidentLine {
  name: string
  kind: string
  since: string
  title: { zh: string; en: string }
  what: { zh: string; en: string }
  next: { zh: string; en: string }
  value: number | null
}
