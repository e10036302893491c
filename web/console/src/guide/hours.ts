const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/**
 * Opening hours as the server writes them (`mon 09:00-18:00; tue 09:00-18:00`), with days that are alike put together. Null is
 * always open.
 */
export function stretches(written: string): { from: Day; to: Day; hours: string }[] | null {
  const byDay = new Map<Day, string>()
  for (const part of written.split(';').map((each) => each.trim())) {
    const [days = '', hours = ''] = part.split(/\s+/, 2)
    const [first, last] = days.split('-') as [Day, Day | undefined]
    const from = DAYS.indexOf(first)
    const to = last === undefined ? from : DAYS.indexOf(last)
    for (let day = from; from >= 0 && day <= to; day++) {
      byDay.set(DAYS[day]!, hours)
    }
  }
  const found: { from: Day; to: Day; hours: string }[] = []
  for (const day of DAYS) {
    const hours = byDay.get(day)
    const before = found.at(-1)
    if (hours === undefined) {
      continue
    }
    if (before?.hours === hours && DAYS.indexOf(before.to) === DAYS.indexOf(day) - 1) {
      before.to = day
    } else {
      found.push({ from: day, to: day, hours })
    }
  }
  const only = found.length === 1 ? found[0] : undefined
  return only?.from === 'mon' && only.to === 'sun' && only.hours === '00:00-24:00' ? null : found
}
