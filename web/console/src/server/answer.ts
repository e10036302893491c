import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { Refusal } from './call'
import type { Problem } from './shapes'

export interface Answer<T> {
  /** The last good answer; stays while the next is awaited. */
  value: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  waiting: Ref<boolean>
  /** Asks (again). An answer that is overtaken by a later question is dropped. */
  refresh: () => Promise<void>
  forget: () => void
}

/** One question to the server and what came of it. */
export function useAnswer<T>(question: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const value = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const waiting = ref(false)
  let running: AbortController | null = null

  async function refresh(): Promise<void> {
    running?.abort()
    const mine = new AbortController()
    running = mine
    waiting.value = true
    try {
      const answer = await question(mine.signal)
      if (running === mine) {
        value.value = answer
        problem.value = null
      }
    } catch (failure) {
      if (running === mine) {
        if (!(failure instanceof Refusal)) {
          throw failure
        }
        problem.value = failure.problem
      }
    } finally {
      if (running === mine) {
        waiting.value = false
      }
    }
  }

  function forget(): void {
    running?.abort()
    running = null
    value.value = null
    problem.value = null
    waiting.value = false
  }

  onScopeDispose(() => {
    running?.abort()
    running = null
  })
  return { value, problem, waiting, refresh, forget }
}
