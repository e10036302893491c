import { useI18n } from 'vue-i18n'
import { computed, effectScope } from 'vue'
import { useAnswer } from '../server/answer'
import { ask } from '../server/call'
import type { EventType } from '../server/shapes'

// Names change rarely: asked once for all timelines.
const scope = effectScope(true)
const types = scope.run(() => useAnswer((signal) => ask<EventType[]>('/event-types', {}, signal)))!
const byName = computed(() => new Map((types.value.value ?? []).map((type) => [type.name, type])))

/** How an event is called in the reader's language. */
export function useEventNames() {
  const { locale } = useI18n()
  if (types.value.value === null && !types.waiting.value) {
    void types.refresh()
  }
  return (name: string): string => {
    const type = byName.value.get(name)
    return type ? (locale.value === 'en' ? type.en : type.zh) : name
  }
}

/** What an event is about, for its colour: `object_verb` says it. */
export function tone(name: string): 'buy' | 'loss' | 'reach' | 'benefit' | 'bond' | 'look' {
  const [thing = '', verb = ''] = name.split('_')
  if (['cancelled', 'refunded', 'returned', 'withdrawn', 'removed', 'unfollowed', 'left', 'failed', 'expired'].includes(verb)) {
    return 'loss'
  }
  switch (thing) {
    case 'order':
      return 'buy'
    case 'product':
      return verb === 'purchased' ? 'buy' : 'look'
    case 'message':
    case 'campaign':
    case 'link':
    case 'call':
      return 'reach'
    case 'coupon':
    case 'points':
      return 'benefit'
    case 'account':
    case 'contact':
    case 'group':
    case 'member':
    case 'consent':
    case 'card':
    case 'invite':
      return 'bond'
    default:
      return 'look'
  }
}
