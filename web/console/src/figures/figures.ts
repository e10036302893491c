import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { currency, zone } from './brand'

/** How numbers, amounts and times are written, in the reader's language and the brand's currency and zone. */
export function useFigures() {
  const { locale } = useI18n()

  const writers = computed(() => {
    const language = locale.value
    const money = { style: 'currency', currency: currency.value, currencyDisplay: 'narrowSymbol' } as const
    const exact = new Intl.NumberFormat(language, money)
    return {
      minorUnits: 10 ** (exact.resolvedOptions().maximumFractionDigits ?? 2),
      exact,
      round: new Intl.NumberFormat(language, { ...money, maximumFractionDigits: 0, minimumFractionDigits: 0 }),
      short: new Intl.NumberFormat(language, { ...money, notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 }),
      count: new Intl.NumberFormat(language),
      decimal: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }),
      share: new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
      day: new Intl.DateTimeFormat(language, { timeZone: zone.value, year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }),
      date: new Intl.DateTimeFormat('sv-SE', { timeZone: zone.value, year: 'numeric', month: '2-digit', day: '2-digit' }),
      time: new Intl.DateTimeFormat('sv-SE', { timeZone: zone.value, hour: '2-digit', minute: '2-digit' }),
    }
  })

  const units = (fen: number) => fen / writers.value.minorUnits

  return {
    count: (number: number) => writers.value.count.format(number),
    decimal: (number: number) => writers.value.decimal.format(number),
    share: (part: number) => writers.value.share.format(part),
    /** To the last cent. */
    money: (fen: number) => writers.value.exact.format(units(fen)),
    /** Without cents once they no longer matter. */
    amount: (fen: number) =>
      Math.abs(units(fen)) >= 1_000 ? writers.value.round.format(units(fen)) : writers.value.exact.format(units(fen)),
    /** With 万 or k, for axes and tight places. */
    shortMoney: (fen: number) => writers.value.short.format(units(fen)),
    /** `2026-07-01`, in the brand's zone. */
    date: (instant: string) => writers.value.date.format(new Date(instant)),
    time: (instant: string) => writers.value.time.format(new Date(instant)),
    moment: (instant: string) => `${writers.value.date.format(new Date(instant))} ${writers.value.time.format(new Date(instant))}`,
    /** A day's heading, from any instant within it. */
    day: (instant: string) => writers.value.day.format(new Date(instant)),
  }
}
