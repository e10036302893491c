/**
 * The console's rooms in the order an operator's day has: who, by what, where, what came of it, and the wiring. The first
 * wing has no heading.
 */
export const wings = [
  {
    name: 'brand',
    rooms: [
      { name: 'overview', to: '/', icon: 'M4 20V11M10 20V4M16 20v-6M22 20H2' },
      { name: 'boss', to: '/boss', icon: 'M4 20h16M6 16l4-5 4 3 5-8M15 6h4v4' },
    ],
  },
  {
    name: 'customers',
    rooms: [
      { name: 'customers', to: '/customers', icon: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c.8-4 4-6 8-6s7.2 2 8 6' },
      { name: 'segments', to: '/segments', icon: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM15 21a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z' },
      { name: 'audiences', to: '/audiences', icon: 'M4 7l8-4 8 4-8 4-8-4ZM4 12l8 4 8-4M4 17l8 4 8-4' },
      { name: 'tags', to: '/tags', icon: 'M3 12V3h9l9 9-9 9-9-9ZM8 8h.01' },
      { name: 'lookalikes', to: '/lookalikes', icon: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM16 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 20c.6-3.500 3-5 6-5M22 20c-.6-3.500-3-5-6-5M12 14v6M9 17h6' },
      { name: 'surveys', to: '/surveys', icon: 'M6 3h12v18H6ZM9 8h6M9 12h6M9 16h3' },
    ],
  },
  {
    name: 'reach',
    rooms: [
      { name: 'sending', to: '/sending', icon: 'M3 11l18-8-8 18-2-8-8-2Z' },
      { name: 'calls', to: '/calls', icon: 'M6 3h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2' },
      { name: 'communities', to: '/communities', icon: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM16 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 20c.6-3.500 3-5 6-5s5.400 1.500 6 5M16 15c3 0 5.400 1.500 6 5' },
      { name: 'seasons', to: '/seasons', icon: 'M4 6h16v15H4ZM4 11h16M8 3v5M16 3v5' },
    ],
  },
  {
    name: 'channels',
    rooms: [
      { name: 'liveCodes', to: '/live-codes', icon: 'M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2v2h-2ZM18 18h2v2h-2ZM18 14h2M14 18v2' },
      { name: 'stores', to: '/stores', icon: 'M4 10l2-6h12l2 6M5 10v10h14V10M4 10h16M10 20v-5h4v5' },
      { name: 'guideTasks', to: '/guide-tasks', icon: 'M9 6h11M9 12h11M9 18h11M4 6l1 1 2-2M4 12l1 1 2-2M4 18l1 1 2-2' },
    ],
  },
  {
    name: 'insight',
    rooms: [
      { name: 'insight', to: '/insight', icon: 'M3 3v18h18M7 15l4-5 4 3 5-7' },
      { name: 'tree', to: '/tree', icon: 'M12 3v6M12 9H5v5M12 9h7v5M3 14h4v5H3zM17 14h4v5h-4z' },
      { name: 'experiments', to: '/experiments', icon: 'M9 3h6M10 3v6L4 20h16L14 9V3M7 15h10' },
      { name: 'alerts', to: '/alerts', icon: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4l2-2ZM10 21h4' },
      { name: 'workbench', to: '/workbench', icon: 'M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3ZM4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3' },
    ],
  },
  {
    name: 'setup',
    rooms: [
      { name: 'accounts', to: '/accounts', icon: 'M15 7a4 4 0 1 0-3.900 5L4 19v2h4v-2h2v-2h2l2-2M16 7h.01' },
      { name: 'callbacks', to: '/callbacks', icon: 'M4 6h16v9H9l-5 4V6ZM8 10h8' },
      { name: 'feeds', to: '/feeds', icon: 'M12 3v10M8 9l4 4 4-4M4 15v5h16v-5' },
    ],
  },
] as const

/** The rooms that are looked into from another one. */
const within: Record<string, string> = { customer: 'customers', community: 'communities' }

/** The room whose link is lit while a route is shown. */
export const roomOf = (route: string) => within[route] ?? route

export const wingOf = (room: string) => wings.find((wing) => wing.rooms.some((each) => each.name === room))?.name
