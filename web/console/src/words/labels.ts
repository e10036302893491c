import { useI18n } from 'vue-i18n'

type Kind =
  | 'lifecycle'
  | 'lifecycleExplained'
  | 'rfmClass'
  | 'reason'
  | 'layer'
  | 'identifier'
  | 'standing'
  | 'standingExplained'
  | 'consent'
  | 'channel'
  | 'stage'
  | 'exit'
  | 'source'
  | 'property'
  | 'gender'

/** The reader's word for a name from the server; a brand's own names, which have none, stay as they are. */
export function useLabels() {
  const { t, te } = useI18n()
  return (kind: Kind, name: string): string => (te(`${kind}.${name}`) ? t(`${kind}.${name}`) : name)
}
