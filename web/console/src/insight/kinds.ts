/** What can be asked, with what each question needs to be told. The rules are the server's; a field left as it is is not sent. */
export type Field =
  | { name: string; type: 'text' | 'events' | 'number'; start: string; needed?: boolean }
  | { name: string; type: 'choice'; start: string; choices: readonly string[] }
  | { name: string; type: 'flag'; start: 'false' }

const GRAINS = ['day', 'week', 'half_month', 'month', 'quarter', 'year'] as const
const grain = (start: string): Field => ({ name: 'grain', type: 'choice', start, choices: GRAINS })
const window: Field = { name: 'window', type: 'text', start: '' }
const scores: Field = { name: 'scores', type: 'choice', start: 'fifths', choices: ['fifths', 'fixed'] }

export const kinds: Record<string, Field[]> = {
  funnel: [
    { name: 'steps', type: 'events', start: 'product_viewed\ncart_added\norder_paid', needed: true },
    { name: 'within', type: 'text', start: '7d' },
    { name: 'holding', type: 'text', start: '' },
    { name: 'times', type: 'flag', start: 'false' },
    window,
  ],
  cohort: [
    { name: 'entry', type: 'text', start: 'order_paid' },
    { name: 'returning', type: 'text', start: 'order_paid' },
    grain('month'),
    { name: 'periods', type: 'number', start: '12' },
    { name: 'rolling', type: 'flag', start: 'false' },
    { name: 'unbounded', type: 'flag', start: 'false' },
    window,
  ],
  rfm: [{ name: 'layout', type: 'choice', start: 'grid', choices: ['grid', 'cells', 'classes'] }, scores, window],
  rfm_moves: [{ name: 'back', type: 'text', start: '90d' }, scores],
  lifecycle_flow: [{ name: 'ago', type: 'events', start: '90d\n60d\n30d\n0d' }],
  repurchase: [
    { name: 'purchase', type: 'text', start: 'order_paid' },
    { name: 'stretch', type: 'number', start: '7' },
    { name: 'stretches', type: 'number', start: '26' },
    { name: 'most', type: 'number', start: '3' },
    window,
  ],
  basket: [
    { name: 'property', type: 'text', start: 'sku' },
    { name: 'perPerson', type: 'flag', start: 'false' },
    { name: 'most', type: 'number', start: '12' },
    window,
  ],
  path: [
    { name: 'from', type: 'text', start: 'product_viewed', needed: true },
    { name: 'steps', type: 'number', start: '3' },
    { name: 'gap', type: 'text', start: '1d' },
    { name: 'back', type: 'flag', start: 'false' },
    window,
  ],
  layers: [{ name: 'heroSku', type: 'text', start: '', needed: true }, window],
  concentration: [window],
  new_old: [grain('month'), window],
  coupon_yield: [window],
  community: [{ name: 'weeks', type: 'number', start: '26' }],
  replies: [{ name: 'within', type: 'text', start: '24h' }, { name: 'by', type: 'text', start: '' }, window],
  league: [
    { name: 'by', type: 'text', start: 'guide' },
    { name: 'window', type: 'text', start: 'within 30d' },
  ],
}

/** The question as the server reads it. */
export function question(kind: string, told: Record<string, string>): Record<string, unknown> {
  const asked: Record<string, unknown> = { kind }
  for (const field of kinds[kind] ?? []) {
    const value = (told[field.name] ?? field.start).trim()
    if (field.type === 'flag') {
      if (value === 'true') {
        asked[field.name] = true
      }
    } else if (value !== '') {
      asked[field.name] =
        field.type === 'events' ? value.split(/\s*\n\s*/).filter(Boolean) : field.type === 'number' ? Number(value) : value
    }
  }
  return asked
}
