/** How far a zone's clocks are ahead of UTC at an instant, in minutes. */
function ahead(zone: string, at: Date): number {
  const said = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at).find((part) => part.type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(said ?? '') ?? []
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes))
}

/** `2026-07-01T09:30`, as a field for date and time has it, from an instant; in the brand's zone and not in the browser's. */
export function localOf(instant: string, zone: string): string {
  const at = new Date(instant)
  return new Date(at.getTime() + 60_000 * ahead(zone, at)).toISOString().slice(0, 16)
}

/** The instant of a field for date and time, with the zone's offset: `2026-07-01T09:30:00+08:00`. */
export function instantOf(local: string, zone: string): string {
  const utc = new Date(`${local}Z`)
  // The offset that holds then, and not the one of the same digits in UTC.
  const minutes = ahead(zone, new Date(utc.getTime() - 60_000 * ahead(zone, utc)))
  const two = (number: number) => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${local}:00${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
