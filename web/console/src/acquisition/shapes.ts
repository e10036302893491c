import type { SurveyShare } from '../server/shapes'
import type { LiveCodeDefinition } from './draft'

/** One live code, as it is listed. */
export interface LiveCodeLine {
  name: string
  version: number
  kind: 'staff' | 'group' | 'account' | 'mini_program'
  title: string
  source: string
  labels: Record<string, string>
  members: number
  fallback: number
  dailyCap: number | null
  variants: string[]
  oncePerOrder: boolean
  expires: string | null
  over: boolean
  who: string
  publishedAt: string
  written: string
  definition: LiveCodeDefinition
  url: string
}

export interface LiveCodeCounts {
  opened: number
  full: number
  seats: number
  held: number
  lapsed: number
  adds: number
  over: number
}

/** How a code stands now. */
export interface LiveCodeState {
  name: string
  now: string
  day: string
  guides: { guide: string; name: string; fallback: boolean; weight: number; onShift: boolean; taken: number; cap: number | null; shown: boolean }[]
  taken: number
  cap: number | null
  counts: LiveCodeCounts
  next: string | null
  takes: string | null
  why: string | null
  ways: { state: string; guide: string; config: string | null; named: string; qr: string; why: string }[]
}

export interface LiveCodePeople {
  people: number
  removed1h: SurveyShare
  removed1d: SurveyShare
  removed7d: SurveyShare
  knownBuyers: number
  firstOrder: SurveyShare
  ltv30: { of: number; perPersonFen: number | null; revenueFen: number }
  costFen: number | null
  costPerAddedFen: number | null
}

export interface LiveCodeReport {
  from: string
  to: string
  codes: {
    code: string
    title: string
    source: string
    counts: LiveCodeCounts
    welcomes: Record<string, number>
    latency: { n: number; p50Ms: number | null; p99Ms: number | null }
    cards: { made: number; used: number; refused: number } | null
    people: LiveCodePeople
  }[]
  sources: { source: string; codes: string[]; opened: number; adds: number; people: LiveCodePeople }[]
}

export interface LiveCodeReview {
  name: string
  definition: LiveCodeDefinition
  refused: boolean
  findings: { refuses: boolean; code: string; field: string; value: string; why: string; cure: string }[]
  welcomes: { variant: string; text: string; attachments: Record<string, string>[] }[]
}
