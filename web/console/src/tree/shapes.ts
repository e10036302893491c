// The metric tree as the server says it (docs/metric-tree.md). Null is no base.

export interface Dimension {
  name: string
  zh: string
  en: string
}

export interface MetricSet {
  version: number
  dimensions: Dimension[]
  trees: { name: string; zh: string; en: string; root: string }[]
}

export interface Node {
  name: string
  zh: string
  en: string
  unit: 'count' | 'people' | 'fen' | 'share' | 'number'
  better: 'up' | 'down'
  owner: string
  formula: string | null
  now: number | null
  before: number | null
  change: number | null
  relative: number | null
  ofParent: number | null
  ofRoot: number | null
  sample: number
  sampleBefore: number
  target: number | null
  note: { code: string; zh: string; en: string } | null
  slices: string[]
  /** Whether there are people behind it. */
  opens: boolean
  parts: Node[]
}

export interface Tree {
  days: string
  base: string | null
  unfinished: boolean
  root: Node
  drill: { zh: string; en: string; bad: boolean; end: string } | null
}

export interface Members {
  metric: string
  dimension: string
  method: string
  between: number | null
  members: {
    member: string
    now: number | null
    before: number | null
    contribution: number | null
    rate: number | null
    mix: number | null
    sample: number
  }[]
}
