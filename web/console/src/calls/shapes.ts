// What the server answers about call flows, as it answers it.

export interface Share {
  value: number
  low: number
  high: number
}

export interface Part {
  cell: string
  count: number
  of: number
  /** Null where there is nothing to divide by. */
  share: Share | null
}

export interface FlowLine {
  name: string
  version: number
  title: string
  nodes: number
  lines: number
  intents: number
  meanings: Record<string, string>
  examples: number
  inTemplates: string
}

export interface FlowReport {
  name: string
  texts: Record<string, string>
  report: {
    people: number
    calls: number
    answered: Part
    talked: Part
    failed: { name: string; part: Part }[]
    outcomes: { name: string; part: Part }[]
    levels: { name: string; part: Part }[]
    transferred: Part
    optedOut: Part
    bought: Part
    lines: { line: string; reached: Part; replied: Part; hungUp: Part }[]
    costFen: number
    perCallFen: number | null
    perAnswerFen: number | null
    perOrderFen: number | null
    note: string
  }
}

export interface Evaluation {
  examples: number
  folds: number
  accuracy: Share | null
  answered: Share | null
  sure: Share | null
  intents: { intent: string; examples: number; precision: Share | null; recall: Share | null }[]
  alike: { a: string; b: string; times: number; sentences: string[] }[]
}

export interface Heard {
  kind: 'words' | 'silence' | 'keys' | 'hangUp'
  text?: string
}

export interface Tried {
  node: string
  effects: { kind: string; line: string; text: string }[]
  heard: { intent: string | null; confidence: number; by: string; guess: string | null } | null
  transcript: { who: 'ROBOT' | 'PERSON'; line: string; text: string; intent: string; confidence: number }[]
  end: { outcome: string; level: string; by: string } | null
}
