// A small brand, the same at every run: who is who is known, so the tests can say what the pages must show.

interface Identifier {
  kind: string
  scope?: string
  value: string
}

export interface Event {
  id: string
  name: string
  time: string
  identifiers: Identifier[]
  properties: Record<string, string | number>
}

export const PEOPLE = 60
/** Members who were also seen in the mini-program, with the phone that joins them. */
export const IN_MINI_PROGRAM = 20
/** Whose timeline is longer than a page. */
export const BUSY = 1
export const BUSY_VISITS = 70

/** The clock the server is started with; every event lies before it. */
export const NOW = '2026-07-01T00:00:00+08:00'

export const phone = (person: number) => `138${String(10_000_000 + person)}`
export const member = (person: number) => `M${1000 + person}`
export const openid = (person: number) => `oMini${String(person).padStart(6, '0')}`

const asMember = (person: number): Identifier[] => [
  { kind: 'memberNumber', value: member(person) },
  { kind: 'phone', value: phone(person) },
]
const daysBefore = (days: number, minutes: number) => new Date(Date.parse(NOW) - days * 86_400_000 - minutes * 60_000).toISOString()

/** By source. */
export function history(): Record<string, Event[]> {
  const pos: Event[] = []
  const miniProgram: Event[] = []
  for (let person = 1; person <= PEOPLE; person++) {
    pos.push({
      id: `${person}-registered`,
      name: 'member_registered',
      time: daysBefore(600 + person, person),
      identifiers: asMember(person),
      properties: { channel: 'pos' },
    })
    pos.push({
      id: `${person}-told`,
      name: 'profile_updated',
      time: daysBefore(590 + person, person),
      identifiers: asMember(person),
      properties: { name: `林小${person}`, city: person % 2 === 0 ? '广州' : '北京' },
    })
    // Every fifth never buys; the others stopped at different times, so that every state of the lifecycle has people.
    const orders = person % 5 === 0 ? 0 : 1 + (person % 4)
    for (let order = 0; order < orders; order++) {
      const orderId = `o-${person}-${order}`
      const amountFen = 1_990 * (1 + ((person + order) % 7))
      const at = (minutes: number) => daysBefore(3 + person * 9 + order * 17, minutes)
      pos.push({ id: orderId, name: 'order_paid', time: at(10), identifiers: asMember(person), properties: { orderId, amountFen } })
      pos.push({
        id: `${orderId}-line`,
        name: 'product_purchased',
        time: at(10),
        identifiers: asMember(person),
        properties: {
          orderId,
          amountFen,
          quantity: 1,
          sku: order % 2 === 0 ? 'yog-12' : 'milk-6',
          category: order % 2 === 0 ? 'yogurt' : 'milk',
        },
      })
      if (person % 11 === 0 && order === 0) {
        pos.push({
          id: `${orderId}-cancelled`,
          name: 'order_cancelled',
          time: at(5),
          identifiers: asMember(person),
          properties: { orderId, amountFen },
        })
      }
    }
    if (person % 3 === 0) {
      pos.push({
        id: `${person}-offer`,
        name: 'campaign_received',
        time: daysBefore(40, person),
        identifiers: asMember(person),
        properties: { campaign: 'summer-618' },
      })
    }
  }
  for (let person = 1; person <= IN_MINI_PROGRAM; person++) {
    miniProgram.push({
      id: `${person}-followed`,
      name: 'checked_in',
      time: daysBefore(100, person),
      identifiers: [{ kind: 'openid', scope: 'wxmini', value: openid(person) }, { kind: 'phone', value: phone(person) }],
      properties: {},
    })
  }
  for (let visit = 0; visit < BUSY_VISITS; visit++) {
    miniProgram.push({
      id: `visit-${visit}`,
      name: 'page_viewed',
      time: daysBefore(1 + visit / 3, visit),
      identifiers: [{ kind: 'openid', scope: 'wxmini', value: openid(BUSY) }],
      properties: {},
    })
  }
  return { pos, mini_program: miniProgram }
}
