/** What came in by callbacks; `GET /api/v1/callbacks`. */
export interface CallbackOverview {
  accounts: { name: string; platform: string; path: string; agents: string[]; keys: number; pulls: boolean }[]
  behind: number
  waiting: number
  refusals: { account: string; reason: string; count: number; lastAt: string }[]
  reconciled: {
    job: number
    state: string
    result: { found: number; mended: number; left: number; guides: number; groups: number; groupsWhyNot: string }
    endedAt: string | null
  } | null
}

/** One kind of callback, as the platform names it. */
export interface CallbackKind {
  platform: string
  account: string
  kind: string
  known: boolean
  taken: number
  repeated: number
  refused: number
  lastAt: string
  names: string[]
}

/** One row, without what it says. */
export interface CallbackRow {
  id: number
  platform: string
  account: string
  kind: string
  state: string
  reason: string | null
  happenedAt: string
  receivedAt: string
  kept: boolean
}
