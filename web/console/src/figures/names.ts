import { computed, effectScope } from 'vue'
import { useAnswer } from '../server/answer'
import { ask } from '../server/call'

// One list for the whole console: what people and stores are called, where answers only have their ids.
const scope = effectScope(true)
const guides = scope.run(() => useAnswer((signal) => ask<{ userid: string; title: string; store: string; active: boolean }[]>('/guides', {}, signal)))!
const stores = scope.run(() => useAnswer((signal) => ask<{ name: string; title: string }[]>('/stores', {}, signal)))!
const titles = scope.run(() => computed(() => new Map((guides.value.value ?? []).map((each) => [each.userid, each.title]))))!
const storeTitles = scope.run(() => computed(() => new Map((stores.value.value ?? []).map((each) => [each.name, each.title]))))!

/** Names by id; an id nobody gave a name stays as it is. Asked again by each page, since people come and leave. */
export function useNames() {
  void guides.refresh()
  void stores.refresh()
  return {
    guide: (id: string) => titles.value.get(id) || id,
    store: (name: string) => storeTitles.value.get(name) || name,
    guides,
  }
}
