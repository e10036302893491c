import { useI18n } from 'vue-i18n'
import { useFigures } from '../figures/figures'
import type { Node } from './shapes'

/** How a metric's values are written, by its unit. */
export function useValues() {
  const { t, locale } = useI18n()
  const figures = useFigures()

  function written(of: Node, number: number): string {
    switch (of.unit) {
      case 'fen':
        return figures.amount(number)
      case 'share':
        return figures.share(number)
      default:
        return figures.decimal(number)
    }
  }

  return {
    said: (one: { zh: string; en: string }) => (locale.value.startsWith('zh') ? one.zh : one.en),
    value: (of: Node, number: number | null) => (number === null ? t('tree.noBase') : written(of, number)),
    signed: (of: Node, number: number | null) => (number === null ? '' : `${number > 0 ? '+' : ''}${written(of, number)}`),
  }
}
