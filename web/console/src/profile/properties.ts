import { useI18n } from 'vue-i18n'
import { useFigures } from '../figures/figures'
import type { PropertyValue } from '../server/shapes'
import { useLabels } from '../words/labels'

export interface Written {
  key: string
  label: string
  text: string
  money: boolean
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Properties and traits as a reader wants them: …Fen as money, instants in the brand's zone, words where there are some. */
export function useProperties() {
  const { t } = useI18n()
  const figures = useFigures()
  const label = useLabels()

  function text(key: string, value: PropertyValue): string {
    if (Array.isArray(value)) {
      return value.map((one) => text(key, one)).join(t('common.comma'))
    }
    switch (typeof value) {
      case 'number':
        return key.endsWith('Fen') ? figures.money(value) : String(value)
      case 'boolean':
        return value ? '✓' : '✗'
      case 'string':
        return key === 'gender'
          ? label('gender', value)
          : key === 'channel'
            ? label('channel', label('source', value))
            : INSTANT.test(value)
              ? figures.moment(value)
              : value
    }
  }

  return (properties: Record<string, PropertyValue>): Written[] =>
    Object.entries(properties).map(([key, value]) => ({
      key,
      // "$" marks what an event says about who did it.
      label: key.startsWith('$') ? label('identifier', key.slice(1)) : label('property', key),
      text: text(key, value),
      money: key.endsWith('Fen'),
    }))
}
