/** What pages count in English, many and one; and what one of them does. */
export const NOUNS: Record<string, string> = {
  buyers: 'buyer',
  calls: 'call',
  campaigns: 'campaign',
  codes: 'code',
  customers: 'customer',
  days: 'day',
  differences: 'difference',
  events: 'event',
  groups: 'group',
  guides: 'guide',
  hours: 'hour',
  lines: 'line',
  merges: 'merge',
  orders: 'order',
  people: 'person',
  places: 'place',
  posts: 'post',
  records: 'record',
  rows: 'row',
  sentences: 'sentence',
  tasks: 'task',
  times: 'time',
}

const VERBS: Record<string, string> = { are: 'is', carry: 'carries', have: 'has', stay: 'stays', were: 'was' }

const COUNTED = new RegExp(`(?<![\\d.,])1 (${Object.keys(NOUNS).join('|')})\\b(?: (${Object.keys(VERBS).join('|')})\\b)?`, 'g')

/** Whole sentences say "1 people": numbers come in as they are written for the eye, so the form of the noun is mended behind them. */
export function ofOne(sentence: string): string {
  return sentence.replace(COUNTED, (_, noun: string, verb: string | undefined) => `1 ${NOUNS[noun]}${verb ? ` ${VERBS[verb]}` : ''}`)
}
