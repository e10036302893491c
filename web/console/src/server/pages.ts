import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { Refusal } from './call'
import type { Page, Problem } from './shapes'

export interface Pages<T> {
  items: ShallowRef<T[]>
  problem: ShallowRef<Problem | null>
  waiting: Ref<boolean>
  /** False until the first page is there. */
  known: Ref<boolean>
  more: Ref<boolean>
  start: () => Promise<void>
  next: () => Promise<void>
}

/** A list the server gives page by page; each page's cursor is named by the one before. */
export function usePages<T>(page: (cursor: string) => Promise<Page<T>>): Pages<T> {
  const items = shallowRef<T[]>([])
  const problem = shallowRef<Problem | null>(null)
  const waiting = ref(false)
  const known = ref(false)
  const more = ref(false)
  let cursor = ''
  let asked = 0

  async function load(from: string, before: T[]): Promise<void> {
    const mine = ++asked
    waiting.value = true
    try {
      const got = await page(from)
      if (mine === asked) {
        items.value = [...before, ...got.items]
        cursor = got.next ?? ''
        more.value = got.next !== null
        problem.value = null
        known.value = true
      }
    } catch (failure) {
      if (mine === asked) {
        if (!(failure instanceof Refusal)) {
          throw failure
        }
        problem.value = failure.problem
      }
    } finally {
      if (mine === asked) {
        waiting.value = false
      }
    }
  }

  return {
    items,
    problem,
    waiting,
    known,
    more,
    start: () => load('', []),
    next: () => load(cursor, items.value),
  }
}
