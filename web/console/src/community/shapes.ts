/** What `/api/v1/communities`, `/group-plans`, `/group-keywords` and `/community-moves` answer. */
export interface CommunityLine {
  chat: string
  name: string
  owner: string
  kind: string
  theme: string
  store: string
  labels: string[]
  stage: string | null
  zh: string
  en: string
  ageDays: number
  members: number
  staff: number
  capacity: number
  room: number
  active: number
  windowDays: number
  ofPeak: number | null
  joined7: number
  left7: number
  spark: number[]
  opened: string | null
  dissolved: string | null
  readAt: string | null
}

export interface Communities {
  communities: CommunityLine[]
  stages: Record<string, number>
  members: number
  note: string
}

export interface CommunityDay {
  day: string
  members: number
  joined: number
  left: number
  speakers: number
  messages: number
  clickers: number
  buyers: number
  revenueFen: number
  active: number
  stage: string
  hindsight: string
  zh: string
  en: string
}

export interface CommunityDetail {
  community: CommunityLine
  notice: string
  admins: string[]
  owners: { owner: string; since: string }[]
  days: CommunityDay[]
}

export interface Wave {
  number: number
  from: string
  to: string
  people: number
  kept: { days: number; of: number; in: number; active: number; share: number | null; activeShare: number | null }[]
}

export interface GroupMember {
  customer: string
  name: string | null
  in: boolean
  stays: { from: string; to: string | null; by: string; liveCode: string; scene: string; ending: string | null }[]
  lastActive: string | null
  activeDays: number
  messages: number
  orders: number
  revenueFen: number
}

export interface DatedPost {
  plan: string
  line: string
  chat: string
  group: string
  occurrence: string
  at: string
  state: string
  why: string
  text: string
  sentAt: string | null
}

export interface PlanLine {
  name: string
  version: number
  lines: number
  groups: number
  paused: boolean
  written: string
}

export interface Taken {
  answer: string
  rule: string | null
  word: string | null
  text: string
  why: string[]
}

export interface MovePlan {
  candidates: number
  invited: number
  targets: { chat: string; kind: string; theme: string; owner: string; capacity: number; taken: number }[]
  reasons: { why: string; zh: string; en: string; people: number }[]
  invitations: { customer: string; name: string | null; chat: string; guide: string; day: string }[]
}

export interface Move {
  name: string
  createdAt: string
  targets: string[]
  funnel: { step: string; people: number; ofBefore: number | null }[]
  reasons: { why: string; zh: string; en: string; people: number }[]
}

/** From silence up, as the life curve is coloured. */
export const stageColours: Record<string, string> = {
  silence: '#6a7488',
  decline: '#d48345',
  peak: '#0b7a86',
  growth: '#35b3a5',
  birth: '#7fa8d1',
}
